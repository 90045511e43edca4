"""Exporting: verbs that write what is seen into a mesh, a table or a picture."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from . import comparing
from .desk import Desk
from .language import tr
from .picture_dialog import SCREEN, PictureDialog, Wanted
from .snapshot import write_image

TABLE = tr("Table of a study: {} (*.csv)")
PARAVIEW = tr("For ParaView: VTK PolyData and a script that shows it (*.vtp)")


def export_as(desk: Desk) -> None:
    """Ask for a name and export what is seen."""
    from ..compute.exporters import EXPORTERS

    document = desk.document
    tables = [name for name, table in document.landscape.tables.items() if len(table)]
    filters = [f"{tr(door.label)} (*{suffix})" for suffix, door in EXPORTERS.items()]
    start = str(Path(document.path or desk.folder / document.stem).with_suffix(next(iter(EXPORTERS))))
    path, chosen = QFileDialog.getSaveFileName(
        desk.window, tr("Export what is seen"), start, ";;".join([*filters, PARAVIEW, *map(TABLE.format, tables)])
    )
    if path and (table := next((name for name in tables if chosen == TABLE.format(name)), "")):
        export_table(desk, table, path)
    elif path:
        suffix = chosen.rpartition("(*")[2].rstrip(")")
        export_to(desk, path if Path(path).suffix else path + suffix, paraview=chosen == PARAVIEW)


def export_to(desk: Desk, path: str, paraview: bool = False) -> None:
    """Export the landscape as it is seen, in the background; the suffix says the format. paraview: with a script for it."""
    document = desk.document
    desk.pictures.export(
        document.landscape, desk.session.seen().replace(camera=desk.stage.camera), path, paraview=paraview
    )
    desk.notices.say(tr("Writing {name} …", name=Path(path).name))


def export_table(desk: Desk, name: str, path: str) -> None:
    """Write a table that a study found as CSV."""
    from ..compute.exporters.table import write_study

    target = Path(path) if Path(path).suffix else Path(f"{path}.csv")
    write_study(desk.document.landscape, name, target)
    desk.notices.say(tr("Saved {target}.", target=target), "success")


def save_figure(desk: Desk) -> PictureDialog | None:
    """Ask for a format, a size and a name, and save the view as a picture; of a comparison, its figure."""
    if desk.session.compared:
        return comparing.export(desk)
    document = desk.document
    folder = Path(document.path).parent if document.path else desk.folder
    flat = desk.session.seen().flat or document.landscape.surface.grid.line
    dialog = PictureDialog(desk.window, folder / f"{document.stem}.png", flat=flat)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.chosen.connect(desk.guarded(lambda wanted: picture_to(desk, wanted)))
    dialog.open()
    return dialog


def picture_to(desk: Desk, wanted: Wanted) -> None:
    """Save a picture: what is on the screen, or drawn anew, in a child process."""
    if wanted.size == SCREEN:
        write_image(desk.stage.grab_page(), wanted.path)
        desk.saved(wanted.path)
        return
    desk.pictures.draw(desk.document.landscape, desk.session.seen().replace(camera=desk.stage.camera), wanted)
    desk.notices.say(tr("Drawing {name} …", name=Path(wanted.path).name))
