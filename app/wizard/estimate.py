"""Estimate: the panel that says what a recipe will take, before it is started."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from ...compute.amounts import duration, size
from ...compute.findings import Findings
from ...compute.recipe import Recipe
from ...compute.there import is_there
from .. import theme
from ..language import tr

LONG = 3600.0  # seconds from which on a job is worth a second thought
FIRST_LOOK = 1000  # samples that show the shape of most landscapes


class EstimatePanel(QFrame):
    """Time, memory and disk, each with how it comes about. `measure_asked`: a forward pass is asked for."""

    measure_asked = Signal()

    def __init__(self) -> None:
        super().__init__(objectName="card")
        self.levels: dict[str, str] = {}
        self.values: dict[str, QLabel] = {}
        self.notes: dict[str, QLabel] = {}
        self.pictures: dict[str, QLabel] = {}
        columns = QHBoxLayout(spacing=22)
        for icon, title in (("clock", tr("Time")), ("memory", tr("Memory")), ("disk", tr("Disk"))):
            grid = QGridLayout()
            grid.setHorizontalSpacing(9)
            grid.setVerticalSpacing(0)
            picture, name, value, note = QLabel(), QLabel(title), QLabel("–"), QLabel(wordWrap=True)
            name.setProperty("quiet", True)
            font = value.font()
            font.setPointSizeF(font.pointSizeF() * 1.25)
            font.setWeight(font.Weight.DemiBold)
            value.setFont(font)
            note.setProperty("quiet", True)
            small = note.font()
            small.setPointSizeF(small.pointSizeF() * 0.9)
            note.setFont(small)
            grid.addWidget(picture, 0, 0, 2, 1, Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(name, 0, 1)
            grid.addWidget(value, 1, 1)
            grid.addWidget(note, 2, 0, 1, 2)
            grid.setColumnStretch(1, 1)
            grid.setRowStretch(3, 1)
            columns.addLayout(grid, 1)
            self.pictures[title], self.values[title], self.notes[title] = picture, value, note
            picture.setProperty("icon_name", icon)
        self.remark = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.measure = QPushButton(tr("Measure"))
        self.measure.setToolTip(tr("Evaluate the centre with these choices, to see how long a point takes"))
        self.measure.setAutoDefault(False)
        self.measure.clicked.connect(self.measure_asked)
        self.running = QProgressBar(maximum=0, textVisible=False, visible=False)
        self.foot = QWidget()
        foot = QHBoxLayout(self.foot)
        foot.setContentsMargins(0, 0, 0, 0)
        foot.setSpacing(10)
        foot.addWidget(self.remark, 1)
        foot.addWidget(self.running, 1)
        foot.addWidget(self.measure)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 10)
        column.setSpacing(8)
        column.addLayout(columns)
        column.addWidget(self.foot)
        self.redraw_icons()

    def show_estimate(self, findings: Findings | None, recipe: Recipe | None, folder: Path) -> None:
        """What this recipe takes; folder: where its file goes."""
        estimate = findings.estimate(recipe) if findings is not None and recipe is not None else None
        self.levels = {}
        if findings is None or recipe is None or estimate is None:
            for title in self.values:
                self.values[title].setText("–")
                self.notes[title].setText("")
            self.remark.setText("" if recipe is None else tr("One forward pass says how long a point takes."))
            self.measure.setText(tr("Measure"))
            self._buttons(recipe is not None)
            return
        path = tr(" and {path:,} evaluations of the path", path=estimate.path) if estimate.path else ""
        about = "roughly " if estimate.rough else "about "
        self._say(
            tr("Time"),
            about + duration(estimate.seconds),
            tr("{points:,} points of {point}{path}", points=estimate.points, point=duration(estimate.point), path=path),
        )
        gpu = tr(", {gpu} of the GPU's", gpu=size(estimate.gpu)) if estimate.gpu else ""
        there = _memory()
        self._say(tr("Memory"), size(estimate.memory), (f"of {size(there)}" if there else "") + gpu)
        free = _free(folder)
        left = tr(", {free} are free", free=size(free)) if free is not None else ""
        self._say(
            tr("Disk"),
            size(estimate.disk),
            tr("{peak_disk} while it is computed{left}", peak_disk=size(estimate.peak_disk), left=left),
        )
        warnings = []
        if estimate.rough:
            warnings.append(tr("Roughly: {rough}.", rough=estimate.rough))
        if estimate.seconds > LONG:
            self.levels[tr("Time")] = "fair"
            warnings.append(_sooner(findings, recipe) + tr("A job that is stopped goes on where it was."))
        if there and estimate.memory > 0.8 * there:
            self.levels[tr("Memory")] = "poor"
            warnings.append(tr("The memory may not suffice: use fewer samples or a coarser grid."))
        if free is not None and estimate.peak_disk > free:
            self.levels[tr("Disk")] = "poor"
            warnings.append(tr("The disk is too full for it: choose another place."))
        stale = findings.stale(recipe)
        if stale:
            names = ", ".join(tr(Recipe.model_fields[name].title or name).lower() for name in stale)
            warnings.insert(0, tr("Measured with other choices ({names}): measure again.", names=names))
        self.remark.setText(" ".join(warnings))
        self.measure.setText(tr("Measure again"))
        self._buttons(bool(stale))
        self.redraw_icons()

    def show_measuring(self, on: bool) -> None:
        """A forward pass runs."""
        self.running.setVisible(on)
        self.measure.setVisible(not on)
        self.foot.setVisible(on or bool(self.remark.text()))
        if on:
            self.remark.setText(tr("Measuring one point …"))

    def redraw_icons(self) -> None:
        """In the theme's colours."""
        c = theme.colors()
        for title, picture in self.pictures.items():
            level = self.levels.get(title, "")
            tint = {"": c.accent, "fair": c.fair, "poor": c.poor}[level]
            name = {"": picture.property("icon_name"), "fair": "warning", "poor": "error"}[level]
            picture.setPixmap(theme.draw(name, 22, tint, self.devicePixelRatioF()))

    def _say(self, title: str, value: str, note: str) -> None:
        self.values[title].setText(value)
        self.notes[title].setText(note)

    def _buttons(self, asked: bool) -> None:
        self.running.hide()
        self.measure.setVisible(asked)
        self.foot.setVisible(asked or bool(self.remark.text()))
        self.redraw_icons()


def _sooner(findings: Findings, recipe: Recipe) -> str:
    """What a first look at the same landscape would take."""
    if max(split.used(recipe) for split in findings.splits) <= FIRST_LOOK:
        return tr("A coarser grid shows the shape sooner. ")
    fewer = findings.estimate(recipe.replace(samples=FIRST_LOOK))
    return (
        tr("With {first_look:,} samples: about {seconds}. ", first_look=FIRST_LOOK, seconds=duration(fewer.seconds))
        if fewer is not None
        else ""
    )


def _memory() -> int:
    """Bytes of memory of this machine; 0 where they are not told."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return 0


def _free(folder: Path) -> int | None:
    while not is_there(folder) and folder != folder.parent:
        folder = folder.parent
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None
