"""Pane: one part of the centre. It shows one landscape on the page that its look asks for: 3-D, flat, or why there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QImage, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from ...compute.style import Camera, Style
from ..document import Document
from ..opengl import OpenGL
from ..places import Place
from ..session import Session
from ..shrinking import shrunk
from ..welcome import Message
from .carrying import LANDSCAPES, PANE, Glow, files
from .drafting import Drafting
from .header import Header
from .trouble import EMPTY, trouble

if TYPE_CHECKING:
    from ..flat import Flat
    from ..scene.scene import Scene
    from ..view import View

LEAST = QSize(140, 110)  # of a pane


class Pane(QWidget):
    """Pages: message, 3-D, flat. The 3-D page is made when it is first needed, or by `make_scene`."""

    hovered = Signal(float, float)  # α, β
    left = Signal()
    painted = Signal()  # the 3-D view has drawn, perhaps from elsewhere
    resized = Signal()  # the 3-D view, or the surface in it
    pressed = Signal()
    asked = Signal(float, float)  # what can be done at this α, β: a right click there
    furnished = Signal()  # there is a 3-D or a flat page that was not there before
    given = Signal(object)  # QMimeData: something was dropped here
    turning = Signal(bool)  # a button was pressed in the 3-D view, or released

    def __init__(self, session: Session, place: Place, opengl: OpenGL | None) -> None:
        super().__init__(objectName="page")
        self.session, self.place, self.opengl = session, place, opengl
        self.able = False  # whether what draws is imported
        self.view: View | None = None
        self.scene: Scene | None = None
        self.flat: Flat | None = None
        self.setAcceptDrops(True)
        self.header, self.message, self.pages, self.glow = Header(), Message(), QStackedWidget(), Glow(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.header)
        layout.addWidget(self.pages, 1)
        self.pages.addWidget(self.message)
        self.setMinimumSize(LEAST)
        self.letters = 1.0  # how many times as large they are to be
        self._what: object = None  # what is shown, on any page
        self._shown: Document | None = None  # in the scene
        self.aim: tuple[str, Camera] | None = None  # the preset last looked from, and the camera that it gave
        self._cameras: dict[int, tuple[Camera, str]] = {}  # of documents by key, with the preset that they come from
        self.drafting = Drafting(self._slow, self)
        self.drafting.rough.connect(self._draw_roughly)

    # --- how large ---

    def enlarge(self, factor: float) -> None:
        """Draw letters and lines `factor` times as large as a pane of this size has them: a small one has small ones."""
        self.letters = factor
        for page in (self.view, self.flat):
            if page is not None:
                page.enlarge(factor * shrunk(self.size()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.enlarge(self.letters)

    # --- what is shown ---

    @property
    def document(self) -> Document | None:
        return self.place.document

    def show_place(self, style: Style | None, camera: Camera | None = None, *, anew: bool = False) -> None:
        """Show what the place holds in this style. camera: where to look from, where the landscape is new here. anew: also where
        all of that is shown already."""
        document = self.document
        what = (document, document and document.revision, style, self.able)
        if what == self._what and not anew:
            return
        self._what = what
        if document is None or style is None:
            self.let_go()
            self.message.say(*EMPTY)
            self.pages.setCurrentWidget(self.message)
        elif why := trouble(document, style, self.opengl, self.able):
            self.message.say(*why)
            self.pages.setCurrentWidget(self.message)
        elif document.landscape.surface.grid.line or style.flat:
            flat = self._flat()
            flat.show_landscape(document.landscape, style)
            self.pages.setCurrentWidget(flat)
        else:
            self._show_scene(document, style, camera)

    def make_scene(self) -> Scene:
        """The 3-D page; made now, if it was not yet. What draws must have been imported."""
        if self.scene is None or self.view is None:
            from ..scene.scene import Scene
            from ..view import View

            self.view = View(self)
            self.scene = Scene(self.view)
            self.view.hovered.connect(self._hover_scene)
            self.view.left.connect(self.left)
            self.view.right_clicked.connect(self._ask)
            self.view.resized.connect(self.resized)
            self.view.turning.connect(self._pressed)
            self.view.painted.connect(self.painted)
            self.pages.addWidget(self.view)
            self.enlarge(self.letters)
            self.furnished.emit()
        return self.scene

    def _show_scene(self, document: Document, style: Style, camera: Camera | None) -> None:
        scene, other = self.make_scene(), self._shown is not document
        if other and self._shown is not None:
            aimed = self.aim[0] if self.aim is not None and self.aim[1] == scene.camera else ""
            self._cameras[self._shown.key] = scene.camera, aimed
        self.pages.setCurrentWidget(self.view)  # type: ignore[arg-type]
        if not other:
            self.drafting.hasten()
        scene.show(document.landscape, style)
        if other:
            self._shown = document
            kept, preset = self._cameras.get(document.key, (style.camera, ""))
            camera, preset = (camera, "") if camera is not None else (kept, preset)
            if camera is not None:
                scene.look(camera)
            if camera is None or preset:
                self.look(preset or "iso")

    def let_go(self) -> None:
        """Hold on to no landscape."""
        self._shown = self._what = None
        if self.scene is not None:
            self.scene.show(None, self.session.default_style)
        if self.flat is not None:
            self.flat.forget()

    def forget(self, document: Document) -> None:
        """A document is closed."""
        self._cameras.pop(document.key, None)
        if self._shown is document:
            self.let_go()

    def _flat(self) -> Flat:
        if self.flat is None:
            from ..flat import Flat

            self.flat = Flat(self)
            self.flat.hovered.connect(self.hovered)
            self.flat.left.connect(self.left)
            self.flat.pressed.connect(self.pressed)
            self.flat.right_clicked.connect(self.asked)
            self.pages.addWidget(self.flat)
            self.enlarge(self.letters)
            self.furnished.emit()
        return self.flat

    @property
    def solid(self) -> bool:
        """Whether the 3-D page is what one sees here."""
        return self.view is not None and self.pages.currentWidget() is self.view

    @property
    def ready(self) -> bool:
        """Whether a landscape is shown in 3-D."""
        return self.solid and self._shown is not None and self._shown is self.document

    def grow(self, style: Style) -> None:
        """The shown landscape has more values."""
        if self.scene is not None and self.solid and self._shown is self.document:
            self.scene.show(self.document.landscape, style)  # type: ignore[union-attr]
            self.scene.refresh()
            self.resized.emit()
        else:
            self.show_place(style)

    def grab_page(self) -> QImage:
        """What is on the screen, drawn well."""
        self.drafting.finish()
        page = self.pages.currentWidget()
        return self.view.grabFramebuffer() if self.view is not None and page is self.view else page.grab().toImage()

    # --- camera ---

    def look(self, preset: str) -> None:
        """Turn the 3-D view: iso, front, right, top or fit."""
        if self.scene is not None and self.solid:
            self.scene.look(preset)  # type: ignore[arg-type]
            self.aim = preset, self.scene.camera

    def move(self, camera: Camera) -> None:
        """See the 3-D view as a camera does."""
        if self.scene is not None and self.solid:
            self.scene.look(camera)

    def project(self, parallel: bool) -> None:
        """See the 3-D view in parallel projection or perspective."""
        if self.scene is not None and self.solid:
            fitted = self.aim is not None and self.scene.camera == self.aim[1]
            self.scene.project(parallel)
            if fitted and self.aim is not None:
                self.aim = self.aim[0], self.scene.camera

    def refit(self) -> None:
        """The view or the surface has another size: keep all of it in the picture, unless the person has turned it."""
        if self.aim is not None and self.scene is not None and self.scene.camera == self.aim[1]:
            self.look(self.aim[0])

    @property
    def camera(self) -> Camera | None:
        """Where the 3-D view is seen from; None where there is none."""
        return self.scene.camera if self.scene is not None and self._shown is self.document else None

    def _pressed(self, down: bool) -> None:
        if down:
            self.pressed.emit()
        if self._slow():
            self.turning.emit(down)

    def _slow(self) -> bool:
        return self.opengl is not None and self.opengl.software

    def _draw_roughly(self, rough: bool) -> None:
        if self.scene is not None and self.view is not None:
            self.scene.draft = rough
            self.view.smooth(not rough)

    # --- what is under the pointer ---

    def _hover_scene(self, x: int, y: int) -> None:
        pick = None if self.scene is None or self.document is None else self.scene.pick(x, y)
        self.left.emit() if pick is None else self.hovered.emit(pick.alpha, pick.beta)

    def _ask(self, x: int, y: int) -> None:
        pick = None if self.scene is None or self.document is None else self.scene.pick(x, y)
        if pick is not None:
            self.asked.emit(pick.alpha, pick.beta)

    # --- what is dropped here ---

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        data = event.mimeData()
        if data.hasFormat(LANDSCAPES) or data.hasFormat(PANE) or files(data):
            event.setDropAction(Qt.DropAction.CopyAction)  # else the list would take the dragged rows out
            event.accept()
            self.glow.cover(self.rect())

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.glow.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        self.glow.hide()
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self.given.emit(event.mimeData())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.pressed.emit()  # beside the pictures, which tell of theirs themselves

    # --- the end ---

    def redraw_icons(self) -> None:
        """After a change of theme."""
        self.message.redraw_icons()
        self.header.redraw_icons()

    def shut(self) -> None:
        """Let VTK go, in the order that it needs: scene, then view."""
        self.drafting.stop()
        if self.scene is not None:
            self.scene.close()
            self.scene = None
        if self.view is not None:
            self.view.close()
            self.pages.removeWidget(self.view)
            self.view.deleteLater()
            self.view = None
        if self.flat is not None:
            self.flat.forget()
