"""Presenter: large type and nothing but the picture, for a lecture hall."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QFont, QShortcut
from PySide6.QtWidgets import QApplication, QMainWindow, QToolBar, QWidget

from .desk import Desk
from .language import tr

TYPE, LETTERS = 1.5, 1.6  # how many times as large: the window's type, the pictures' letters


class Presenter(QObject):
    """While it is on, panels and bars are hidden, the window fills the screen, and all that is written is larger. Their state is
    brought back at the end."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.window)
        assert isinstance(desk.window, QMainWindow)
        self.desk, self.window = desk, desk.window
        self.on = False
        self._hidden: list[QWidget] = []
        self._font, self._filled = QFont(), False
        self._escape = QShortcut(Qt.Key.Key_Escape, desk.window, self.toggle, enabled=False)
        panes = desk.stage.panes
        for pane in panes.all:
            pane.furnished.connect(self._write)
        panes.made.connect(lambda pane: pane.furnished.connect(self._write))
        desk.stage.comparison_made.connect(lambda _page: self._write())
        desk.session.compared_changed.connect(self._listen)

    def toggle(self) -> None:
        """Begin, or end."""
        self.end() if self.on else self.begin()

    def begin(self) -> None:
        """Hide what is not the picture, and write large."""
        app, window = _app(), self.window
        self.on, self._font, self._filled = True, QFont(app.font()), window.isFullScreen()
        bars = [window.menuBar(), *window.findChildren(QToolBar)]
        docks = [dock for dock in self.desk.docks.values() if not dock.isFloating()]  # type: ignore[attr-defined]
        self._hidden = [widget for widget in (*bars, *docks) if widget.isVisibleTo(window)]
        for widget in self._hidden:
            widget.hide()
        large = QFont(self._font)
        large.setPointSizeF(self._font.pointSizeF() * TYPE)
        app.setFont(large)
        window.setWindowState(window.windowState() | Qt.WindowState.WindowFullScreen)
        self._write()
        self._listen()
        self.desk.notices.say(tr("Presenting: F5 or Esc ends it. All keys work."), "info")

    def end(self) -> None:
        """Everything as it was."""
        if not self.on:
            return
        self.on = False
        _app().setFont(self._font)
        for widget in self._hidden:
            widget.show()
        self._hidden = []
        if not self._filled:
            self.window.setWindowState(self.window.windowState() & ~Qt.WindowState.WindowFullScreen)
        self._write()
        self._listen()

    def _write(self) -> None:
        """Write in all pictures as large as it is asked for now."""
        for page in (*self.desk.stage.panes.all, self.desk.stage.comparison):
            if page is not None:
                page.enlarge(LETTERS if self.on else 1.0)
        if self.desk.session.current is not None:
            self.desk.stage.panes.redraw()

    def _listen(self) -> None:
        """Escape ends it, unless it ends a comparison."""
        self._escape.setEnabled(self.on and not self.desk.session.compared)


def _app() -> QApplication:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    return app


def of(desk: Desk) -> Presenter:
    """The window's presenter; made when it is first asked for."""
    return _found(desk) or Presenter(desk)


def toggle(desk: Desk) -> None:
    """Begin to present, or end it."""
    of(desk).toggle()


def presenting(desk: Desk) -> bool:
    """Whether it is on."""
    found = _found(desk)
    return found is not None and found.on


def _found(desk: Desk) -> Presenter | None:
    # Among the window's own children alone: it is asked after each move, and there are a thousand widgets below.
    return desk.window.findChild(Presenter, "", Qt.FindChildOption.FindDirectChildrenOnly)
