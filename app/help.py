"""Help: the list of all keys, and what this program is and runs on."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

from PySide6.QtCore import Qt, qVersion
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from .. import __version__
from . import theme
from .language import tr
from .opengl import OpenGL

LIBRARIES = (
    "PySide6_Essentials",
    "vtk",
    "pyvista",
    "pyvistaqt",
    "numpy",
    "scipy",
    "h5py",
    "matplotlib",
    "torch",
    "torchvision",
)
MOUSE = [
    (tr("Turn"), "drag"),
    (tr("Move"), tr("Shift + drag, or middle button")),
    (tr("Nearer, farther"), tr("wheel, or right button")),
    (tr("Pin a point"), "click"),
    (tr("Move a pin"), tr("drag it")),
    (tr("What can be done at a point"), tr("right click")),
    (tr("Read a value"), tr("point at the surface")),
]


class Shortcuts(QDialog):
    """All keys, menu by menu, read off the window's menus; and the mouse."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, windowTitle=tr("Keyboard and mouse"))
        assert isinstance(parent, QMainWindow)
        groups = []
        for top in parent.menuBar().actions():
            rows = list(_keys(top.menu()))
            if rows:
                groups.append((top.text().replace("&", ""), rows))
        groups.append((tr("Mouse, in the 3-D view"), MOUSE))
        columns = QHBoxLayout(spacing=36)
        sides = [QVBoxLayout(spacing=16), QVBoxLayout(spacing=16)]
        length = [0, 0]
        for title, rows in groups:
            side = length.index(min(length))
            length[side] += len(rows) + 2
            sides[side].addWidget(_table(title, rows))
        for side in sides:
            side.addStretch(1)
            columns.addLayout(side)
        inside = QWidget()
        inside.setLayout(columns)
        area = QScrollArea(widgetResizable=True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 14, 14)
        layout.addWidget(area, 1)
        layout.addWidget(buttons)
        self.resize(760, 640)


def _keys(menu):
    for action in menu.actions():
        if action.menu() is not None:
            yield from _keys(action.menu())
        elif action.shortcuts():
            text = "  or  ".join(key.toString(QKeySequence.SequenceFormat.NativeText) for key in action.shortcuts())
            yield action.text().replace("&", "").rstrip("…"), text


def _table(title: str, rows: list[tuple[str, str]]) -> QWidget:
    table = QWidget()
    grid = QGridLayout(table)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setVerticalSpacing(4)
    grid.setHorizontalSpacing(18)
    head = QLabel(title)
    head.setProperty("section", True)
    grid.addWidget(head, 0, 0, 1, 2)
    for at, (text, keys) in enumerate(rows, 1):
        grid.addWidget(QLabel(text), at, 0)
        key = QLabel(keys, alignment=Qt.AlignmentFlag.AlignRight)
        key.setProperty("quiet", True)
        grid.addWidget(key, at, 1)
    grid.setColumnStretch(0, 1)
    return table


class About(QDialog):
    """The program, its version, and the report to paste where one asks for help."""

    def __init__(self, parent: QWidget, opengl: OpenGL | None) -> None:
        super().__init__(parent, windowTitle=tr("About Lossvista"))
        picture = QLabel(pixmap=theme.draw("lossvista", 72, ratio=self.devicePixelRatioF()))
        text = QLabel(
            tr(
                "<span style='font-size: 17pt; font-weight: 600'>Lossvista</span> &nbsp; {version}<br>See, measure "
                "and explore the loss landscape of your own PyTorch model, and trust the picture.<br>BSD-3-Clause.",
                version=__version__,
            ),
            wordWrap=True,
        )
        top = QHBoxLayout(spacing=18)
        top.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        top.addWidget(text, 1)
        self.report = report(opengl)
        box = QPlainTextEdit(self.report, readOnly=True)
        box.setAccessibleName(tr("Report"))
        box.setStyleSheet("font-family: monospace;")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        copy = buttons.addButton(tr("Copy report"), QDialogButtonBox.ButtonRole.ActionRole)
        copy.setAutoDefault(False)
        copy.clicked.connect(lambda: QApplication.clipboard().setText(self.report))
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 20, 20, 14)
        layout.setSpacing(14)
        layout.addLayout(top)
        layout.addWidget(box, 1)
        layout.addWidget(buttons)
        self.resize(560, 460)


def report(opengl: OpenGL | None) -> str:
    """Versions and drawing, one a line. Reads the packages' own records: nothing is imported for it."""
    lines = [
        tr("lossvista   {version}", version=__version__),
        f"python      {platform.python_version()}  ({platform.platform()})",
    ]
    for name in LIBRARIES:
        try:
            lines.append(f"{name:<11} {version(name)}")
        except PackageNotFoundError:
            lines.append(f"{name:<11} missing")
    lines.append(f"qt          {qVersion()} on {QGuiApplication.platformName()}")
    if opengl is None:
        lines.append("opengl      not looked for yet")
    else:
        lines.append(
            f"opengl      {opengl.version + '  ' + opengl.renderer if opengl.there else 'no: ' + opengl.reason}"
        )
    return "\n".join(lines)
