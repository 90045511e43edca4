"""Copying: what the actions of Copy put on the clipboard. Each is a function of the desk."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QGuiApplication

from ..compute.grid import Grid
from ..compute.statement import statement
from ..compute.surface import Mark
from .desk import Desk
from .language import tr


def picture(desk: Desk) -> None:
    """The picture as it is on the screen."""
    QGuiApplication.clipboard().setImage(desk.stage.grab_page())
    desk.notices.say(tr("The picture is copied."), "success")


def values(desk: Desk) -> None:
    """The values of the field that is shown, for a spreadsheet."""
    document = desk.document
    surface = document.landscape.surface
    text = table(surface.grid, surface.values(document.field), surface.evaluated) if document.field else ""
    QGuiApplication.clipboard().setText(text)
    ny, nx = surface.grid.shape
    what = document.field.replace("_", " ")
    desk.notices.say(
        tr("{nx} × {ny} values of {what} are copied, separated by tabs.", nx=nx, ny=ny, what=what), "success"
    )


def caption(desk: Desk) -> None:
    """The text for below a figure."""
    QGuiApplication.clipboard().setText(statement(desk.document.landscape, desk.session.style))
    desk.notices.say(tr("The caption is copied."), "success")


def link(desk: Desk) -> None:
    """The landscape's file: as a path for text, as the file itself for a file manager."""
    path = str(Path(desk.document.path).absolute())
    data = QMimeData()
    data.setText(path)
    data.setUrls([QUrl.fromLocalFile(path)])
    QGuiApplication.clipboard().setMimeData(data)
    desk.notices.say(tr("{name} is copied: paste it as a path, or as the file.", name=Path(path).name), "success")


def table(grid: Grid, values: np.ndarray, evaluated: np.ndarray) -> str:
    """(ny, nx) values as lines of cells with tabs between: α along the first line, β down the first column; of a line of points,
    two columns. Cells that were not computed are empty. Every number reads back as the same float."""
    cells = np.where(evaluated == Mark.NOT_YET, "", values.astype(float).astype(str))
    if grid.line:
        return "\n".join(["α\tvalue", *(f"{a}\t{cell}" for a, cell in zip(_text(grid.alpha), cells[0], strict=True))])
    head = "\t".join(["β \\ α", *_text(grid.alpha)])
    rows = ("\t".join([b, *row]) for b, row in zip(_text(grid.beta), cells, strict=True))
    return "\n".join([head, *rows])


def _text(numbers: np.ndarray) -> list[str]:
    return [str(float(one)) for one in numbers]
