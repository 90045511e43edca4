"""Sharpness (measured): the rise of the loss in neighbourhoods of the weights, at worst and in random directions."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from ..consent import Trust
from ..landscape import Landscape
from ..measures.ascent import Neighbourhood, Slope, adaptive, ball, climb, keskar
from ..measures.density import Estimate
from ..measures.derivatives import Derivatives
from ..point.network import opened_point
from ..progress import Job, Pace, Progress
from ..table import Table
from .added import Added
from .differentiated import Differentiated
from .sharpness import TABLE, SharpnessChoices


def sharpness(
    source: Landscape | str | os.PathLike[str], choices: SharpnessChoices, *, trust: Trust = False
) -> Job[Added]:
    """A table `sharpness`, a row for each neighbourhood: loss at the point; worst: the highest loss met, minus that; percent:
    100·worst/(1 + loss) (Keskar et al., Eq. 4); mean, mean_low, mean_high: of the rise in random directions, with its 95 % interval.
    What projected ascent meets is a lower bound of the worst. Raises LossvistaError as `opened_point` does."""
    yield Progress("loading the network and the data")
    _, again = opened_point(source, choices.alpha, choices.beta, trust)
    differentiated = Differentiated(again, choices)
    derivatives = differentiated.at(choices.alpha, choices.beta)
    weights = derivatives.flat
    how = {**choices.model_dump(mode="json"), "count": derivatives.size, "of_samples": len(differentiated.problem)}
    neighbourhoods = {
        "box": keskar(weights, choices.epsilon),
        "ball": ball(weights, choices.rho),
        "adaptive": adaptive(weights, choices.adaptive_rho),
    }
    each = choices.steps + 1 + choices.draws
    counting = _Counting(derivatives, 1 + each * len(neighbourhoods))
    loss, _ = yield from counting.slope_at(np.zeros_like(weights), "at the point")
    rows: list[dict[str, Any]] = []
    added = Added()
    for name, where in neighbourhoods.items():
        highest = yield from _climbed(where, choices, counting, name)
        rng = np.random.default_rng([choices.seed, 1])
        rises = []
        for _ in range(choices.draws):
            there, _ = yield from counting.slope_at(where.drawn(rng), f"{name}: random directions")
            rises.append(there - loss)
        mean = Estimate.of(rises or [np.nan])
        worst = float(np.max([highest - loss, *rises, 0.0]))  # the point itself is one of its neighbours
        rows.append(
            {
                "neighbourhood": name,
                "radius": where.radius,
                "loss": loss,
                "worst": worst,
                "percent": 100 * worst / (1 + loss),
            }
            | {"mean": mean.value, "mean_low": mean.low, "mean_high": mean.high}
        )
        columns = {
            key: np.array([row[key] for row in rows], object if key == "neighbourhood" else float) for key in rows[0]
        }
        added = Added({TABLE: Table(columns, how)})
        yield Progress("measuring the sharpness", counting.done, counting.total, added=added)
    return added


def _climbed(where: Neighbourhood, choices: SharpnessChoices, counting: _Counting, name: str) -> Job[float]:
    climbing = climb(where, choices.steps, choices.seed)
    try:
        offset = next(climbing)
        while True:
            slope = yield from counting.slope_at(offset, f"{name}: climbing")
            offset = climbing.send(slope)
    except StopIteration as end:
        return end.value


class _Counting:
    """Losses and gradients, and how many of them are done."""

    def __init__(self, derivatives: Derivatives, total: int) -> None:
        self._derivatives, self.total, self.done, self._pace = derivatives, total, 0, Pace(total)

    def slope_at(self, offset: np.ndarray, stage: str) -> Job[Slope]:
        steps = self._derivatives.slope_at(offset)
        while True:
            try:
                next(steps)
            except StopIteration as end:
                self.done += 1
                return end.value
            yield Progress(stage, self.done, self.total, self._pace.eta(self.done))
