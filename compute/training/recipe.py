"""Training: everything that decides how a network is trained and what of its path is recorded. Frozen; declared once, here."""

from __future__ import annotations

from typing import Literal

from .. import shared_choices as shared
from ..choices import choice
from ..problem.named import NamedProblem

OWN_TEST = {"digits": "digits:test", "swiss-roll": "swiss-roll:test"}  # data → what is tested on where nothing is named


class Training(NamedProblem):
    """How to train: problem, optimizer, and which checkpoints to record."""

    test_data: str = shared.test_data(
        "Named as the training data; digits:test for digits, swiss-roll:test for swiss-roll, otherwise none."
    )
    samples: int = shared.samples("How many training samples to use; 0 = all.")
    optimizer: shared.OptimizerName = shared.optimizer("sgd and nesterov use the momentum below.")
    lr: float = shared.lr(0.1, "At the start.")
    momentum: float = shared.momentum("Of sgd and nesterov.")
    weight_decay: float = shared.weight_decay()
    batch_size: int = shared.batch_size()
    epochs: int = shared.epochs(10, "Passes over the training data.")
    lr_drops: tuple[int, ...] = choice(
        (), "Learning-rate drops", "Epochs after which the rate falls, as in 150 225 275.", group="Training"
    )
    lr_factor: float = choice(
        0.1, "Drop factor", "What the rate is multiplied by at a drop.", group="Training", low=0, high=1
    )
    augment: shared.Augmentation = shared.augment()
    seed: int = shared.seed("Of the first weights, the order of the samples and their choice.")
    device: str = shared.device(group="Training")

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

    def batches(self, samples: int) -> int:
        """How many steps an epoch has. Batch-norm cannot normalize a batch of one sample, so a remainder of one is left for another."""
        return samples // self.batch_size + (samples % self.batch_size > (self.batch_size > 1)) or 1

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
