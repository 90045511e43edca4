"""Comparing: what the actions of a comparison do. Each is a function of the desk."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog

from .desk import Desk
from .language import tr

FILTER = tr("Pictures (*.png);;Vector graphics (*.svg);;PDF (*.pdf)")


def compare(desk: Desk) -> None:
    """Compare the chosen landscapes, or all that can be compared with the current one; again: end the comparison."""
    from ..compute.figures import check_comparable  # here, because matplotlib is imported with it

    session = desk.session
    if session.compared:
        end(desk)
        return
    chosen = [document for document in session.documents if document in session.selected]
    if len(chosen) < 2:
        line = (session.current or session.documents[0]).landscape.surface.grid.line
        chosen = [one for one in session.documents if one.landscape.surface.grid.line == line and one.field]
    check_comparable([document.landscape for document in chosen])
    session.compare(chosen)


def series(desk: Desk) -> None:
    """Ask for a name, and write the chosen landscapes, or all that are shown or open, as one time series for ParaView."""
    session = desk.session
    chosen = [document for document in session.documents if document in session.selected]
    if len(chosen) < 2:
        shown = session.places.compared
        chosen = shown if len(shown) > 1 else [one for one in session.documents if one.field]
    path, _ = QFileDialog.getSaveFileName(
        desk.window, tr("Export a time series"), str(desk.folder / "series.pvd"), tr("ParaView time series (*.pvd)")
    )
    if path:
        target = Path(path) if Path(path).suffix else Path(path).with_suffix(".pvd")
        style = session.seen().replace(camera=desk.stage.camera)
        desk.pictures.export_series([one.landscape for one in chosen], style, str(target))
        desk.notices.say(
            tr("Writing {chosen} landscapes as the steps of {name} …", chosen=len(chosen), name=target.name)
        )


def end(desk: Desk) -> None:
    """Back to the one landscape."""
    desk.session.compare([])


def export(desk: Desk) -> None:
    """Ask for a name, and save the figure of the comparison."""
    start = str(desk.folder / "comparison.png")
    path, chosen = QFileDialog.getSaveFileName(desk.window, tr("Export the comparison"), start, FILTER)
    if path:
        suffix = chosen.rpartition("(*")[2].rstrip(")")
        export_to(desk, path if Path(path).suffix else path + suffix)


def export_to(desk: Desk, path: str) -> None:
    """Save the figure of the comparison; the suffix says the format."""
    from ..compute.figures import save_comparison

    landscapes = [document.landscape for document in desk.session.compared]
    QGuiApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
    try:
        save_comparison(landscapes, desk.document.measuring(desk.session.style), path)
    finally:
        QGuiApplication.restoreOverrideCursor()
    desk.saved(path)
