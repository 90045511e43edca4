"""Stage: the window's centre: the welcome page while nothing is open, the comparison's figure, or the panes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtGui import QAction, QImage
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from ..compute.style import Camera
from .document import Document
from .importer import Importer
from .opengl import OpenGL
from .panes.pane import Pane
from .panes.panes import GROWTH_MS, Panes
from .readout import readout
from .session import Session
from .turntable import Turntable
from .welcome import Message, Welcome

if TYPE_CHECKING:
    from ..compute.landscape import Landscape
    from .comparison.page import ComparisonPage
    from .flat import Flat
    from .scene.scene import Scene
    from .view import View


LEAST = QSize(320, 240)


class Stage(QWidget):
    """`page` is what one sees; `view`, `scene`, `flat`, `message` and `camera` are those of the active pane."""

    probed = Signal(str)  # what is under the pointer, "" for nothing
    comparison_made = Signal(object)  # ComparisonPage: the first time that landscapes are compared
    ready = Signal()  # the 3-D page can be shown, or is known to be impossible

    def __init__(self, session: Session, first: list[QAction], open_recent: Callable[[str], object]) -> None:
        super().__init__(objectName="stage")
        self.session = session
        self.opengl: OpenGL | None = None
        self.comparison: ComparisonPage | None = None
        self.welcome, self.panes = Welcome(first, open_recent), Panes(session)
        self.rooms = QStackedWidget()
        self.turntable = Turntable(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.rooms)
        # Whatever its pages would like: else the welcome page, once left, would keep the window from being low.
        self.rooms.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.rooms.setMinimumSize(LEAST)
        self.rooms.addWidget(self.welcome)
        self.rooms.addWidget(self.panes)
        self._importer = Importer(self)
        self._importer.finished.connect(lambda: self._prepared(True))
        self.panes.probed.connect(self.probed)
        session.placed.connect(self.show_current)
        session.style_changed.connect(self._compared_changed)
        session.replaced.connect(self._compared_changed)
        self._growth = QTimer(self, singleShot=True, interval=GROWTH_MS)
        self._growth.timeout.connect(self.show_current)
        session.values_changed.connect(self._grown)
        session.compared_changed.connect(self.show_current)

    # --- what is shown ---

    def prepare(self, opengl: OpenGL) -> None:
        """OpenGL was looked for: prepare the 3-D page, or say why there is none."""
        self.opengl = opengl
        if opengl.there:
            self._importer.start()
        else:
            self._prepared(False)

    def _prepared(self, able: bool) -> None:
        assert self.opengl is not None
        self.panes.prepare(self.opengl, able)
        self.ready.emit()
        self.show_current()

    def show_current(self) -> None:
        """Show the welcome page, what is compared, or the panes."""
        session = self.session
        if session.compared:
            page = self._comparison()
            style = session.current.measuring(session.style) if session.current else session.style
            page.show_landscapes([one.landscape for one in session.compared], style)
            self.rooms.setCurrentWidget(page)
            return
        if self.comparison is not None:
            self.comparison.forget()
        self.panes.show_all()
        self.rooms.setCurrentWidget(self.panes if session.documents else self.welcome)

    def _comparison(self) -> ComparisonPage:
        if self.comparison is None:
            from .comparison.page import ComparisonPage

            self.comparison = ComparisonPage(self)
            self.comparison.hovered.connect(self._hover_compared)
            self.comparison.left.connect(lambda: self.probed.emit(""))
            self.rooms.addWidget(self.comparison)
            self.comparison_made.emit(self.comparison)
        return self.comparison

    def _compared_changed(self, document: Document) -> None:
        if document in self.session.compared:
            self.show_current()

    def _grown(self, document: Document) -> None:
        if document in self.session.compared and not self._growth.isActive():
            self._growth.start()

    # --- the active pane ---

    @property
    def pane(self) -> Pane:
        return self.panes.active

    @property
    def page(self) -> QWidget:
        """What one sees: the welcome page, the comparison's, or a page of the active pane."""
        room = self.rooms.currentWidget()
        return self.pane.pages.currentWidget() if room is self.panes else room

    @property
    def view(self) -> View | None:
        return self.pane.view

    @property
    def scene(self) -> Scene | None:
        return self.pane.scene

    @property
    def flat(self) -> Flat | None:
        return self.pane.flat

    @property
    def message(self) -> Message:
        return self.pane.message

    @property
    def camera(self) -> Camera | None:
        """Where the 3-D view is seen from; None where there is none."""
        return self.pane.camera

    def look(self, preset: str) -> None:
        """Turn the 3-D view: iso, front, right, top or fit."""
        if self.rooms.currentWidget() is self.panes:
            self.panes.look(preset)

    def grab_page(self) -> QImage:
        """What is on the screen; of several panes, the active one's picture."""
        return self.pane.grab_page() if self.rooms.currentWidget() is self.panes else self.page.grab().toImage()

    # --- what is under the pointer ---

    def _hover_compared(self, landscape: Landscape, alpha: float, beta: float) -> None:
        for document in self.session.compared:
            if document.landscape is landscape:
                text = readout(document, alpha, beta)
                self.probed.emit(f"{document.name}:   {text}" if text else "")

    # --- the end ---

    def redraw_icons(self) -> None:
        """After a change of theme."""
        self.welcome.redraw_icons()
        self.panes.redraw_icons()
        if self.comparison is not None:
            self.comparison.redraw_icons()

    def shut(self) -> None:
        """Let VTK go. The window may close after this."""
        self._importer.stop()
        self._growth.stop()
        self.turntable.stop()
        self.panes.shut()
        if self.comparison is not None:
            self.comparison.forget()
