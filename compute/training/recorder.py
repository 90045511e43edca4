"""Recorder: keeps the path and the curves of a training on disk, in three lines of anybody's loop.

    recorder = Recorder("run", model)
    recorder.save(step=step, epoch=epoch, lr=lr, loss=loss)  # as often as the path shall have points
    recorder.close()

A recording is a folder: recording.json (what was trained), steps.jsonl (a line a checkpoint), 000000.safetensors, 000001.…, and
curves.jsonl and histograms.jsonl (what the training told of itself). A checkpoint is written whole before its line is, so a
recording can be read at any moment, and after any kill."""

from __future__ import annotations

import json
import math
import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, Self

from torch import Tensor, nn

from ..errors import LossvistaError
from ..problem.consent import agree_to_code
from ..storage.disk import put, sweep_folder, trouble
from .appender import Appender
from .curve_lines import CURVES, HISTOGRAMS, LayerHistogram, curve_line, histogram_line
from .layout import FINAL, FORMAT, META, RESUME, STEPS, VERSION, file_name, meta_of
from .norms import exact_weight_norm, layer_histograms, weight_norm
from .packing import packed, rounded

Number = float | Tensor
Marks = dict[
    str, int
]  # how far a recording went: its checkpoints ("count") and the bytes of each of its files of lines


class Recorder:
    """Records the parameters and buffers of `network`. dtype: "float16" stores the parameters in half the space, rounded.
    histograms: whether each epoch tells how the weights are distributed. meta: what the recording is of; `model`, `data`,
    `normalize` and `problem`, where they are names that Lossvista knows, save naming them again for a landscape. resume: go on
    with the recording that is there, if one is. Also a context manager.

    Raises LossvistaError where the folder cannot be written or holds a recording already (unless `overwrite` or `resume`),
    OutOfSpace for a full disk; the checkpoints before stay whole.
    """

    def __init__(
        self,
        folder: str | os.PathLike[str],
        network: nn.Module,
        *,
        dtype: Literal["float32", "float16"] = "float32",
        histograms: bool = True,
        overwrite: bool = False,
        resume: bool | Marks = False,
        **meta: Any,
    ) -> None:
        self.folder, self._network = Path(folder).expanduser(), network
        if str(dtype).removeprefix("torch.") not in ("float32", "float16"):
            raise LossvistaError(f"Checkpoints cannot be recorded as {dtype}.", "Use float32 or float16.")
        self._half, self._histograms = str(dtype).endswith("float16"), histograms
        self.meta = {"format": FORMAT, "version": VERSION, "created": datetime.now(UTC).isoformat(timespec="seconds")}
        if self._half:
            self.meta["dtype"] = "float16"
        there = (self.folder / META).exists()
        if there and not (overwrite or resume):
            raise LossvistaError(
                f"The folder '{folder}' holds a recording already.",
                "Choose another folder, or remove it first; resume=True goes on with it, overwrite=True replaces it.",
            )
        marks: Marks = {"count": 0}
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            if there and resume:
                marks = resume if isinstance(resume, dict) else marks_of(self.folder)
                self.meta |= meta_of(self.folder)
            clear(self.folder, keep=marks["count"])
        except OSError as error:
            raise trouble(error, self.folder / META) from error
        self.meta |= {"finished": False, **meta}
        self._count, self._iterations = marks["count"], 0
        self._write_meta()
        _agree(meta)
        self._steps, self._curves, self._shapes = (
            Appender(self.folder / name, marks.get(name, 0)) for name in (STEPS, CURVES, HISTOGRAMS)
        )
        self._open = True

    def save(
        self,
        *,
        step: float | None = None,
        epoch: float | None = None,
        lr: float | None = None,
        loss: Number | None = None,
        curve: bool = True,
        **measured: Number | None,
    ) -> None:
        """Record the network as it is now. step: counted from the last one where not given. loss: of the training, in nats;
        what is not known is NaN in the path. curve: also enter it in the curves, with what was `measured` besides: train_accuracy,
        test_loss, test_accuracy."""
        self._expect_open()
        row = {"step": self._count if step is None else step, "epoch": epoch, "learning_rate": lr, "train_loss": loss}
        state = self._network.state_dict()
        told = {name: _number(value) for name, value in row.items()}
        if self._half:
            state, told["rounding"] = rounded(state, {name for name, _ in self._network.named_parameters()})
        put(self.folder / file_name(self._count), packed(state))
        self._steps.append(json.dumps(told).encode() + b"\n")
        self._steps.sync()
        self._count += 1
        if curve:
            self.epoch(step=told["step"], epoch=epoch, lr=lr, train_loss=loss, **measured)

    def iteration(
        self,
        *,
        step: float | None = None,
        epoch: float | None = None,
        lr: float | None = None,
        loss: Number | None = None,
        norm: Number | None = None,
    ) -> None:
        """Enter one step of the optimizer in the curves, without a checkpoint. step: counted where not given. loss: of the
        mini-batch. norm: of the weights; taken here where it is not given."""
        self._expect_open()
        self._iterations = self._iterations + 1 if step is None else int(step)
        known = _known(step=self._iterations, epoch=epoch, learning_rate=lr, loss=loss)
        length = weight_norm(list(self._network.parameters())) if norm is None else norm
        self._curves.append(curve_line("iteration", **known, weight_norm=_number(length)))

    def epoch(
        self,
        *,
        step: float,
        epoch: float | None = None,
        lr: float | None = None,
        train_loss: Number | None = None,
        train_accuracy: Number | None = None,
        test_loss: Number | None = None,
        test_accuracy: Number | None = None,
    ) -> None:
        """Enter the end of an epoch in the curves, and the histograms of the weights. What is not known is left out."""
        self._expect_open()
        told = _known(step=step, epoch=epoch, learning_rate=lr, train_loss=train_loss, train_accuracy=train_accuracy)
        told |= _known(test_loss=test_loss, test_accuracy=test_accuracy)
        length = exact_weight_norm(list(self._network.parameters()))
        self._curves.append(curve_line("epoch", **told, weight_norm=length))
        if self._histograms:
            self.distribution("epoch", step, epoch)

    def distribution(self, kind: Literal["iteration", "epoch"], step: float, epoch: float | None = None) -> None:
        """Enter histograms of the weights as they are now."""
        self._expect_open()
        layers: dict[str, LayerHistogram] = layer_histograms(self._network)
        self._shapes.append(histogram_line(kind, _whole(step), math.nan if epoch is None else epoch, layers))

    @property
    def count(self) -> int:
        """Checkpoints so far."""
        return self._count

    def marks(self) -> Marks:
        """How far the recording went, safe on the disk: what `resume` takes to go on from here."""
        for file in (self._steps, self._curves, self._shapes):
            file.sync()
        sizes = {file.path.name: file.size for file in (self._steps, self._curves, self._shapes)}
        return {"count": self._count, **sizes}

    def note(self, **meta: Any) -> None:
        """Add to what the recording says about itself: final figures, as an example."""
        self.meta |= meta
        self._write_meta()
        _agree(meta)

    def close(self, finished: bool = True) -> None:
        """End the recording. finished: whether the training came to its end."""
        if self._open:
            self._open = False
            for file in (self._steps, self._curves, self._shapes):
                file.close()
            self.note(finished=finished)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        self.close(finished=kind is None)

    def _expect_open(self) -> None:
        if not self._open:
            raise LossvistaError(f"The recording '{self.folder}' is closed.", "Make a new Recorder for another one.")

    def _write_meta(self) -> None:
        put(self.folder / META, json.dumps(self.meta, indent=1).encode())


def marks_of(folder: Path) -> Marks:
    """How far a recording went that was left by whoever wrote it: to the last whole line of each file."""
    marks: Marks = {"count": 0}
    for name in (STEPS, CURVES, HISTOGRAMS):
        try:
            data = (folder / name).read_bytes()
        except FileNotFoundError:
            data = b""
        marks[name] = data.rfind(b"\n") + 1
        if name == STEPS:
            marks["count"] = data.count(b"\n")
    return marks


def clear(folder: Path, keep: int = 0) -> None:
    """Remove what an earlier recording wrote, all but its first `keep` checkpoints, and nothing else."""
    for name in (FINAL, *(() if keep else (META, STEPS, CURVES, HISTOGRAMS, RESUME))):
        (folder / name).unlink(missing_ok=True)
    for checkpoint in folder.glob("[0-9]" * 6 + "*.safetensors"):
        if not checkpoint.stem.isdigit() or int(checkpoint.stem) >= keep:
            checkpoint.unlink(missing_ok=True)
    sweep_folder(folder)


def _known(**values: Number | None) -> dict[str, float]:
    """What was told, as numbers."""
    return {n: _whole(_number(v)) if n == "step" else _number(v) for n, v in values.items() if v is not None}


def _number(value: Number | None) -> float:
    """NaN where nobody told it."""
    if value is None:
        return math.nan
    return float(value.detach()) if isinstance(value, Tensor) else float(value)


def _whole(step: float) -> float:
    """7 for 7.0, so that lines read as people count."""
    return int(step) if isinstance(step, int) or (math.isfinite(step) and step == int(step)) else step


def _agree(meta: dict[str, Any]) -> None:
    """Code that somebody's own training names in its recording may run for that recording's landscapes."""
    with suppress(LossvistaError):  # no such file: who computes the landscape is told
        agree_to_code(str(meta.get("problem", "")), str(meta.get("model", "")))
