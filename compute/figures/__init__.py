"""Figures: flat pictures through matplotlib: the contour map of a plane, the curve of a line, and several of either compared.
They are also the vector output (text stays text), and what is shown where there is no OpenGL."""

from .comparison import check_comparable, draw_comparison, save_comparison
from .curve import draw_curve
from .figure import draw, place_of, prints, save_figure, write_figure
from .map import draw_map
from .montage import draw_montage
from .overlay import draw_overlay
from .sections import SECTIONS, draw_sections

__all__ = [
    "SECTIONS",
    "check_comparable",
    "draw",
    "draw_comparison",
    "draw_curve",
    "draw_map",
    "draw_montage",
    "draw_overlay",
    "draw_sections",
    "place_of",
    "prints",
    "save_comparison",
    "save_figure",
    "write_figure",
]
