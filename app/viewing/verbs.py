"""Verbs of viewing: what the actions of the camera do. Each is a function of the desk."""

from __future__ import annotations

from PySide6.QtWidgets import QInputDialog

from ...compute.errors import LossvistaError
from ...compute.style import Camera
from ..desk import Desk
from ..language import tr


def project(desk: Desk) -> None:
    """Perspective, or parallel projection."""
    pane = desk.stage.pane
    if pane.camera is not None and pane.solid:
        pane.project(not pane.camera.parallel)


def parallel(desk: Desk) -> bool:
    """Whether the 3-D view is in parallel projection."""
    camera = desk.stage.camera
    return camera is not None and camera.parallel


def turn(desk: Desk) -> None:
    """The turntable on, or off."""
    desk.stage.turntable.toggle()


def next_map(desk: Desk) -> None:
    """The flat map; where that is shown already, filled, lines and both in turn."""
    style = desk.session.style
    filled, lined = style.surface, style.isolines
    if style.view == "map":
        filled, lined = {(True, True): (True, False), (True, False): (False, True)}.get((filled, lined), (True, True))
    desk.session.restyle(tr("Map"), view="map", surface=filled, isolines=lined)


def keep(desk: Desk) -> QInputDialog:
    """Ask for a name, and keep from where the 3-D view is seen. Raises LossvistaError where there is no 3-D view."""
    camera = _seen(desk)
    kept = desk.settings.values.views
    free = next(k for k in range(1, len(kept) + 2) if tr("View {k}", k=k) not in kept)
    dialog = QInputDialog(desk.window)
    dialog.setWindowTitle(tr("Save view"))
    dialog.setLabelText(tr("Name (a view of that name is replaced)"))
    dialog.setTextValue(tr("View {free}", free=free))
    dialog.textValueSelected.connect(desk.guarded(lambda name: keep_as(desk, name, camera)))
    dialog.open()
    return dialog


def keep_as(desk: Desk, name: str, camera: Camera) -> None:
    """Keep a view under a name. Raises LossvistaError for an empty one."""
    name = name.strip()
    if not name:
        raise LossvistaError(tr("A view needs a name."), tr("Type one."))
    desk.settings.update(views={**desk.settings.values.views, name: camera})
    desk.notices.say(tr("The view “{name}” is saved: View, Camera, Saved views.", name=name), "success")


def recall(desk: Desk, name: str) -> None:
    """Look from where a view of that name was kept. Raises LossvistaError where there is no 3-D view."""
    _seen(desk)
    desk.stage.pane.move(desk.settings.values.views[name])


def forget(desk: Desk, name: str) -> None:
    """Delete a view that was kept."""
    views = {other: camera for other, camera in desk.settings.values.views.items() if other != name}
    desk.settings.update(views=views)


def _seen(desk: Desk) -> Camera:
    camera = desk.stage.camera
    if camera is None or not desk.stage.pane.solid:
        raise LossvistaError(tr("There is no 3-D view to look at."), tr("Choose one of the views 1 to 4."))
    return camera
