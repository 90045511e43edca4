"""Leaks: a landscape that was closed is gone: its values, its widgets, what VTK drew of it."""

from __future__ import annotations

import gc
from collections import Counter

from PySide6.QtWidgets import QApplication

from lossvista.app.document import Document
from lossvista.compute.landscape import Landscape


def alive(window, gui) -> Counter[str]:
    """Objects by kind: those of VTK that Python knows, all widgets, landscapes and documents, actors of the scene."""
    gui.settle()
    gc.collect()
    found: Counter[str] = Counter()
    for one in gc.get_objects():
        kind = type(one)
        if kind.__name__.startswith("vtk") or issubclass(kind, (Landscape, Document)):
            found[kind.__name__] += 1
    found["widgets"] = len(QApplication.allWidgets())
    found["actors"] = window.stage.view.renderer.GetActors().GetNumberOfItems()
    return found


def test_what_is_opened_and_closed_is_gone(window, saved, small_landscape, tilted_landscape, gui):
    paths = saved(small_landscape, "a.h5"), saved(tilted_landscape, "b.h5")

    def round_trip() -> None:
        for path in paths:
            window.desk.open(path)
        for view in ("view.map", "view.lines", "view.contours"):
            window.actions_made[view].trigger()
        window.stage.view.grabFramebuffer()
        for _ in paths:
            window.actions_made["file.close"].trigger()
        window.desk.notices.clear()

    for _ in range(3):
        round_trip()
    before = alive(window, gui)
    for _ in range(8):
        round_trip()
    more = alive(window, gui) - before
    assert not more, dict(more)
