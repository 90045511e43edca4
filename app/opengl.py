"""OpenGL: is it there? Asked in a child process, because where libraries are missing VTK crashes instead of raising."""

from __future__ import annotations

import ctypes
import json
import subprocess
import sys
from dataclasses import asdict, dataclass

from PySide6.QtGui import QGuiApplication, QOffscreenSurface, QOpenGLContext, QSurfaceFormat

from .language import tr

PACKAGES = "sudo apt install libgl1 libegl1 libgl1-mesa-dri"
SCREEN = "screen"  # what the child says once Qt has opened one


@dataclass(frozen=True)
class OpenGL:
    """What the child found. reason: why 3-D views cannot be drawn, "" where they can. screen: whether a window can be opened
    at all (`reason` says why not)."""

    reason: str = ""
    screen: bool = True
    version: str = ""
    renderer: str = ""

    @property
    def there(self) -> bool:
        return not self.reason

    @property
    def software(self) -> bool:
        """Whether the processor draws, not a graphics card."""
        return any(name in self.renderer.lower() for name in ("llvmpipe", "softpipe", "swrast", "swr"))


def surface_format() -> QSurfaceFormat:
    """Desktop OpenGL 3.2 core, what VTK draws with. To be the default before the QApplication is made: without it, floating a
    dock freezes the view. Multi-sampling happens in VTK's own buffers."""
    made = QSurfaceFormat()
    made.setRenderableType(QSurfaceFormat.RenderableType.OpenGL)
    made.setProfile(QSurfaceFormat.OpenGLContextProfile.CoreProfile)
    made.setVersion(3, 2)
    made.setSwapBehavior(QSurfaceFormat.SwapBehavior.DoubleBuffer)
    for set_bits in (made.setRedBufferSize, made.setGreenBufferSize, made.setBlueBufferSize, made.setAlphaBufferSize):
        set_bits(8)
    made.setDepthBufferSize(8)
    made.setStencilBufferSize(0)
    made.setSamples(0)
    return made


class Probe:
    """Starts the child at once; `answer` waits for it. So the window can be built in the meantime."""

    def __init__(self) -> None:
        self.child = subprocess.Popen(
            [sys.executable, "-m", __spec__.name],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._answer: OpenGL | None = None

    def answer(self, timeout: float = 20.0) -> OpenGL | None:
        """What it found; None where it has not answered within `timeout` seconds."""
        if self._answer is None:
            try:
                text, complaint = self.child.communicate(timeout=timeout)
            except subprocess.TimeoutExpired:
                return None
            self._answer = _understood(text.splitlines(), complaint, self.child.returncode)
        return self._answer

    def close(self) -> None:
        """End the child, if it has not ended."""
        if self.child.poll() is None:
            self.child.kill()
        self.child.communicate()


def _understood(lines: list[str], complaint: str, code: int) -> OpenGL:
    """The child's answer, or what its silence means."""
    if SCREEN not in lines:  # Qt ends a process that finds no screen; it must not be ours
        said = [line for line in complaint.splitlines() if "Could not load" in line or "could not connect" in line]
        return OpenGL((said or [tr("Qt cannot open a window here.")])[0].removeprefix("qt.qpa.plugin: "), screen=False)
    try:
        return OpenGL(**json.loads(lines[-1]))
    except (ValueError, TypeError):
        return OpenGL(tr("Trying OpenGL ended the process that tried it (code {code}).", code=code))


def look() -> OpenGL:
    """Try it, in this process."""
    app = QGuiApplication([])
    print(SCREEN, flush=True)
    if sys.platform == "linux":
        for library in ("libGL.so.1", "libEGL.so.1"):
            try:
                ctypes.CDLL(library)
            except OSError:
                return OpenGL(tr("The library {library} is missing.", library=library))
    context, surface = QOpenGLContext(), QOffscreenSurface()
    context.setFormat(surface_format())
    surface.setFormat(surface_format())
    surface.create()
    if not context.create() or not surface.isValid() or not context.makeCurrent(surface):
        return OpenGL(tr("The display offers no OpenGL."))
    try:
        major, minor = context.format().version()
        renderer = str(context.functions().glGetString(0x1F01))
        if (major, minor) < (3, 2):
            return OpenGL(tr("The display offers OpenGL {major}.{minor}; 3.2 is needed.", major=major, minor=minor))
        return OpenGL(version=f"{major}.{minor}", renderer=renderer)
    finally:
        context.doneCurrent()
        del app


if __name__ == "__main__":
    print(json.dumps(asdict(look())))
