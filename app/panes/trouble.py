"""Trouble: why a pane shows no picture of its landscape, in words."""

from __future__ import annotations

from ...compute.style import Style
from ...compute.surface import Mark
from ..document import Document
from ..language import tr
from ..opengl import PACKAGES, OpenGL

EMPTY = ("layers", tr("Nothing here yet"), tr("Drag a landscape from the list, or a file, to here."))


def trouble(document: Document, style: Style, opengl: OpenGL | None, able: bool) -> tuple[str, str, str] | None:
    """Icon, title, text; None where there is a picture. able: what draws in 3-D is imported."""
    surface = document.landscape.surface
    if not document.field:
        return "jobs", tr("Waiting for the first points"), tr("The surface appears here as soon as they are computed.")
    if not document.drawable:
        values = surface.values(document.field)
        known = surface.evaluated != Mark.NOT_YET
        if not known.any():
            return (
                "jobs",
                tr("Waiting for the first points"),
                tr("The surface appears here as soon as they are computed."),
            )
        count = ", ".join(f"{n:,} × {cause}" for cause, n in style.relief.holes(values[known]).items())
        return (
            "warning",
            tr("There is no finite value to draw"),
            tr("Of {known:,} evaluated points: {count}.", known=int(known.sum()), count=count),
        )
    if surface.grid.line or style.flat:
        return None
    if opengl is not None and not opengl.there:
        return (
            "warning",
            tr("3-D views need OpenGL, which is missing here"),
            tr(
                "{reason}\nThe flat map (key 5) works without it.\n\nOn Debian or Ubuntu: {packages}",
                reason=opengl.reason,
                packages=PACKAGES,
            ),
        )
    if not able:
        return "surface", tr("Preparing the 3-D view…"), ""
    return None
