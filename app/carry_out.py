"""Carry out: tool buttons that one can drag: the picture, or an export, is dropped into another program or a folder."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, Qt, QUrl
from PySide6.QtGui import QDrag, QImage, QMouseEvent, QPixmap
from PySide6.QtWidgets import QApplication, QToolButton

from ..compute.errors import LossvistaError
from ..compute.exporters import export
from .desk import Desk
from .language import tr
from .snapshot import write_image

THUMB = 160  # pixels, of the picture under the pointer
MESH = ".vtp"
MOST = 90_000  # points of a mesh that is written while the button is held: some 0.15 s
Carried = tuple[QMimeData, QPixmap]


class CarryOut(QObject):
    """Watches a button: a press that moves becomes a drag of what `make` makes, and no click."""

    def __init__(self, button: QToolButton, make: Callable[[], Carried | None]) -> None:
        super().__init__(button)
        self.button, self.make = button, make
        self._from: QPoint | None = None
        button.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QMouseEvent):
            at = event.position().toPoint()
            if event.type() == QEvent.Type.MouseButtonPress and event.button() == Qt.MouseButton.LeftButton:
                self._from = at if self.button.isEnabled() else None
            elif event.type() == QEvent.Type.MouseButtonRelease:
                self._from = None
            elif event.type() == QEvent.Type.MouseMove and self._from is not None:
                if (at - self._from).manhattanLength() >= QApplication.startDragDistance():
                    self._from = None
                    self.button.setDown(False)
                    self._drag()
                return True
        return False

    def _drag(self) -> None:
        carried = self.make()
        if carried is None:
            return
        data, thumb = carried
        drag = QDrag(self.button)
        drag.setMimeData(data)
        drag.setPixmap(thumb)
        drag.exec(Qt.DropAction.CopyAction)


class Parcels:
    """What is carried out, as files in a private folder that ends with the window: who takes it copies it."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    @property
    def folder(self) -> Path:
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="lossvista-")
        return Path(self._folder.name)

    def picture(self) -> Carried | None:
        """What is on the screen, as an image and as NAME.png."""
        image = self.desk.stage.grab_page()
        file = self.folder / f"{self.desk.document.stem}.png"
        try:
            write_image(image, file)
        except LossvistaError as error:
            self.desk.notices.fail(error)
            return None
        data = _file(file)
        data.setImageData(image)
        return data, _thumb(image)

    def mesh(self) -> Carried | None:
        """What is seen as NAME.vtp, with what goes beside it; None, and a notice, where there is nothing to export."""
        desk = self.desk
        if desk.document.landscape.surface.grid.size > MOST:
            desk.notices.say(tr("This mesh is too large to be dragged out. Click the button to export it."), "warning")
            return None
        folder = self.folder / "mesh"
        folder.mkdir(exist_ok=True)
        for old in folder.iterdir():
            old.unlink()
        style = desk.session.seen().replace(camera=desk.stage.camera)
        try:
            export(desk.document.landscape, folder / f"{desk.document.stem}{MESH}", style)
        except LossvistaError as error:
            desk.notices.fail(error)
            return None
        return _file(*sorted(folder.iterdir())), _thumb(desk.stage.grab_page())

    def end(self) -> None:
        """Remove them."""
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None


def _file(*files: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    return data


def _thumb(image: QImage) -> QPixmap:
    return QPixmap.fromImage(image).scaledToWidth(THUMB, Qt.TransformationMode.SmoothTransformation)
