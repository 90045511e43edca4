"""Shrink: a figure drawn at a comfortable size, made smaller for a narrow print: words, lines and marks with it."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
from matplotlib.axis import Axis, Tick
from matplotlib.collections import Collection, PathCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Annotation, Text


def shrink(figure: Figure, share: float) -> None:
    """Scale the figure and all that is measured in points in it; what is measured in shares of the figure or in data follows by
    itself."""
    width, height = figure.get_size_inches()
    every: set[Any] = set(figure.findobj())  # some are listed twice
    for one in every:
        if isinstance(one, Tick):
            one.set_pad(cast(float, one.get_pad()) * share)  # which gives its marks their size again
        elif isinstance(one, Axis):
            one.labelpad *= share
    for one in every:
        if isinstance(one, Text):
            one.set_fontsize(float(one.get_fontsize()) * share)
            if isinstance(one, Annotation) and one.anncoords == "offset points":
                one.xyann = tuple(share * np.asarray(one.xyann))
        elif isinstance(one, Line2D):
            one.set_linewidth(one.get_linewidth() * share)
            one.set_markersize(one.get_markersize() * share)
            one.set_markeredgewidth(one.get_markeredgewidth() * share)
        elif isinstance(one, Collection):
            one.set_linewidth([share * w for w in np.atleast_1d(one.get_linewidth())])
            if isinstance(one, PathCollection) and len(one.get_sizes()):
                one.set_sizes(one.get_sizes() * share**2)
        elif isinstance(one, Patch):
            one.set_linewidth(one.get_linewidth() * share)
    figure.set_size_inches(width * share, height * share)
