"""Stage: the window's centre. It shows the session's current landscape on the page that its look asks for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QAction, QImage
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from ..compute.style import Camera
from ..compute.surface import Mark
from .importer import Importer
from .opengl import PACKAGES, OpenGL
from .readout import readout
from .session import Document, Session
from .welcome import Message, Welcome

if TYPE_CHECKING:
    from ..compute.landscape import Landscape
    from .comparison.page import ComparisonPage
    from .flat import Flat
    from .scene.scene import Scene
    from .view import View

GROWTH_MS = 120  # between two refreshes of a growing surface
DRAFT_MS = 200  # after the mouse button's release, the whole mesh is drawn again


class Stage(QWidget):
    """Pages: welcome, message, 3-D, flat. The 3-D page is made once OpenGL is known to be there and VTK is imported."""

    probed = Signal(str)  # what is under the pointer, "" for nothing
    comparison_made = Signal(object)  # ComparisonPage: the first time that landscapes are compared
    ready = Signal()  # the 3-D page can be shown, or is known to be impossible

    def __init__(self, session: Session, first: list[QAction], open_recent: Callable[[str], object]) -> None:
        super().__init__(objectName="stage")
        self.session = session
        self.opengl: OpenGL | None = None
        self.view: View | None = None
        self.scene: Scene | None = None
        self.flat: Flat | None = None
        self.comparison: ComparisonPage | None = None
        self.welcome, self.message = Welcome(first, open_recent), Message()
        self.pages = QStackedWidget()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.pages)
        self.pages.addWidget(self.welcome)
        self.pages.addWidget(self.message)
        self._shown: Document | None = None  # in the scene
        self._aim: tuple[str, Camera] | None = None  # the preset last looked from, and the camera that it gave
        self._cameras: dict[int, Camera] = {}
        self._importer = Importer(self)
        self._importer.finished.connect(self._imported)
        self._growth = QTimer(self, singleShot=True, interval=GROWTH_MS)
        self._growth.timeout.connect(self._grow)
        self._whole = QTimer(self, singleShot=True, interval=DRAFT_MS)
        self._whole.timeout.connect(lambda: self._set_draft(False))
        session.current_changed.connect(lambda _document: self.show_current())
        session.style_changed.connect(self._if_current)
        session.replaced.connect(self._if_current)
        session.values_changed.connect(self._grown)
        session.compared_changed.connect(self.show_current)
        session.closed.connect(lambda document: self._cameras.pop(document.key, None))

    # --- what is shown ---

    def prepare(self, opengl: OpenGL) -> None:
        """OpenGL was looked for: prepare the 3-D page, or say why there is none."""
        self.opengl = opengl
        if opengl.there:
            self._importer.start()
        else:
            self.ready.emit()
            self.show_current()

    def _imported(self) -> None:
        from .scene.scene import Scene
        from .view import View

        self.view = View(self)
        self.scene = Scene(self.view)
        self.view.hovered.connect(self._hover_scene)
        self.view.left.connect(lambda: self.probed.emit(""))
        self.view.resized.connect(self._refit)
        if self.opengl is not None and self.opengl.software:
            self.view.turning.connect(self._turning)
        self.pages.addWidget(self.view)
        self.ready.emit()
        self.show_current()

    def show_current(self) -> None:
        """Show the current landscape as its look says."""
        document = self.session.current
        self.probed.emit("")
        if document is None:
            self._let_go()
            self.pages.setCurrentWidget(self.welcome)
        elif self.session.compared:
            page = self._comparison()
            page.show_landscapes([one.landscape for one in self.session.compared], document.style)
            self.pages.setCurrentWidget(page)
        elif trouble := self._trouble(document):
            self.message.say(*trouble)
            self.pages.setCurrentWidget(self.message)
        elif document.landscape.surface.grid.line or document.style.view == "map":
            flat = self._flat()
            flat.show_landscape(document.landscape, document.style)
            self.pages.setCurrentWidget(flat)
        else:
            self._show_scene(document)

    def _trouble(self, document: Document) -> tuple[str, str, str] | None:
        """Why there is no picture: icon, title, text."""
        surface = document.landscape.surface
        if not document.field:
            return "jobs", "Waiting for the first points", "The surface appears here as soon as they are computed."
        if not document.drawable:
            values = surface.values(document.field)
            known = surface.evaluated != Mark.NOT_YET
            if not known.any():
                return "jobs", "Waiting for the first points", "The surface appears here as soon as they are computed."
            count = ", ".join(f"{n:,} × {cause}" for cause, n in document.style.relief.holes(values[known]).items())
            return "warning", "There is no finite value to draw", f"Of {int(known.sum()):,} evaluated points: {count}."
        if surface.grid.line or document.style.view == "map":
            return None
        if self.opengl is not None and not self.opengl.there:
            return (
                "warning",
                "3-D views need OpenGL, which is missing here",
                f"{self.opengl.reason}\nThe flat map (key 5) works without it.\n\nOn Debian or Ubuntu: {PACKAGES}",
            )
        if self.scene is None:
            return "surface", "Preparing the 3-D view…", ""
        return None

    def _show_scene(self, document: Document) -> None:
        assert self.scene is not None and self.view is not None
        other = self._shown is not document
        if other and self._shown is not None:
            self._cameras[self._shown.key] = self.scene.camera
        self.pages.setCurrentWidget(self.view)
        self.scene.show(document.landscape, document.style)
        if other:
            self._shown = document
            camera = self._cameras.get(document.key) or document.style.camera
            self.look("iso") if camera is None else self.scene.look(camera)

    def _let_go(self) -> None:
        """Hold on to no landscape."""
        self._shown = None
        if self.scene is not None:
            self.scene.show(None, self.session.default_style)
        if self.flat is not None:
            self.flat.forget()
        if self.comparison is not None:
            self.comparison.forget()

    def _flat(self) -> Flat:
        if self.flat is None:
            from .flat import Flat

            self.flat = Flat(self)
            self.flat.hovered.connect(self._hover_flat)
            self.flat.left.connect(lambda: self.probed.emit(""))
            self.pages.addWidget(self.flat)
        return self.flat

    def _comparison(self) -> ComparisonPage:
        if self.comparison is None:
            from .comparison.page import ComparisonPage

            self.comparison = ComparisonPage(self)
            self.comparison.hovered.connect(self._hover_compared)
            self.comparison.left.connect(lambda: self.probed.emit(""))
            self.pages.addWidget(self.comparison)
            self.comparison_made.emit(self.comparison)
        return self.comparison

    def _if_current(self, document: Document) -> None:
        if document is self.session.current or document in self.session.compared:
            self.show_current()

    def _grown(self, document: Document) -> None:
        shown = document is self.session.current or document in self.session.compared
        if shown and not self._growth.isActive():
            self._growth.start()

    def _grow(self) -> None:
        document = self.session.current
        if document is not None and document is self._shown and self.pages.currentWidget() is self.view:
            self.scene.refresh()  # type: ignore[union-attr]
            self._refit()
        else:
            self.show_current()

    def grab_page(self) -> QImage:
        """What is on the screen."""
        page = self.pages.currentWidget()
        return self.view.grabFramebuffer() if self.view is not None and page is self.view else page.grab().toImage()

    # --- camera ---

    def look(self, preset: str) -> None:
        """Turn the 3-D view: iso, front, right, top or fit."""
        if self.scene is not None and self.pages.currentWidget() is self.view:
            self.scene.look(preset)  # type: ignore[arg-type]
            self._aim = preset, self.scene.camera

    def _refit(self) -> None:
        """The view or the surface has another size: keep all of it in the picture, unless the person has turned it."""
        if self._aim is not None and self.scene is not None and self.scene.camera == self._aim[1]:
            self.look(self._aim[0])

    def _turning(self, pressed: bool) -> None:
        """A slow renderer draws a thinned-out mesh while it is turned."""
        if pressed:
            self._whole.stop()
            self._set_draft(True)
        else:
            self._whole.start()

    def _set_draft(self, draft: bool) -> None:
        if self.scene is not None:
            self.scene.draft = draft

    @property
    def camera(self) -> Camera | None:
        """Where the 3-D view is seen from; None where there is none."""
        return self.scene.camera if self.scene is not None and self._shown is self.session.current else None

    # --- what is under the pointer ---

    def _hover_scene(self, x: int, y: int) -> None:
        document = self.session.current
        if self.scene is None or document is None:
            return
        pick = self.scene.pick(x, y)
        self.probed.emit("" if pick is None else readout(document, pick.alpha, pick.beta))

    def _hover_flat(self, alpha: float, beta: float) -> None:
        if self.session.current is not None:
            self.probed.emit(readout(self.session.current, alpha, beta))

    def _hover_compared(self, landscape: Landscape, alpha: float, beta: float) -> None:
        for document in self.session.compared:
            if document.landscape is landscape:
                text = readout(document, alpha, beta)
                self.probed.emit(f"{document.name}:   {text}" if text else "")

    # --- the end ---

    def redraw_icons(self) -> None:
        """After a change of theme."""
        self.welcome.redraw_icons()
        self.message.redraw_icons()
        if self.comparison is not None:
            self.comparison.redraw_icons()

    def shut(self) -> None:
        """Let VTK go, in the order that it needs: scene, then view. The window may close after this."""
        self._growth.stop()
        self._whole.stop()
        self._importer.stop()
        if self.scene is not None:
            self.scene.close()
            self.scene = None
        if self.view is not None:
            self.view.close()
            self.pages.removeWidget(self.view)
            self.view.deleteLater()
            self.view = None
        for page in (self.flat, self.comparison):
            if page is not None:
                page.forget()
