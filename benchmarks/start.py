"""Start: how long a new process takes to the window, and to the window's first 3-D picture.

    python benchmarks/start.py

Needs a display (or `xvfb-run -a`)."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def landscape():
    """51 × 51 points of a bowl."""
    import numpy as np

    from lossvista.compute.grid import Grid, ticks
    from lossvista.compute.landscape import Landscape
    from lossvista.compute.surface import Patch, Surface

    grid = Grid(ticks(-1, 1, 51), ticks(-1, 1, 51))
    surface = Surface(grid)
    losses = 0.1 + grid.alpha[None, :] ** 2 + 2 * grid.beta[:, None] ** 2
    surface.add(Patch(np.arange(grid.size), {"train_loss": losses.ravel()}, samples=1000))
    return Landscape(surface, "A bowl")


def start(repeats: int) -> None:
    """Print how long it takes from a new process to the window, and to its first 3-D picture of a landscape."""
    from lossvista.compute.storage import save

    folder = tempfile.mkdtemp()
    path = str(Path(folder) / "landscape.h5")
    save(landscape(), path)
    spans = []
    for _ in range(repeats):
        env = {**os.environ, "XDG_CONFIG_HOME": tempfile.mkdtemp(), "QT_QPA_PLATFORM": "xcb"}
        command = [sys.executable, __file__, str(time.time()), path]
        said = subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout
        spans.append([float(word) for word in said.split()[-2:]])
    window, picture = (statistics.median(column) for column in zip(*spans, strict=True))
    print(f"\n| From a new process to | s, median of {repeats} |\n|---|---|")
    print(f"| the window | {window:.2f} |\n| its first 3-D picture (51²) | {picture:.2f} |")


def as_window(began: float, file: str) -> None:
    """Be the program until its first 3-D picture, and say when the window stood and when that was drawn."""
    from PySide6.QtCore import QCoreApplication, Qt, QTimer
    from PySide6.QtGui import QSurfaceFormat
    from PySide6.QtWidgets import QApplication

    from lossvista.app.main import main
    from lossvista.app.opengl import surface_format

    QSurfaceFormat.setDefaultFormat(surface_format())
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    app = QApplication(["lossvista"])
    seen: list[float] = []

    def look() -> None:
        for window in QApplication.topLevelWidgets():
            if window.isVisible() and hasattr(window, "stage"):
                if not seen:
                    seen.append(time.time() - began)
                view = window.stage.view  # type: ignore[attr-defined]
                if view is not None and view.isVisible() and view.frames > 0:
                    seen.append(time.time() - began)
                    poll.stop()
                    window.close()

    poll = QTimer(app, interval=5)
    poll.timeout.connect(look)
    poll.start()
    main([file])
    assert "torch" not in sys.modules, "the window has imported torch"
    print(*seen[:2])


if __name__ == "__main__":
    if len(sys.argv) == 3:
        as_window(float(sys.argv[1]), sys.argv[2])
    else:
        start(5)
