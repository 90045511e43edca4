"""Connect: every choice of a curve between two networks: which ones, its shape, its training, and where it is measured."""

from __future__ import annotations

from typing import Literal

from .. import shared_choices as shared
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
    trust_pickle: bool = shared.trust_pickle()


class Connect(NamedProblem, Ends):
    """What is connected, and how."""

    samples: int = shared.samples("How many training samples the curve is trained and measured on; 0 = all.")
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
    epochs: int = shared.epochs(50, "Passes over the training data; each step is at a random t.")
    lr: float = shared.lr(0.05, "At the start, of SGD.")
    schedule: Literal["source", "constant"] = choice(
        "source",
        "Schedule",
        "source: the full rate for half of the epochs, then falling to a hundredth at nine tenths; constant.",
        group="Training",
    )
    momentum: float = shared.momentum("Of SGD.")
    weight_decay: float = shared.weight_decay(help="λ of the penalty ½λ‖φ(t)‖² at the curve's points.")
    batch_size: int = shared.batch_size()
    augment: shared.Augmentation = shared.augment()
    seed: int = shared.seed("Of the order of the samples, of t, and of which samples are used.")
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
    resolution: int = shared.resolution(31, "Points a side of the plane through ends and bend.", group="Measurement")
    device: str = shared.device(group="Measurement")
    budget: shared.Budget = shared.budget(group="Measurement")
