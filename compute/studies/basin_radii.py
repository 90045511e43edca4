"""Basin radii: the width and the volume of the basin around a point of a landscape, measured on its own samples."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import numpy as np
import torch
from torch import Tensor, nn

from ..consent import Trust
from ..directions.gaussian import gaussian
from ..directions.normalization import normalize
from ..engines.evaluator import Evaluator
from ..errors import LossvistaError
from ..landscape import Landscape
from ..measures.basin import Radius, log_volume, radius
from ..point.network import network_at, opened_point
from ..progress import Job, Pace, Progress
from ..table import Table
from ..weights import Weights, norm, perturbed, units
from .added import Added
from .basins import TABLE, BasinChoices

FIRST, MOST = 0.1, 100.0  # looked at first, and farthest, in units of the weights' length
STAGE = "measuring the basin"


def basin_radii(
    source: Landscape | str | os.PathLike[str], choices: BasinChoices, *, trust: Trust = False
) -> Job[Added]:
    """A table `basin`: direction (its number), radius, distance ‖r·δ‖ in weight units, open (whether the rim was not reached, so that the
    radius is a lower bound). In its how: centre_loss, rim_loss, dimensions, log_volume with its bootstrapped ends and `effective`.
    Raises LossvistaError as `opened_point` does, and where the loss at the point is not finite."""
    yield Progress("loading the network and the data")
    _, again = opened_point(source, choices.alpha, choices.beta, trust)
    network = network_at(again, choices.alpha, choices.beta)
    evaluator = again.evaluator
    centre = evaluator.of(network.state_dict())[evaluator.fields[0]]
    if not np.isfinite(centre):
        raise LossvistaError(
            f"The loss at the point is {centre}: there is no basin around it.", "Choose another point."
        )
    rows: list[tuple[float, float, bool]] = []
    dimensions = sum(network.get_parameter(name).numel() for name in perturbed(network, choices.ignore, ""))
    rim = centre + choices.level if choices.rim == "above" else choices.level
    pace, added = Pace(choices.directions), Added()
    for found, length in radii_of(network, evaluator, rim, choices):
        rows.append((found.value, found.value * length, found.open))
        if len(rows) % 10 == 0 or len(rows) == choices.directions:
            added = Added({TABLE: _table(rows, choices, centre, rim, dimensions)})
            yield Progress(STAGE, len(rows), choices.directions, pace.eta(len(rows)), added=added)
        else:
            yield Progress(STAGE, len(rows), choices.directions, pace.eta(len(rows)))
    return added


def radii_of(
    network: nn.Module, evaluator: Evaluator, rim: float, choices: BasinChoices
) -> Iterator[tuple[Radius, float]]:
    """(radius, ‖δ‖) of one direction after the other around the weights of `network`. Directions that are not normalized are unit vectors,
    so that their radii are distances."""
    state = {name: tensor.detach() for name, tensor in network.state_dict().items()}
    origin = {name: parameter.detach() for name, parameter in network.named_parameters()}
    names = perturbed(network, choices.ignore, "")
    split, scale = units(network), norm({name: origin[name] for name in names})
    for number in range(choices.directions):
        drawn = gaussian(origin, names, choices.seed, number)
        delta = normalize(drawn, origin, split, choices.normalization)
        length = norm(delta)
        if choices.normalization == "none":
            delta, length = {name: tensor / length for name, tensor in delta.items()}, 1.0
        if not length > 0:
            raise LossvistaError("All weights that a direction would move are zero.", "Use --normalization none.")
        reach = (scale if scale > 0 else 1.0) / length
        yield radius(_along(evaluator, state, delta), rim, FIRST * reach, MOST * reach), length


def _along(evaluator: Evaluator, state: dict[str, Tensor], delta: Weights) -> Callable[[float], float]:
    """r → the loss at θ + r·δ, always from θ."""
    field = evaluator.fields[0]

    def loss(r: float) -> float:
        with torch.no_grad():
            moved = {name: state[name] + r * tensor for name, tensor in delta.items()}
        return evaluator.of({**state, **moved})[field]

    return loss


def _table(
    rows: list[tuple[float, float, bool]], choices: BasinChoices, centre: float, rim: float, dimensions: int
) -> Table:
    radii, distances, opened = (np.array(column) for column in zip(*rows, strict=True))
    volume = log_volume(radii, dimensions, choices.seed)
    how = {
        **choices.model_dump(),
        "centre_loss": centre,
        "rim_loss": rim,
        "dimensions": dimensions,
        "log_volume": volume.log,
        "log_volume_low": volume.low,
        "log_volume_high": volume.high,
        "effective": volume.effective,
    }
    columns = {
        "direction": np.arange(len(radii)),
        "radius": radii,
        "distance": distances,
        "open": opened.astype(np.int64),
    }
    return Table(columns, how)
