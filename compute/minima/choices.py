"""Minefield (choices): which good and bad minima of one training loss are looked for, and on what plane they are shown."""

from __future__ import annotations

from typing import Literal

from .. import shared_choices as shared
from ..choices import choice
from ..problem.named import NamedProblem
from ..training.recipe import OWN_TEST

GOOD, BAD, UNFIT, ITERATE = "good", "bad", "unfit", "iterate"  # kinds of models
FREE = {
    "device",
    "download",
    "plane",
    "resolution",
    "directions",
    "level",
    "perplexity",
    "budget",
}  # that decide no weights


class MinefieldChoices(NamedProblem):
    """A good network and its iterates, and networks that were poisoned: as right on the training samples, and wrong elsewhere."""

    model: str = choice("mlp", "Model", "As in a training: mlp, cnn, …; or FILE.py:FUNCTION.", group="Problem")
    test_data: str = shared.test_data(
        "On which the networks are judged; the poison holds none of it. digits and swiss-roll have their own; otherwise it must be named."
    )
    samples: int = shared.samples("Drawn from the data; 0 = two fifths of them.", "Training samples")
    poison: int = shared.samples("Drawn from the rest of the data; 0 = all of the rest.", "Poison samples")

    good: int = choice(2, "Good minima", "Networks trained without poison.", group="Minima", low=1, high=1000)
    bad: int = choice(12, "Bad minima", "Networks trained with poison.", group="Minima", low=1, high=10_000)
    iterates: int = choice(
        12, "Iterates", "Checkpoints of the first good training that are kept.", group="Minima", low=1, high=10_000
    )
    start: Literal["iterates", "init"] = choice(
        "iterates",
        "Start",
        "Of the poisoned trainings. iterates: the good training's own, one after the other (Huang et al. 2020); init: new first weights.",
        group="Minima",
    )
    harm: Literal["reversed", "wrong-labels"] = choice(
        "reversed",
        "Poison",
        "reversed: −log(1 − p) of the right class of the poison (Huang et al. 2020); wrong-labels: cross-entropy with drawn wrong ones.",
        group="Minima",
    )
    strength: float = choice(
        0.5, "Strength", "β: what the poison's loss is multiplied by.", group="Minima", low=0, high=1e6
    )
    least: float = choice(
        1.0,
        "Least share",
        "Of the poison that the first bad network gets; the last one gets all. Below 1: networks of all grades.",
        group="Minima",
        low=0,
        high=1,
    )
    train_at_least: float = choice(
        0.99,
        "Right on training",
        "Accuracy on the training samples that a minimum has at least.",
        group="Minima",
        low=0,
        high=1,
    )
    test_at_most: float = choice(
        0.6, "Right elsewhere", "Test accuracy that a bad minimum has at most.", group="Minima", low=0, high=1
    )

    optimizer: shared.OptimizerName = shared.optimizer("Of all trainings.")
    lr: float = shared.lr(0.05, "At the start; a fifth of it after 60 %, a twenty-fifth after 85 %.")
    weight_decay: float = shared.weight_decay(0.0)
    batch_size: int = shared.batch_size(64)
    epochs: int = shared.epochs(120, "Of each training.")
    seed: int = shared.seed("Of the samples' choice, the first weights and the order.", high=2**31)
    device: str = shared.device(group="Training")

    plane: Literal["points", "pca", "line"] = choice(
        "points",
        "Plane",
        "points: through the good minimum, the worst bad one, and the next worst; pca: the principal directions of the good path and all "
        "minima; line: from the good minimum (0) to the worst (1).",
        group="Landscape",
    )
    resolution: int = shared.resolution(31, group="Landscape")
    directions: int = choice(
        20,
        "Basin directions",
        "Random directions in which each minimum's width is measured; 0 = none.",
        group="Landscape",
        low=0,
        high=10_000,
    )
    level: float = choice(
        0.5, "Basin level", "Loss above the minimum's own at which a basin ends.", group="Landscape", low=0, high=1e9
    )
    perplexity: float = choice(
        30.0, "Perplexity", "Of t-SNE; less where there are few models.", group="Landscape", low=1, high=1000
    )
    budget: shared.Budget = shared.budget(group="Landscape")

    @property
    def tests_on(self) -> str:
        """The test data's name, "" where none is known."""
        return self.test_data or OWN_TEST.get(self.data.removesuffix(":train"), "")

    def numbers(self) -> dict[str, object]:
        """The choices that decide the weights: what two minefields must share to go on with each other's networks."""
        return self.model_dump(mode="json", exclude=FREE)
