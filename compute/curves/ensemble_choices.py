"""Ensemble: every choice of the ensembles that one training yields: where it starts, its cycles, and what it is compared with."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator

from .. import shared_choices as shared
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
    trust_pickle: bool = shared.trust_pickle()


class Ensemble(NamedProblem, Start):
    """What is trained, and how."""

    samples: int = shared.samples("How many training samples to use; 0 = all.")
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
    epochs: int = shared.epochs(20, "Of the training before, where no network is named.")
    lr: float = shared.lr(0.05, "Of the trainings from scratch, at the start.")
    momentum: float = shared.momentum("Of SGD.")
    weight_decay: float = shared.weight_decay()
    batch_size: int = shared.batch_size()
    augment: shared.Augmentation = shared.augment()
    seed: int = shared.seed("Of first weights, the order of the samples and their choice.", high=2**62)
    plane: Literal["members", "pca"] = choice(
        "members",
        "Plane",
        "members: through the first, the middle and the last member; pca: the principal directions of all of them.",
        group="Measurement",
    )
    resolution: int = shared.resolution(31, "Points a side of the plane.", group="Measurement")
    device: str = shared.device(group="Measurement")
    budget: shared.Budget = shared.budget(group="Measurement")
