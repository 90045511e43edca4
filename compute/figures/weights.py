"""Weights (figure): the norm of each weight tensor as a bar."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from ..landscape import Landscape
from . import look
from .studies import inks_of

MOST = 40  # tensors that can be told apart


def draw_weights(landscape: Landscape, axes: Axes) -> None:
    """Bars of ‖θ_l‖ in the network's order, the first on top. Raises LossvistaError where the weights have not been measured."""
    table, inks = landscape.table("weights"), inks_of(axes)
    norms = np.asarray(table["norm"], float)
    largest = np.sort(np.argsort(norms)[::-1][:MOST])
    places = np.arange(len(largest))
    axes.barh(places, norms[largest], color=inks.loss, height=0.72)
    axes.set_yticks(places, [str(name) for name in table["parameter"][largest]])
    axes.set(xlabel="norm  ‖θ‖ of the tensor", ylim=(len(largest) - 0.4, -0.6))
    left_out = len(norms) - len(largest)
    axes.set_title(landscape.title + (f"  ({left_out} smaller ones left out)" if left_out else ""), fontsize=12)
    look.frame(axes, inks)
