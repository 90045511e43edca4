"""Recording: the checkpoints of a training, in order: written by a Recorder, or a folder of ordinary checkpoint files."""

from __future__ import annotations

import copy
import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn

from ..consent import Trust
from ..errors import LossvistaError
from ..problem.checkpoints import SUFFIXES, plain, raw_weights
from ..problem.consent import with_consent
from ..problem.fitting import fit_weights
from ..storage.layout import FILE_LIMIT
from ..storage.reader import read_file
from ..there import is_file, is_folder, is_there
from .layout import HINT, META, STEPS, file_name, meta_of

MAPPED = 2**30  # bytes of checkpoint files, beyond which they are mapped and not read
COLUMNS = ("step", "epoch", "learning_rate", "train_loss")
_DEFAULTS = {**dict.fromkeys(COLUMNS, np.nan), "rounding": 0.0}  # of what a line does not say


class Recording:
    """meta: what was trained, as the Recorder was told ({} for a folder of files). steps: column → (checkpoints,) float64, NaN where
    unknown: step, epoch, learning_rate, train_loss. rounding (checkpoints,): ‖stored θ − θ‖ / ‖θ‖, 0 where they are stored as they
    were. It may still be being written: then these are the checkpoints so far.

    trust: also open checkpoint files that can run code, in any folder, or in one with such a content (see `consent`). Raises
    LossvistaError where there is no recording, or an empty one.
    """

    def __init__(self, folder: str | Path, trust: Trust = False) -> None:
        self.folder, self._trust = Path(folder).expanduser(), trust
        self._model: nn.Module | None = None
        self.meta: dict[str, Any] = {}
        if not is_folder(self.folder):
            what = "is not a folder" if is_there(self.folder) else "does not exist"
            raise LossvistaError(f"The recording '{folder}' {what}.", HINT)
        if is_there(self.folder / META):
            self.meta = meta_of(self.folder)
            rows = self._read_steps()
            self._files = [self.folder / file_name(number) for number in range(len(rows))]
        else:
            self._files = sorted(filter(_is_checkpoint, self.folder.iterdir()), key=lambda path: _natural(path.name))
            rows = [{"step": number} for number in _numbers(self._files)]
        if not rows:
            why = "has no checkpoint yet" if self.meta else "holds no recording and no checkpoint files"
            raise LossvistaError(f"The folder '{folder}' {why}.", "" if self.meta else HINT)
        self._large = not self.meta and sum(file.stat().st_size for file in self._files) > MAPPED
        self.steps = {name: np.array([float(row.get(name, np.nan)) for row in rows]) for name in COLUMNS}
        self.rounding = np.array([float(row.get("rounding", 0)) for row in rows])

    def __len__(self) -> int:
        return len(self._files)

    def first(self, count: int) -> Recording:
        """The first `count` checkpoints: this recording as it was when it had no more."""
        part = copy.copy(self)
        part._files = self._files[:count]
        part.steps = {name: column[:count] for name, column in self.steps.items()}
        part.rounding = self.rounding[:count]
        return part

    def fitted(self, model: nn.Module, start: int = 0) -> Recording:
        """This recording as checkpoints of `model`: its names, order and types. start: those before it are known to fit. Raises
        LossvistaError where one does not."""
        fitted = copy.copy(self)
        fitted._model = model
        for number in range(start, len(fitted)):
            fitted.weights(number)
        return fitted

    def weights(self, number: int) -> dict[str, Tensor]:
        """The parameters and buffers of a checkpoint, 0 … len − 1, as float32 or wider. Those of a Recorder are mapped from the
        file, not read: a tensor's values enter the memory when they are used."""
        found = self._read(number)
        return found if self._model is None else fit_weights(self._model, found, self._files[number])

    def stored(self, number: int) -> dict[str, Tensor]:
        """As `weights`, but in the precision of the file, and mapped from it: those of a Recorder always, and other files where they
        are so large together that they would fill the memory. Such a file must not be written over while it is used."""
        found = self._read(number, widen=False)
        return found if self._model is None else fit_weights(self._model, found, self._files[number], convert=False)

    def file(self, number: int) -> Path:
        """Where a checkpoint is kept."""
        return self._files[number]

    @property
    def note(self) -> str:
        """What somebody should know who looks at the path, "" for nothing."""
        share = float(self.rounding[-1])
        if not share:
            return ""
        return (
            f"The recording '{self.folder.name}' was kept as float16: its last checkpoint is the trained network rounded by "
            f"{share:.1e} of its length."
        )

    def _read(self, number: int, widen: bool = True) -> dict[str, Tensor]:
        path = self._files[number]
        if not self.meta:
            return with_consent(self.folder, self._trust, lambda may_run: self._opened(path, widen, may_run))
        try:
            with safe_open(path, framework="pt") as file:
                return plain(path, {name: file.get_tensor(name) for name in file.keys()}, widen)  # noqa: SIM118  # no mapping
        except FileNotFoundError:
            raise LossvistaError(
                f"Checkpoint {number} of the recording '{self.folder}' is missing ({path.name}).",
                "Restore it, or record again.",
            ) from None
        except (SafetensorError, OSError) as error:
            raise LossvistaError(
                f"Checkpoint {number} of the recording '{self.folder}' is damaged ({path.name}).",
                "Restore it, or record again.",
                details=str(error),
            ) from None

    def _opened(self, path: Path, widen: bool, may_run: bool) -> dict[str, Tensor]:
        """One of a folder's files. Whether those may run code was said of the folder, so it is not asked of each."""
        found = plain(path, raw_weights(path, may_run, mapped=self._large and not widen)[0], widen=widen)
        self._trust = self._trust or may_run
        return found

    def _read_steps(self) -> list[dict[str, float]]:
        """A last line without its end is still being written, or was cut off by a crash: it does not count."""
        try:
            lines = read_file(self.folder / STEPS, FILE_LIMIT).split(b"\n")[:-1]
        except LossvistaError:
            if not is_there(self.folder / STEPS):
                return []
            raise
        rows = []
        for number, line in enumerate(lines):
            try:
                row = json.loads(line)
                rows.append({name: float(row.get(name, default)) for name, default in _DEFAULTS.items()})
            except (ValueError, TypeError, AttributeError, OverflowError, RecursionError):
                raise LossvistaError(
                    f"Line {number + 1} of '{self.folder / STEPS}' is damaged.", "Restore the file, or record again."
                ) from None
        return rows


def _is_checkpoint(path: Path) -> bool:
    """By its name; states of optimizers, which training scripts keep beside the weights, are none."""
    return path.suffix.lower() in SUFFIXES and not path.name.startswith((".", "opt")) and is_file(path)


def _natural(name: str) -> list[tuple[int, int, str]]:
    """A key by which epoch_2 comes before epoch_10."""
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in re.split(r"([0-9]+)", name) if part]


def _numbers(files: list[Path]) -> list[int]:
    """The steps that the names speak of: their last numbers where these increase, else 0, 1, 2, …"""
    found = [re.findall(r"[0-9]+", path.stem) for path in files]
    last = [int(numbers[-1]) for numbers in found if numbers]
    increasing = len(last) == len(files) and all(a < b for a, b in pairwise(last))
    return last if increasing else list(range(len(files)))
