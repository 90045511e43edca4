"""Fading: the paths of a figure while a playback runs over them."""

from __future__ import annotations

from matplotlib.artist import Artist
from matplotlib.figure import Figure

from ..compute.figures.path import PATH

FAINT = 0.2  # opacity of a path ahead of a playback


class Fading:
    """faint: the artists of the paths, with the opacity that they had."""

    def __init__(self, figure: Figure) -> None:
        self._figure = figure
        self.faint: dict[Artist, float | None] = {}

    def fade(self, wanted: bool) -> None:
        """Draw the paths faintly, or as they were."""
        if wanted == bool(self.faint):
            return
        if wanted:
            found = self._figure.findobj(lambda one: one.get_gid() == PATH)
            self.faint = {one: one.get_alpha() for one in found}
        for artist, alpha in self.faint.items():
            artist.set_alpha(FAINT if wanted else alpha)
        if not wanted:
            self.faint.clear()
        self._figure.canvas.draw_idle()

    def forget(self) -> None:
        """The figure is drawn anew."""
        self.faint.clear()
