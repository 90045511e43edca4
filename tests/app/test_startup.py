"""Starting: no torch in the window, no OpenGL, no screen."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from lossvista.app.opengl import OpenGL, Probe

START = """
import sys
from PySide6.QtCore import QTimer
import lossvista.app.main as main
import lossvista.app.window as window
begin = window.Window.begin
def begun(self, *given):
    def look():
        print("page", type(self.stage.page).__name__)
        print("torch", "torch" in sys.modules)
        for card in self.desk.notices.cards:
            print("notice", card.notice.text)
        self.close()
    self.stage.ready.connect(lambda: QTimer.singleShot(0, look))
    begin(self, *given)
window.Window.begin = begun
sys.exit(main.main(sys.argv[1:]))
"""


def start(*files: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The real program, in a process of its own; it closes itself once the 3-D page is ready or known to be impossible."""
    return subprocess.run(
        [sys.executable, "-c", START, *files],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        timeout=180,
    )


@pytest.fixture
def size() -> None:
    """As a user gets it."""


def test_the_window_opens_a_file_and_never_imports_torch(qapp, saved, small_landscape):
    done = start(saved(small_landscape))
    assert done.returncode == 0, done.stderr
    assert "page View" in done.stdout and "torch False" in done.stdout


def test_importing_all_of_the_window_does_not_import_torch(run_python):
    said = run_python(
        "import pkgutil, sys, importlib, lossvista.app as app\n"
        "for m in pkgutil.walk_packages(app.__path__, 'lossvista.app.'): importlib.import_module(m.name)\n"
        "print('torch' in sys.modules, 'torchvision' in sys.modules)"
    )
    assert said.split() == ["False", "False"]


def test_without_opengl_the_program_starts_and_shows_the_map(qapp, saved, small_landscape):
    done = start(saved(small_landscape), QT_XCB_GL_INTEGRATION="none")
    assert done.returncode == 0, done.stderr
    assert "page Flat" in done.stdout
    assert "notice 3-D views cannot be drawn: The display offers no OpenGL." in done.stdout


def test_with_old_opengl_it_says_which_is_needed(qapp, saved, small_landscape, tmp_path):
    """Fault 31: Mesa as it is where the graphics card is old."""
    home = {f"XDG_{kind}_HOME": str(tmp_path / kind) for kind in ("CONFIG", "DATA", "STATE")}
    done = start(saved(small_landscape), MESA_GL_VERSION_OVERRIDE="2.1", **home)
    assert done.returncode == 0 and "page Flat" in done.stdout, done.stderr
    assert "notice 3-D views cannot be drawn: The display offers OpenGL 2.1; 3.2 is needed." in done.stdout


def test_nonsense_about_gpus_is_no_matter(qapp, saved, small_landscape, tmp_path):
    """Fault 16: the window itself asks for none."""
    home = {f"XDG_{kind}_HOME": str(tmp_path / kind) for kind in ("CONFIG", "DATA", "STATE")}
    done = start(saved(small_landscape), CUDA_VISIBLE_DEVICES="nonsense", **home)
    assert done.returncode == 0 and "page View" in done.stdout, done.stderr
    assert "torch False" in done.stdout and "notice" not in done.stdout


def test_without_a_screen_there_is_a_sentence(qapp):
    done = start(DISPLAY=":987", WAYLAND_DISPLAY="")
    assert done.returncode == 1  # `main` raises; the command line turns it into its exit code
    assert "LossvistaError: The window cannot be opened: " in done.stderr
    assert "lossvista render" in done.stderr


def test_a_child_that_crashes_is_an_answer(qapp):
    probe = Probe()
    probe.child.kill()
    answer = probe.answer()
    assert isinstance(answer, OpenGL) and not answer.there


@pytest.mark.parametrize(("renderer", "software"), [("llvmpipe (LLVM 15)", True), ("NVIDIA H200", False)])
def test_software_rendering_is_known(renderer, software):
    assert OpenGL(renderer=renderer).software is software


def test_the_panels_have_their_places_and_push_nothing_aside(window, gui) -> None:
    docks, width = window.docks, window.width()
    assert width <= 1480 and docks["landscapes"].width() == 300
    for name in ("playback", "probe"):
        window.actions_made[f"dock.{name}"].trigger()
        gui.settle()
    assert window.width() == width and docks["landscapes"].width() == 300
    assert docks["playback"].in_sight and docks["probe"].in_sight
