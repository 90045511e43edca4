"""Fields: the editors of choices that say more than their type does, and whether a folder can be written to."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from ..compute.directions import DIRECTIONS
from ..compute.doors import Door
from ..compute.engines import ENGINES
from ..compute.problem import DATA, MODELS
from ..compute.there import is_folder, is_there
from .editors import Choice, Editor, Line, Paths, Segments, Spin
from .language import tr

CHECKPOINTS = tr("Checkpoints (*.pt *.pth *.t7 *.th *.safetensors *.ckpt *.bin *.tar);;All files (*)")


def _doors(doors: dict[str, Door]) -> dict[str, str]:
    return {name: name for name in doors}


class Directions(Editor):
    """A direction by its label, and, for one that comes from a file, that file."""

    def __init__(self) -> None:
        super().__init__()
        self.choice = Choice({name: tr(door.label) for name, door in DIRECTIONS.items()})
        self.combo, self.values = self.choice.combo, self.choice.values
        self.file = Paths(
            "file", caption=tr("Directions"), filter=tr("Directions or landscapes (*.h5 *.hdf5);;All files (*)")
        )
        self.file.setToolTip(tr("A landscape of ours, or a direction file of Li et al.'s."))
        both = QWidget()
        column = QVBoxLayout(both)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.choice)
        column.addWidget(self.file)
        self.row.addWidget(both, 1)
        self.choice.edited.connect(lambda _dragging: self._chosen())
        self.file.edited.connect(self.edited)
        self._ask()

    def _chosen(self) -> None:
        self._ask()
        self.edited.emit(False)

    def _ask(self) -> None:
        self.file.setVisible(bool(DIRECTIONS[self.choice.value()].argument))

    def value(self) -> str:
        name = self.choice.value()
        return f"{name}:{self.file.value()}" if DIRECTIONS[name].argument else name

    def show_value(self, value: Any) -> None:
        name, _, argument = str(value).partition(":")
        self.choice.show_value(name if name in DIRECTIONS else "random")
        self.file.show_value(argument)
        self._ask()


def _several(caption: str) -> Paths:
    return Paths("file", several=True, caption=caption, filter=CHECKPOINTS)


OWN: dict[str, Any] = {
    "model": lambda: Choice(_doors(MODELS), editable=True),
    "data": lambda: Choice(_doors(DATA), editable=True),
    "problem": lambda: Paths(
        "file", caption=tr("A Python file with make_problem"), filter=tr("Python (*.py);;All files (*)")
    ),
    "weights": lambda: _several(tr("Weights")),
    "trajectory": lambda: Paths("folder", caption=tr("Recorded checkpoints")),
    "also": lambda: Paths("folder", several=True, caption=tr("A further path's checkpoints")),
    "directions": Directions,
    "engine": lambda: Choice({name: tr(door.label) for name, door in ENGINES.items()}),
    "samples": lambda: Spin(0, 10**9, zero="all"),
    "batch_size": lambda: Spin(0, 10**6, zero=tr("automatic")),
    "workers": lambda: Spin(0, 4096, zero=tr("one a device")),
    "repeat": lambda: Spin(0, 10**6),
    "axes": lambda: Segments(
        {2: (tr("Plane"), "", tr("Two axes: a surface")), 1: (tr("Line"), "", tr("One axis: a curve"))}
    ),
    "only": lambda: Line(placeholder=tr("all: or a pattern, as in layer4.*")),
}


def unwritable(folder: Path) -> str:
    """Why nothing can be written into a folder (which need not exist yet); "" where it can."""
    there = folder
    while not is_there(there):
        if there == there.parent:
            break
        there = there.parent
    if not is_folder(there):
        return tr("{there} is not a folder. Choose another place.", there=there)
    if not os.access(there, os.W_OK | os.X_OK):
        return tr("The folder {there} is not writable. Choose another place.", there=there)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        return tr(
            "The folder {folder} cannot be made: {strerror}. Choose another place.",
            folder=folder,
            strerror=error.strerror,
        )
    return ""
