"""Told: what a recording's folder says of itself, read without the computing half, at any moment of its being written."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ...compute.errors import LossvistaError
from ...compute.storage.layout import FILE_LIMIT
from ...compute.storage.reader import read_file
from ...compute.training.layout import META, STEPS, meta_of

LARGEST = 4 * 2**20  # bytes of recording.json that are read


@dataclass(frozen=True)
class Told:
    """training: the choices that it was begun with ({} for a loop of somebody's own). checkpoints: how many there are so far."""

    folder: str
    finished: bool = False
    checkpoints: int = 0
    training: dict[str, Any] = field(default_factory=dict)
    model: str = ""
    data: str = ""

    @property
    def name(self) -> str:
        """What people call it: its folder's name."""
        return Path(self.folder).name or self.folder


def told(folder: str) -> Told | None:
    """What the recording in a folder tells; None where there is none, or none that can be understood."""
    there = Path(folder).expanduser()
    try:
        if (there / META).stat().st_size > LARGEST:
            return None
        meta = meta_of(there)
    except (OSError, ValueError, LossvistaError):
        return None
    try:
        checkpoints = read_file(there / STEPS, FILE_LIMIT).count(b"\n")
    except LossvistaError:
        checkpoints = 0
    training = meta.get("training")
    model, data = (str(meta.get(name) or "") for name in ("model", "data"))
    return Told(
        str(there),
        meta.get("finished") is True,
        checkpoints,
        training if isinstance(training, dict) else {},
        model,
        data,
    )
