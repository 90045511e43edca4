"""Ensemble: every choice of the ensembles that one training yields: where it starts, its cycles, and what it is compared with."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator

from ..choices import Choices, choice
from ..problem.named import NamedProblem
from ..recipe import SourceNames

METHODS = {
    "fge": "Fast geometric ensembling",
    "swa": "Stochastic weight averaging",
    "snapshot": "Snapshot ensemble",
    "independent": "Independent networks",
}


def _known(names: object) -> object:
    wrong = [name for name in names if name not in METHODS] if isinstance(names, (tuple, list)) else []
    if wrong or not names:
        raise ValueError(f"name at least one of {', '.join(METHODS)}")
    return names


class Start(Choices):
    """Where it starts."""

    weights: SourceNames = choice(
        (),
        "Network",
        "A checkpoint file, or the folder of a recording, whose last checkpoint is meant; none: it is trained first.",
        group="Problem",
    )
    trust_pickle: bool = choice(
        False,
        "Trust pickles",
        "Open checkpoints that can run code when loaded. Only for files you made yourself.",
        group="Problem",
    )


class Ensemble(NamedProblem, Start):
    """What is trained, and how."""

    samples: int = choice(
        0, "Samples", "How many training samples to use; 0 = all.", group="Problem", low=0, high=10**9
    )
    methods: Annotated[SourceNames, BeforeValidator(_known)] = choice(
        ("fge", "swa", "snapshot", "independent"),
        "Methods",
        "fge, swa (both from the network), snapshot (one training from scratch as long as all that), independent (as many such trainings "
        "as members, from other seeds).",
        group="Ensemble",
    )
    members: int = choice(5, "Members", "Networks of each ensemble.", group="Ensemble", low=1, high=100)
    cycle: float = choice(4.0, "Cycle", "Epochs from one member to the next.", group="Ensemble", low=0.01, high=1000)
    high: float = choice(
        0.05,
        "Highest rate",
        "α₁, at the ends of a cycle of fge, at the start of one of swa.",
        group="Ensemble",
        low=0,
        high=1000,
    )
    low: float = choice(
        0.0005,
        "Lowest rate",
        "α₂, in the middle of a cycle of fge, at the end of one of swa.",
        group="Ensemble",
        low=0,
        high=1000,
    )
    epochs: int = choice(
        20, "Epochs", "Of the training before, where no network is named.", group="Training", low=1, high=100_000
    )
    lr: float = choice(
        0.05, "Learning rate", "Of the trainings from scratch, at the start.", group="Training", low=0, high=1000
    )
    momentum: float = choice(0.9, "Momentum", "Of SGD.", group="Training", low=0, high=0.9999)
    weight_decay: float = choice(5e-4, "Weight decay", "L2 penalty λ.", group="Training", low=0, high=10)
    batch_size: int = choice(128, "Batch size", "Samples a step.", group="Training", low=1, high=10**6)
    augment: Literal["none", "crop-flip"] = choice(
        "none",
        "Augmentation",
        "crop-flip: images are moved by up to an eighth of their size and flipped at random, in training only.",
        group="Training",
    )
    seed: int = choice(
        0, "Seed", "Of first weights, the order of the samples and their choice.", group="Training", low=0, high=2**62
    )
    plane: Literal["members", "pca"] = choice(
        "members",
        "Plane",
        "members: through the first, the middle and the last member; pca: the principal directions of all of them.",
        group="Measurement",
    )
    resolution: int = choice(31, "Resolution", "Points a side of the plane.", group="Measurement", low=3, high=1001)
    device: str = choice("auto", "Device", "auto, cpu, cuda or cuda:N.", group="Measurement")
