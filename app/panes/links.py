"""Links: what happens in one pane and shows in the others: where they are seen from, and the values under the pointer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ...compute.reading import read
from ...compute.style import Camera
from ..readout import readout, told

if TYPE_CHECKING:
    from .pane import Pane


class Links:
    """panes: those that there are now, row by row. linked: whether their cameras are."""

    def __init__(self, panes: Callable[[], Sequence[Pane]], linked: Callable[[], bool]) -> None:
        self.panes, self.linked = panes, linked
        self._aim: tuple[str, Camera] | None = None  # the preset last looked from, and the camera that it gave to all

    # --- cameras ---

    def camera_for(self, pane: Pane) -> Camera | None:
        """From where a landscape that is new in a pane is seen; None: as it likes."""
        if not self.linked():
            return None
        return next((other.scene.camera for other in self.panes() if other is not pane and other.ready), None)

    def look(self, pane: Pane, preset: str) -> None:
        """Turn a pane's 3-D view; those that are linked follow, and all of each is in its picture."""
        pane.look(preset)
        camera, linked = pane.camera, self._linked(pane)
        if camera is None or not linked:
            return
        cameras = [camera]
        for other in linked:
            other.scene.look(camera)  # type: ignore[union-attr]
            other.scene.look("fit")  # type: ignore[union-attr]
            cameras.append(other.scene.camera)  # type: ignore[union-attr]
        farthest = max(cameras, key=lambda one: one.parallel_scale if one.parallel else np.linalg.norm(one.position))
        for one in (pane, *linked):
            one.scene.look(farthest)  # type: ignore[union-attr]
        self._aim = preset, farthest

    def spread(self, pane: Pane) -> None:
        """A pane was drawn: others look from where it looks, where that is another place than theirs."""
        if not pane.ready:
            return
        camera = pane.scene.camera  # type: ignore[union-attr]
        for other in self._linked(pane):
            if not same(other.scene.camera, camera):  # type: ignore[union-attr]
                other.scene.look(camera)  # type: ignore[union-attr]

    def refit(self, pane: Pane) -> None:
        """A pane or its surface has another size: keep all of it in the picture, unless the person has turned it."""
        linked, camera = self._linked(pane), pane.camera
        if not linked or camera is None:
            pane.refit()
            return
        for aim in (self._aim, *(one.aim for one in (pane, *linked))):
            if aim is not None and same(camera, aim[1]):
                self.look(pane, aim[0])
                return

    def _linked(self, pane: Pane) -> list[Pane]:
        """The others that show a 3-D view, where cameras are linked."""
        return [other for other in self.panes() if other is not pane and other.ready] if self.linked() else []

    # --- the pointer ---

    def told(self, pane: Pane, alpha: float, beta: float) -> str:
        """What is at (α, β) of a pane, and the values of the other landscapes there, for the status bar."""
        document = pane.document
        others = dict.fromkeys(one.document for one in self.panes() if one.document not in (None, document))
        own = "" if document is None else readout(document, alpha, beta)
        values = {one: read(one.landscape, one.field, alpha, beta) for one in others if one is not None}
        return "      ".join([own, *(f"{one.name}: {told(found.main)}" for one, found in values.items() if found)])


def same(one: Camera, other: Camera) -> bool:
    """Whether two cameras see the same, but for rounding."""
    if (one.parallel, one.angle) != (other.parallel, other.angle):
        return False
    values = [np.array([*c.position, *c.focus, *c.up, c.parallel_scale if c.parallel else 0.0]) for c in (one, other)]
    return bool(np.allclose(*values, rtol=1e-6, atol=1e-6))
