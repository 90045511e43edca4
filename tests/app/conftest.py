"""For the window's tests: real windows with settings of their own, and a check that nothing outlives them."""

from __future__ import annotations

import gc
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, Qt, QThread, QTimer
from PySide6.QtGui import QSurfaceFormat
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit

import lossvista.app.scene.scene  # noqa: F401  # with VTK, which a window imports when it needs it
from lossvista.app import theme
from lossvista.app.opengl import OpenGL, surface_format
from lossvista.app.settings import Settings
from lossvista.app.window import Window
from lossvista.compute.isolated import isolated
from lossvista.compute.landscape import Landscape
from lossvista.compute.progress import drain
from lossvista.compute.storage import save
from lossvista.compute.training.recipe import Training

# As `main` does before it makes the QApplication.
QSurfaceFormat.setDefaultFormat(surface_format())
QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)

# What was imported by now stays: the collector need not walk over it again before and after each test.
gc.collect()
gc.freeze()

VTK = ("Renderer", "RenderWindow", "Actor", "Mapper", "PolyData")  # parts of names: an actor is a vtkOpenGLActor


class Gui:
    """What the tests do with windows."""

    HERE = OpenGL(version="4.5", renderer="llvmpipe")
    NOWHERE = OpenGL("The display offers no OpenGL.")
    SMALL = (1000, 700)  # half of a usual window's pixels, which software draws: a sixth less CPU in test_hands.py

    @staticmethod
    def wait_for(what: Callable[[], object], seconds: float = 300) -> None:
        """Run the event loop until something is true. Fails after `seconds`."""
        end = time.monotonic() + seconds
        while not what():
            assert time.monotonic() < end, "it did not happen in time"
            loop = QEventLoop()
            QTimer.singleShot(20, loop.quit)
            loop.exec()

    @staticmethod
    def open(
        folder: Path, opengl: OpenGL = HERE, files: tuple[str, ...] = (), size: tuple[int, int] | None = SMALL
    ) -> Window:
        """A shown window, its 3-D page ready. size: in pixels; None: as a user gets it."""
        settings = Settings(folder)
        settings.update(toured=True)  # its callouts would lie over what the tests look at
        theme.apply(QApplication.instance(), settings.values.theme)
        window = Window(settings, opengl)
        if size is not None:
            window.resize(*size)
        window.show()
        window.begin(opengl, list(files))
        Gui.wait_for(lambda: window.stage.scene is not None or not opengl.there)
        return window

    @staticmethod
    def end(window: Window) -> None:
        """Close a window as the program does, and let Qt delete it."""
        window.close()
        window.deleteLater()
        Gui.settle()

    @staticmethod
    def settle() -> None:
        """Let Qt do what is due, deletions too."""
        for _ in range(3):
            QApplication.processEvents()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    @staticmethod
    def answer_file_dialog(window: Window, key: str, *paths: str) -> None:
        """Trigger an action that asks for files, and choose these in the real dialog."""

        def choose() -> None:
            dialog = QApplication.activeModalWidget()
            assert isinstance(dialog, QFileDialog)
            dialog.setDirectory(str(Path(paths[0]).parent))
            line = dialog.findChild(QLineEdit, "fileNameEdit")
            line.setText(" ".join(f'"{path}"' for path in paths) if len(paths) > 1 else paths[0])
            dialog.accept()

        QTimer.singleShot(0, choose)
        window.actions_made[key].trigger()

    @staticmethod
    def notices(window: Window) -> list[str]:
        """What is said in the window's corner."""
        return [card.notice.text for card in window.desk.notices.cards]


def made_since(kinds: Callable[[type], bool]) -> list[object]:
    """What Python knows of these classes and what is not frozen: half a million objects, but few classes, so look at these first."""
    objects = gc.get_objects()
    wanted = set(filter(kinds, set(map(type, objects))))
    return [one for one in objects if type(one) in wanted] if wanted else []


def vtk_made_since() -> dict[int, str]:
    """VTK's objects, and PyVista's: id → class."""

    def drawn(kind: type) -> bool:
        return str(kind.__module__).startswith(("vtk", "pyvista")) and any(part in kind.__name__ for part in VTK)

    return {id(one): type(one).__name__ for one in made_since(drawn)}


@pytest.fixture(scope="session")
def gui() -> type[Gui]:
    """What the tests do with windows (modules of tests cannot import this one)."""
    return Gui


@pytest.fixture(scope="session")
def recording(tmp_path_factory) -> str:
    """A trained network and its path; trained in a child, so that this process never imports torch."""
    folder = tmp_path_factory.mktemp("run") / "recording"
    training = Training(model="mlp", epochs=2, samples=100)
    drain(isolated("lossvista.compute.training.train:train", training, str(folder)))
    return str(folder)


@pytest.fixture
def no_leaks(qapp, request: pytest.FixtureRequest) -> Iterator[None]:
    """Fails where a thread, a top-level widget or a VTK object outlives the test. What was there before is frozen meanwhile: to walk
    over it, too (all of torch, where something has imported it), took 0.8 s a window in the tests of the studies."""
    Gui.settle()
    widgets = {id(w) for w in QApplication.topLevelWidgets()}
    gc.freeze()
    try:
        yield
        request.node.funcargs.clear()  # pytest would hold what the test was given
        Gui.settle()
        gc.collect()
        running = [
            one.objectName() or type(one).__name__
            for one in made_since(lambda kind: issubclass(kind, QThread))
            if _running(one)
        ]
        left = [type(w).__name__ for w in QApplication.topLevelWidgets() if id(w) not in widgets]
        more = vtk_made_since()
    finally:
        gc.unfreeze()
    if more:  # held by what was there before, or by waste in which that has a part
        gc.collect()
        still = vtk_made_since()
        more = {key: name for key, name in more.items() if still.get(key) == name}
    assert not running, f"threads still run: {running}"
    assert not left, f"top-level widgets are left: {left}"
    assert not more, f"VTK objects are left: {dict(Counter(more.values()))}"


def _running(thread: QThread) -> bool:
    try:
        return thread is not QApplication.instance().thread() and thread.isRunning()
    except RuntimeError:  # its C++ side is gone
        return False


@pytest.fixture
def size() -> tuple[int, int] | None:
    """Of the window; modules that look at places override it with None."""
    return Gui.SMALL


@pytest.fixture
def window(no_leaks, tmp_path: Path, size: tuple[int, int] | None) -> Iterator[Window]:
    """An empty window."""
    made = Gui.open(tmp_path / "settings", size=size)
    yield made
    Gui.end(made)


@pytest.fixture
def saved(tmp_path: Path) -> Callable[[Landscape, str], str]:
    """Saves a landscape and says where."""

    def put(landscape: Landscape, name: str = "landscape.h5") -> str:
        save(landscape, tmp_path / name)
        return str(tmp_path / name)

    return put
