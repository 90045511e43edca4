"""Leaks: what is left in memory after landscapes were opened and closed, and the window's centre split and unsplit, many times.

    python benchmarks/leaks.py [--opens 200] [--splits 50]

Needs a display (or `xvfb-run -a`) and Linux (/proc). Each landscape is drawn before it is closed. Printed are the resident memory, VTK's
objects that Python knows, all widgets, and the actors of the first pane's scene."""

from __future__ import annotations

import argparse
import gc
import os
import tempfile
from pathlib import Path

import numpy as np
from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, Qt, QTimer
from PySide6.QtGui import QSurfaceFormat
from PySide6.QtWidgets import QApplication

from lossvista.app import theme
from lossvista.app.opengl import OpenGL, surface_format
from lossvista.app.settings import Settings
from lossvista.app.window import Window
from lossvista.compute.grid import Grid, ticks
from lossvista.compute.landscape import Axis, Landscape
from lossvista.compute.storage import save
from lossvista.compute.surface import Patch, Surface

LINES = 8  # of the table, beside the first


def landscape(title: str, waves: float, side: int = 51) -> Landscape:
    """A bowl with waves on it, side × side points."""
    grid = Grid(ticks(-1, 1, side), ticks(-1, 1, side))
    a, b = grid.alpha[None, :], grid.beta[:, None]
    losses = 0.1 + a**2 + b**2 + 0.1 * (1 + np.sin(waves * a) * np.cos(waves * b))
    surface = Surface(grid)
    surface.add(Patch(np.arange(grid.size), {"train_loss": losses.ravel()}, samples=1))
    return Landscape(surface, title, axes=[Axis("α", "random"), Axis("β", "random")])


def settle() -> None:
    """Let Qt do what is due, deletions too."""
    for _ in range(3):
        QApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def counted(window: Window) -> str:
    """Memory and objects, as cells of the table."""
    settle()
    gc.collect()
    memory = int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
    objects = sum(type(one).__name__.startswith("vtk") for one in gc.get_objects())
    actors = window.stage.view.renderer.GetActors().GetNumberOfItems()  # type: ignore[union-attr]
    return f"{memory:.1f} MiB | {objects} | {len(QApplication.allWidgets())} | {actors}"


def main() -> None:
    """Open and close, split and unsplit, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--opens", type=int, default=200)
    parser.add_argument("--splits", type=int, default=50)
    given = parser.parse_args()
    QSurfaceFormat.setDefaultFormat(surface_format())
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    app = QApplication(["lossvista"])
    with tempfile.TemporaryDirectory() as folder:
        paths = [str(save(landscape(f"Waves {k}", 6.0 * k), Path(folder, f"{k}.h5"))) for k in (1, 2)]
        settings = Settings(Path(folder, "settings"))
        settings.update(toured=True)
        theme.apply(app, "light")
        opengl = OpenGL(version="", renderer="")
        window = Window(settings, opengl)
        window.resize(900, 600)
        window.show()
        loop = QEventLoop()
        window.stage.ready.connect(lambda: QTimer.singleShot(0, loop.quit))
        window.begin(opengl, [])
        loop.exec()
        print("| opened and closed | memory | VTK objects | widgets | actors |\n|---|---|---|---|---|")
        for k in range(1, given.opens + 1):
            window.desk.open(paths[k % 2])
            settle()
            window.stage.view.grabFramebuffer()  # type: ignore[union-attr]
            window.actions_made["file.close"].trigger()
            window.desk.notices.clear()
            if k == 1 or k % max(1, given.opens // LINES) == 0:
                print(f"| {k} | {counted(window)} |", flush=True)
        for path in paths:
            window.desk.open(path)
        print("\n| split and unsplit | memory | VTK objects | widgets | actors |\n|---|---|---|---|---|")
        for k in range(1, given.splits + 1):
            window.desk.session.places.arrange(2, 2)
            settle()
            window.desk.session.places.arrange(1, 1)
            if k == 1 or k % max(1, given.splits // LINES) == 0:
                print(f"| {k} | {counted(window)} |", flush=True)
        window.close()
        window.deleteLater()
        settle()


if __name__ == "__main__":
    main()
