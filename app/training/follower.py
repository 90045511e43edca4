"""Follower: reads one recording again and again while it is being written, and tells when there is more."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from ...compute.errors import LossvistaError
from ...compute.storage.layout import FILE_LIMIT
from ...compute.storage.reader import read_file
from ...compute.training.curve_lines import EPOCH
from ...compute.training.curves import CurveReader, Curves
from ...compute.training.layout import STEPS
from .recording import Told, told

LOOK_MS = 400  # between two looks at a recording that is being written
IDLE_MS = 3000  # ... at one that has not grown for a while
IDLE_AFTER = 50  # looks without anything new


class Follower(QObject):
    """folder: the recording, which need not be there yet. told: what it says of itself. curves: what it tells of the training.
    error: the sentence about what cannot be read, "" where all can."""

    changed = Signal(object)  # Follower: there is more, or it has ended

    def __init__(self, folder: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.folder = str(Path(folder).expanduser().absolute())
        self.told = Told(self.folder)
        self.curves = Curves()
        self.error = ""
        self.live = False
        self._reader = CurveReader(self.folder)
        self._seen: object = None
        self._quiet = 0
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self.look)

    @property
    def name(self) -> str:
        return self.told.name

    def start(self) -> None:
        """Look now, and from now on, until the recording is finished or `stop` is called."""
        self.live, self._quiet = True, 0
        self._timer.start(LOOK_MS)
        self.look()

    def stop(self) -> None:
        """Look no more. What was read stays."""
        if self.live:
            self.live = False
            self._timer.stop()
            self.changed.emit(self)

    def look(self) -> None:
        """Read what was appended since the last look."""
        self.told = told(self.folder) or Told(self.folder)
        try:
            curves, self.error = self._reader.read(), ""
        except LossvistaError as error:
            curves, self.error = self._reader.so_far(), str(error)
        if not len(curves.epochs["step"]) and not len(curves.iterations["step"]):
            curves = from_steps(self.folder, curves)
        self.curves = curves
        seen = (self.told, self.error, *(len(t["step"]) for t in (curves.iterations, curves.epochs)), _moments(curves))
        fresh = seen != self._seen
        self._seen, self._quiet = seen, 0 if fresh else self._quiet + 1
        if self.live and not self._reader.behind:
            if self.told.finished:
                self.live, fresh = False, True
                self._timer.stop()
            else:
                self._timer.setInterval(LOOK_MS if self._quiet < IDLE_AFTER else IDLE_MS)
        if fresh:
            self.changed.emit(self)


def from_steps(folder: str, curves: Curves) -> Curves:
    """The same curves with a row for each checkpoint: what a recording tells that was made by somebody's own loop. Lines that are
    not ours are left out."""
    rows = []
    with suppress(LossvistaError):
        for line in read_file(Path(folder) / STEPS, FILE_LIMIT).split(b"\n")[:-1]:
            with suppress(ValueError, TypeError, AttributeError, OverflowError, RecursionError):
                row = json.loads(line)
                rows.append([float(row.get(name, np.nan)) for name in EPOCH])
    if not rows:
        return curves
    columns = MappingProxyType(dict(zip(EPOCH, np.array(rows).T, strict=True)))
    return Curves(curves.iterations, columns, curves.layers)


def _moments(curves: Curves) -> int:
    return max((len(history.step) for history in curves.layers.values()), default=0)
