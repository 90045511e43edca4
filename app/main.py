"""Main: opens the window on some files and runs it until it is closed."""

from __future__ import annotations

import gc
import signal
import socket
import sys

from PySide6.QtCore import QCoreApplication, QSocketNotifier, Qt
from PySide6.QtGui import QSurfaceFormat
from PySide6.QtWidgets import QApplication

from .. import __version__
from ..compute.errors import LossvistaError
from . import language, theme
from .notices import Hook
from .opengl import OpenGL, Probe, surface_format


def main(files: list[str]) -> int:
    """Open the window on these landscapes; returns the exit code. Raises LossvistaError where no window can be opened."""
    probe = Probe()  # looks for a screen and OpenGL in a child process, while this one imports
    from .settings import Settings

    settings = Settings()
    language.speak(settings.values.language)  # before the window's tables of texts are made
    from .window import Window

    opengl = probe.answer()
    probe.close()
    if opengl is None:
        opengl = OpenGL(language.tr("Looking for OpenGL took too long."))
    if not opengl.screen:
        raise LossvistaError(
            language.tr("The window cannot be opened: {reason}", reason=opengl.reason),
            language.tr("Without a screen, `lossvista render FILE.h5 PICTURE.png` draws all the same."),
        )
    QSurfaceFormat.setDefaultFormat(surface_format())
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    app = QApplication.instance() or QApplication(["lossvista"])
    assert isinstance(app, QApplication)
    app.setApplicationName("lossvista")
    app.setApplicationDisplayName("Lossvista")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("lossvista")
    language.install(app)
    theme.apply(app, settings.values.theme)
    app.setWindowIcon(theme.icon("lossvista"))
    window = Window(settings, opengl)
    # What is imported by then stays, and Python's collector need not walk over it again: a full round took 100 ms.
    window.stage.ready.connect(gc.freeze)
    hook = Hook(window.desk.notices)
    try:
        with _Interrupt(window.close):
            window.show()
            window.begin(opengl, files)
            return app.exec()
    finally:
        hook.remove()
        window.close()
        window.deleteLater()
        app.processEvents()


class _Interrupt:
    """Ctrl-C in the terminal closes the window, without waking the event loop up again and again to look for it."""

    def __init__(self, close) -> None:
        self.close = close

    def __enter__(self) -> None:
        self.near, self.far = socket.socketpair()
        self.near.setblocking(False)
        self.far.setblocking(False)
        self.before_fd = signal.set_wakeup_fd(self.far.fileno())
        self.before = signal.signal(signal.SIGINT, lambda *_: None)
        self.notifier = QSocketNotifier(self.near.fileno(), QSocketNotifier.Type.Read)
        self.notifier.activated.connect(self._came)

    def _came(self) -> None:
        if signal.SIGINT in self.near.recv(64):
            self.close()

    def __exit__(self, *_error: object) -> None:
        self.notifier.setEnabled(False)
        signal.set_wakeup_fd(self.before_fd)
        signal.signal(signal.SIGINT, self.before)
        self.near.close()
        self.far.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
