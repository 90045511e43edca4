"""Weight norms: the length and the distribution of each parameter tensor of the network at a point of a landscape."""

from __future__ import annotations

import os

import numpy as np

from ..consent import Trust
from ..landscape import Landscape
from ..point.network import opened_point
from ..progress import Job, Progress
from ..table import Table
from .added import Added
from .weights import TABLE, WeightChoices


def weight_norms(
    source: Landscape | str | os.PathLike[str], choices: WeightChoices, *, trust: Trust = False
) -> Job[Added]:
    """A table `weights`: parameter, count, norm (‖θ_l‖₂, weight units), mean, deviation, low, high, and bin_0 … bin_{n−1}, the numbers of
    values in equal bins from low to high. Raises LossvistaError as `opened_point` does."""
    yield Progress("loading the network and the data")
    _, again = opened_point(source, choices.alpha, choices.beta, trust)
    where = (choices.alpha, choices.beta)[: len(again.plane.axes)]
    weights = {name: tensor.double().numpy().ravel() for name, tensor in again.plane.at(*where).items()}
    columns: dict[str, np.ndarray] = {
        "parameter": np.array(list(weights), dtype=object),
        "count": np.array([values.size for values in weights.values()]),
        "norm": np.array([np.linalg.norm(values) for values in weights.values()]),
    }
    for name, figure in (("mean", np.mean), ("deviation", np.std), ("low", np.min), ("high", np.max)):
        columns[name] = np.array([figure(values) if values.size else np.nan for values in weights.values()])
    counts = np.stack([np.histogram(values, choices.bins)[0] for values in weights.values()])
    columns |= {f"bin_{k}": counts[:, k] for k in range(choices.bins)}
    added = Added({TABLE: Table(columns, choices.model_dump())})
    yield Progress("measuring the weights", 1, 1, added=added)
    return added
