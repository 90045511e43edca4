"""Connect: every choice of a curve between two networks: which ones, its shape, its training, and where it is measured."""

from __future__ import annotations

from typing import Literal

from ..choices import Choices, choice
from ..problem.named import NamedProblem
from ..recipe import SourceNames
from .curve import Kind

Statistics = Literal["re-estimated", "interpolated", "frozen"]


class Ends(Choices):
    """Which networks; before the problem that they are of, because recordings and landscapes say that themselves."""

    weights: SourceNames = choice(
        (),
        "Two networks",
        "Checkpoint files, or folders of recordings, whose last checkpoints are meant; or one landscape between two checkpoints.",
        group="Problem",
    )
    trust_pickle: bool = choice(
        False,
        "Trust pickles",
        "Open checkpoints that can run code when loaded. Only for files you made yourself.",
        group="Problem",
    )


class Connect(NamedProblem, Ends):
    """What is connected, and how."""

    samples: int = choice(
        0,
        "Samples",
        "How many training samples the curve is trained and measured on; 0 = all.",
        group="Problem",
        low=0,
        high=10**9,
    )
    curve: Kind = choice(
        "bezier",
        "Curve",
        "bezier: (1 − t)²w₁ + 2t(1 − t)θ + t²w₂, one smooth arc; polychain: straight pieces with corners at the bends.",
        group="Curve",
    )
    bends: int = choice(
        1,
        "Bends",
        "Points between the ends that are trained; one is what the source uses.",
        group="Curve",
        low=1,
        high=9,
    )
    epochs: int = choice(
        50,
        "Epochs",
        "Passes over the training data; each step is at a random t.",
        group="Training",
        low=1,
        high=100_000,
    )
    lr: float = choice(0.05, "Learning rate", "At the start, of SGD.", group="Training", low=0, high=1000)
    schedule: Literal["source", "constant"] = choice(
        "source",
        "Schedule",
        "source: the full rate for half of the epochs, then falling to a hundredth at nine tenths; constant.",
        group="Training",
    )
    momentum: float = choice(0.9, "Momentum", "Of SGD.", group="Training", low=0, high=0.9999)
    weight_decay: float = choice(
        5e-4, "Weight decay", "λ of the penalty ½λ‖φ(t)‖² at the curve's points.", group="Training", low=0, high=10
    )
    batch_size: int = choice(128, "Batch size", "Samples a step.", group="Training", low=1, high=10**6)
    augment: Literal["none", "crop-flip"] = choice(
        "none",
        "Augmentation",
        "crop-flip: images are moved by up to an eighth of their size and flipped at random, in training only.",
        group="Training",
    )
    seed: int = choice(
        0,
        "Seed",
        "Of the order of the samples, of t, and of which samples are used.",
        group="Training",
        low=0,
        high=2**63 - 1,
    )
    points: int = choice(
        61, "Points along t", "At which curve and straight line are measured.", group="Measurement", low=3, high=1001
    )
    batch_norm: Statistics = choice(
        "re-estimated",
        "Batch-norm statistics",
        "re-estimated: those of the samples at each point, as in the source; interpolated: between the networks' own; frozen: the "
        "first network's. Of no matter without batch-norm.",
        group="Measurement",
    )
    each_policy: bool = choice(
        False, "All three policies", "Measure both ways with the other batch-norm statistics, too.", group="Measurement"
    )
    resolution: int = choice(
        31, "Resolution", "Points a side of the plane through ends and bend.", group="Measurement", low=3, high=1001
    )
    device: str = choice("auto", "Device", "auto, cpu, cuda or cuda:N.", group="Measurement")
