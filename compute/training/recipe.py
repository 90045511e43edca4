"""Training: everything that decides how a network is trained and what of its path is recorded. Frozen; declared once, here."""

from __future__ import annotations

from typing import Literal

from ..choices import choice
from ..problem.named import NamedProblem

OWN_TEST = {"digits": "digits:test", "swiss-roll": "swiss-roll:test"}  # data → what is tested on where nothing is named


class Training(NamedProblem):
    """How to train: problem, optimizer, and which checkpoints to record."""

    test_data: str = choice(
        "",
        "Test data",
        "Named as the training data; digits:test for digits, swiss-roll:test for swiss-roll, otherwise none.",
        group="Problem",
    )
    samples: int = choice(
        0, "Samples", "How many training samples to use; 0 = all.", group="Problem", low=0, high=10**9
    )
    optimizer: Literal["sgd", "nesterov", "adam", "adamw"] = choice(
        "sgd", "Optimizer", "sgd and nesterov use the momentum below.", group="Training"
    )
    lr: float = choice(0.1, "Learning rate", "At the start.", group="Training", low=0, high=1000)
    momentum: float = choice(0.9, "Momentum", "Of sgd and nesterov.", group="Training", low=0, high=0.9999)
    weight_decay: float = choice(5e-4, "Weight decay", "L2 penalty λ.", group="Training", low=0, high=10)
    batch_size: int = choice(128, "Batch size", "Samples a step.", group="Training", low=1, high=10**6)
    epochs: int = choice(10, "Epochs", "Passes over the training data.", group="Training", low=1, high=100_000)
    lr_drops: tuple[int, ...] = choice(
        (), "Learning-rate drops", "Epochs after which the rate falls, as in 150 225 275.", group="Training"
    )
    lr_factor: float = choice(
        0.1, "Drop factor", "What the rate is multiplied by at a drop.", group="Training", low=0, high=1
    )
    augment: Literal["none", "crop-flip"] = choice(
        "none",
        "Augmentation",
        "crop-flip: images are moved by up to an eighth of their size and flipped at random, in training only; other data stay.",
        group="Training",
    )
    seed: int = choice(
        0,
        "Seed",
        "Of the first weights, the order of the samples and their choice.",
        group="Training",
        low=0,
        high=2**63 - 1,
    )
    device: str = choice("auto", "Device", "auto, cpu, cuda or cuda:N.", group="Training")

    record_every: int = choice(
        0, "Record every", "Steps between recorded checkpoints; 0 = one an epoch.", group="Recording", low=0, high=10**9
    )
    dtype: Literal["float32", "float16"] = choice(
        "float32",
        "Precision of checkpoints",
        "float16 halves the recording; the path and its end are then rounded to about 1 part in 2,000.",
        group="Recording",
    )
    test_every: int = choice(
        1,
        "Test every",
        "Epochs between two measurements on the test data; 0 = only at the end.",
        group="Recording",
        low=0,
        high=100_000,
    )
    histogram_every: int = choice(
        0,
        "Histograms every",
        "Steps between two histograms of the weights, beside those of each epoch; 0 = never.",
        group="Recording",
        low=0,
        high=10**9,
    )

    @property
    def tests_on(self) -> str:
        """The test data's name, or "" for none."""
        return self.test_data or OWN_TEST.get(self.data.removesuffix(":train"), "")

    def rate(self, epoch: int) -> float:
        """The learning rate in this epoch, counted from 0."""
        return self.lr * self.lr_factor ** sum(epoch >= drop for drop in self.lr_drops)

    def rate_at(self, step: int, batches: int) -> float:
        """The learning rate of a step, counted from 0, where an epoch has so many; here it is the epoch's."""
        return self.rate(step // batches)

    def records(self, step: int, batches: int) -> bool:
        """Whether a checkpoint is recorded after `step` steps, besides those at the ends of epochs where `record_every` is 0."""
        return bool(self.record_every) and step % self.record_every == 0

    def numbers(self) -> dict[str, object]:
        """The choices that decide the weights: what two trainings must share to be one."""
        return self.model_dump(mode="json", exclude={"device", "test_data", "download"})
