"""Screens as people have them: dense ones, Wayland, a remote X server, old OpenGL. The window starts, its picture is sharp, and
what is under the pointer is what is read."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

SCRIPT = """
import json, sys
from PySide6.QtCore import QEvent, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication
import lossvista.app.main as main
import lossvista.app.window as window
from lossvista.compute.relief import place
begin = window.Window.begin
def begun(self, *given):
    self.desk.settings.update(toured=True)
    def look():
        self.actions_made["camera.top"].trigger()
        view, scene, document = self.stage.view, self.stage.scene, self.desk.document
        size = view.grabFramebuffer().size()
        ratio, hits = view.devicePixelRatioF(), []
        self.stage.pane.hovered.connect(lambda a, b: hits.append((a, b)))
        surface = document.landscape.surface
        x, y = place(surface.grid)
        heights = document.relief.heights(surface.fields["train_loss"])
        wanted = []
        for j, i in ((2, 3), (5, 5), (8, 7), (9, 1)):
            renderer = view.renderer
            renderer.SetWorldPoint(x[i], y[j], heights[j, i], 1.0)
            renderer.WorldToDisplay()
            px, py, _ = renderer.GetDisplayPoint()
            at = QPointF(px / ratio, view.height() - 1 - py / ratio)
            none, left = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
            QApplication.sendEvent(view, QMouseEvent(QEvent.Type.MouseMove, at, view.mapToGlobal(at), none, none, left))
            wanted.append((surface.grid.alpha[i], surface.grid.beta[j]))
        print(json.dumps({"ratio": ratio, "hits": hits, "wanted": wanted, "logical": [view.width(), view.height()],
                          "device": [size.width(), size.height()],
                          "platform": QApplication.platformName()}))
        self.close()
    self.stage.ready.connect(lambda: QTimer.singleShot(300, look))
    begin(self, *given)
window.Window.begin = begun
sys.exit(main.main(sys.argv[1:]))
"""


@contextmanager
def wayland(folder: Path, scale: int) -> Iterator[dict[str, str]]:
    """A compositor without a monitor, and the environment of a program on it; there is no X server to fall back on."""
    if shutil.which("weston") is None:
        pytest.skip("NO WESTON: nothing was tried on Wayland")
    folder.mkdir(mode=0o700)
    (folder / "weston.ini").write_text(f"[core]\nidle-time=0\n[output]\nname=headless\nscale={scale}\n")
    command = ["weston", "--backend=headless-backend.so", "--use-gl", "--width=2600", "--height=1900", "--socket=wl"]
    environment = {**os.environ, "XDG_RUNTIME_DIR": str(folder)}
    with (folder / "log").open("wb") as log:
        compositor = subprocess.Popen(
            [*command, f"--config={folder}/weston.ini"], env=environment, stdout=log, stderr=log
        )
    try:
        end = time.monotonic() + 60
        while not (folder / "wl").exists():
            assert compositor.poll() is None and time.monotonic() < end, (folder / "log").read_text()
            time.sleep(0.02)
        yield {
            "XDG_RUNTIME_DIR": str(folder),
            "WAYLAND_DISPLAY": "wl",
            "QT_QPA_PLATFORM": "wayland",
            "DISPLAY": "",
        }
    finally:
        compositor.terminate()
        compositor.wait(20)


@contextmanager
def x_server(*options: str, host: str = "") -> Iterator[dict[str, str]]:
    """An X server of its own, and the environment of a program on it."""
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1920x1200x24", "-noreset", *options]
    server = subprocess.Popen(command, pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(write)
    try:
        with os.fdopen(read) as said:
            yield {"DISPLAY": f"{host}:{said.readline().strip()}"}
    finally:
        server.terminate()
        server.wait(20)


def used(path: str, home: Path, **environment: str) -> dict:
    """What the window said of itself and of four places in its picture, which were pointed at."""
    own = {f"XDG_{kind}_HOME": str(home / kind) for kind in ("CONFIG", "DATA", "STATE")}
    command = [sys.executable, "-c", SCRIPT, path]
    done = subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, **own, **environment}, timeout=180
    )
    assert done.returncode == 0, done.stderr
    assert "WARN" not in done.stderr and "ERR|" not in done.stderr, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def is_right(said: dict, ratio: float) -> None:
    assert said["ratio"] == ratio
    for logical, device in zip(said["logical"], said["device"], strict=True):
        assert abs(device - logical * ratio) <= 1
    assert len(said["hits"]) == len(said["wanted"])
    for hit, wanted in zip(said["hits"], said["wanted"], strict=True):
        assert hit == pytest.approx(wanted, abs=1e-9)  # a node that is near is meant


@pytest.mark.parametrize("scale", ["1", "1.5", "2"])
def test_the_picture_is_sharp_and_picks_right(qapp, saved, small_landscape, tmp_path, scale):
    is_right(used(saved(small_landscape), tmp_path, QT_SCALE_FACTOR=scale), float(scale))


@pytest.mark.parametrize(("of_the_screen", "of_the_person"), [(1, "1.5"), (2, "1")])
def test_on_wayland_too(qapp, saved, small_landscape, tmp_path, of_the_screen, of_the_person):
    """Fault 30. A screen says its density itself; a fraction is asked for."""
    with wayland(tmp_path / "run", of_the_screen) as environment:
        said = used(saved(small_landscape), tmp_path, QT_SCALE_FACTOR=of_the_person, **environment)
    assert said["platform"] == "wayland"
    is_right(said, of_the_screen * float(of_the_person))


def test_on_an_x_server_across_the_network(qapp, saved, small_landscape, tmp_path):
    """Fault 31: as over `ssh -X`, it shares neither memory nor a graphics card with the program."""
    with x_server("-listen", "tcp", "-nolisten", "unix", "-nolisten", "local", "-ac", host="127.0.0.1") as environment:
        is_right(used(saved(small_landscape), tmp_path, **environment), 1)


def test_on_an_x_server_without_glx(qapp, saved, small_landscape, tmp_path):
    """Fault 31: as VNC servers are; EGL draws."""
    with x_server("-extension", "GLX") as environment:
        is_right(used(saved(small_landscape), tmp_path, **environment), 1)


def test_one_start_without_opengl_leaves_the_look_alone(gui, saved, small_landscape, tmp_path, no_leaks):
    """Fault 31: a landscape that opens as a map because nothing else can be drawn is no map at the next start, at the desk."""
    path = saved(small_landscape)
    for opengl, view in ((gui.HERE, "contours"), (gui.NOWHERE, "map"), (gui.HERE, "contours")):
        window = gui.open(tmp_path / "settings", opengl, files=(path,))
        try:
            assert window.desk.session.style.view == view
            window.desk.session.restyle("Height", relief_height=0.5)  # the next landscapes begin with this look
            assert window.desk.session.default_style.view == "contours"
        finally:
            gui.end(window)


def test_what_is_opened_again_without_opengl_is_a_map_for_as_long(gui, saved, small_landscape, tmp_path, no_leaks):
    """Fault 31."""
    for opengl, files, view in (
        (gui.HERE, (saved(small_landscape),), "wireframe"),
        (gui.NOWHERE, (), "map"),
        (gui.HERE, (), "wireframe"),
    ):
        window = gui.open(tmp_path / "settings", opengl, files=files)
        try:
            if files:
                window.desk.session.restyle("View", view=view)
            assert window.desk.session.style.view == view
        finally:
            gui.end(window)
