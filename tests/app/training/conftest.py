"""For the tests of trainings in the window: a recording that a test writes line by line, as a training would."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from lossvista.compute.training.curve_lines import LayerHistogram, curve_line, histogram_line

META = {"format": "lossvista-recording", "version": 1, "model": "mlp", "data": "digits", "training": {"epochs": 4}}


class Written:
    """A recording of four steps an epoch. The loss is 1/step, the learning rate falls after epoch 2."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.step = folder, 0
        folder.mkdir()
        self.say(finished=False)

    def say(self, **meta) -> None:
        (self.folder / "recording.json").write_text(json.dumps(META | meta))

    def append(self, name: str, line: bytes) -> None:
        with (self.folder / name).open("ab") as file:
            file.write(line)

    def checkpoint(self) -> None:
        row = {"step": self.step, "epoch": self.step / 4, "learning_rate": 0.1, "train_loss": 1 / (self.step + 1)}
        self.append("steps.jsonl", json.dumps(row).encode() + b"\n")

    def epoch(self) -> None:
        """One epoch: four iterations, a row of the epoch, a histogram of two layers, a checkpoint."""
        rate = 0.1 if self.step < 8 else 0.01
        for _ in range(4):
            self.step += 1
            told = {"step": self.step, "epoch": self.step / 4, "learning_rate": rate, "loss": 1 / self.step}
            self.append("curves.jsonl", curve_line("iteration", **told))
            layers = {name: LayerHistogram(-1, 1, [self.step] * 32, 2.0) for name in ("fc.weight", "out.weight")}
            kind = "epoch" if self.step % 4 == 0 else "iteration"
            self.append("histograms.jsonl", histogram_line(kind, self.step, self.step / 4, layers))
        told = {"step": self.step, "epoch": self.step / 4, "learning_rate": rate, "train_loss": 1 / self.step}
        told |= {"train_accuracy": 0.9, "test_loss": 2 / self.step, "test_accuracy": 0.8, "weight_norm": 3 + self.step}
        self.append("curves.jsonl", curve_line("epoch", **told))
        self.checkpoint()


@pytest.fixture
def recording(tmp_path) -> Written:
    """A recording that has just begun."""
    return Written(tmp_path / "run")


@pytest.fixture
def write_recording(tmp_path) -> Callable[[str], Written]:
    """Begins a recording of that name."""
    return lambda name: Written(tmp_path / name)
