"""Recorder: keeps the checkpoints of a training on disk, in three lines of anybody's loop.

    recorder = Recorder("run", model)
    recorder.save(step=step, epoch=epoch, lr=lr, loss=loss)  # as often as the path shall have points
    recorder.close()

A recording is a folder: recording.json (what was trained), steps.jsonl (a line a checkpoint) and 000000.safetensors, 000001.…
A checkpoint is written whole before its line is, so a recording can be read at any moment, and after any kill."""

from __future__ import annotations

import json
import math
import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from safetensors.torch import save
from torch import Tensor, nn

from ..errors import LossvistaError
from ..storage.disk import put, sync, trouble, write_whole

FORMAT, VERSION = "lossvista-recording", 1
META, STEPS = "recording.json", "steps.jsonl"


def file_name(number: int) -> str:
    return f"{number:06d}.safetensors"


class Recorder:
    """Records the parameters and buffers of `model`. meta: what the recording is of; `model`, `data` and `normalize`, where they
    are names that Lossvista knows, save naming them again for a landscape. Also a context manager.

    Raises LossvistaError where the folder cannot be written or holds a recording already (unless `overwrite`), OutOfSpace for a
    full disk; the checkpoints before stay whole.
    """

    def __init__(
        self, folder: str | os.PathLike[str], network: nn.Module, *, overwrite: bool = False, **meta: Any
    ) -> None:
        self.folder, self._network = Path(folder).expanduser(), network
        self.meta = {"format": FORMAT, "version": VERSION, "created": datetime.now(UTC).isoformat(timespec="seconds")}
        self.meta |= {"finished": False, **meta}
        self._count = 0
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            if (self.folder / META).exists() and not overwrite:
                raise LossvistaError(
                    f"The folder '{folder}' holds a recording already.", "Choose another folder, or remove it first."
                )
            clear(self.folder)
            self._write_meta()
            self._steps = os.open(self.folder / STEPS, os.O_CREAT | os.O_TRUNC | os.O_WRONLY | os.O_APPEND, 0o666)
        except OSError as error:
            raise trouble(error, self.folder / META) from error
        self._open = True

    def save(
        self,
        *,
        step: float | None = None,
        epoch: float = math.nan,
        lr: float = math.nan,
        loss: float = math.nan,
    ) -> None:
        """Record the network as it is now. step: counted from the last one where not given. loss: of the training, in nats;
        what is not known stays NaN."""
        if not self._open:
            raise LossvistaError(f"The recording '{self.folder}' is closed.", "Make a new Recorder for another one.")
        row = {"step": self._count if step is None else step, "epoch": epoch, "learning_rate": lr, "train_loss": loss}
        put(self.folder / file_name(self._count), packed(self._network.state_dict()))
        line = json.dumps({name: float(value) for name, value in row.items()}) + "\n"
        try:
            write_whole(self._steps, line.encode())
            sync(self._steps)
        except OSError as error:
            raise trouble(error, self.folder / STEPS) from error
        self._count += 1

    def note(self, **meta: Any) -> None:
        """Add to what the recording says about itself: final figures, as an example."""
        self.meta |= meta
        self._write_meta()

    def close(self, finished: bool = True) -> None:
        """End the recording. finished: whether the training came to its end."""
        if self._open:
            self._open = False
            os.close(self._steps)
            self.note(finished=finished)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        self.close(finished=kind is None)

    def _write_meta(self) -> None:
        put(self.folder / META, json.dumps(self.meta, indent=1).encode())


def packed(state: dict[str, Tensor]) -> bytes:
    """A state dict as the bytes of a .safetensors file; tied tensors are stored once for each name."""
    return save({name: tensor.detach().cpu().contiguous().clone() for name, tensor in state.items()})


def clear(folder: Path) -> None:
    """Remove what an earlier recording wrote, and nothing else."""
    for name in (META, STEPS, "final.safetensors"):
        (folder / name).unlink(missing_ok=True)
    for checkpoint in folder.glob("[0-9]" * 6 + "*.safetensors"):
        with suppress(FileNotFoundError):
            checkpoint.unlink()
