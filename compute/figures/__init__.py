"""Figures: flat pictures of a landscape through matplotlib: the contour map of a plane and the curve of a line. They are
also the vector output (text stays text), and what is shown where there is no OpenGL."""

from .curve import draw_curve
from .figure import draw, save_figure
from .map import draw_map

__all__ = ["draw", "draw_curve", "draw_map", "save_figure"]
