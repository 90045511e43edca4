"""Cycles: learning rates that rise and fall, and when the networks on the way are taken: fast geometric ensembling, snapshot ensembles
and stochastic weight averaging."""

from __future__ import annotations

import math
from typing import Literal

Method = Literal["fge", "snapshot", "swa"]


def position(step: int, cycle: int) -> float:
    """t(i) = (mod(i − 1, c) + 1) / c, in (0, 1]: where in its cycle of c steps the step i = 1, 2, … is (Garipov et al. 2018, §4)."""
    return ((step - 1) % cycle + 1) / cycle


def fge_rate(step: int, cycle: int, high: float, low: float) -> float:
    """α(i) of step i = 1, 2, …: from α₁ = high straight down to α₂ = low in the middle of the cycle, and straight up again:
    (1 − 2t)α₁ + 2tα₂ for t ≤ ½, (2 − 2t)α₂ + (2t − 1)α₁ beyond (Garipov et al. 2018, §4)."""
    t = position(step, cycle)
    return (1 - 2 * t) * high + 2 * t * low if t <= 0.5 else (2 - 2 * t) * low + (2 * t - 1) * high


def fge_takes(step: int, cycle: int) -> bool:
    """Whether the network after step i is a member: where mod(i, c) = c/2, when the rate is lowest (Algorithm 1). c is even."""
    return step % cycle == cycle // 2


def swa_rate(step: int, cycle: int, high: float, low: float) -> float:
    """(1 − t)α₁ + tα₂: from high down to low in each cycle; averaged are the networks at their ends, mod(i, c) = 0 (Izmailov et al. 2018,
    §3.1)."""
    t = position(step, cycle)
    return (1 - t) * high + t * low


def snapshot_rate(step: int, total: int, members: int, high: float) -> float:
    """α₀/2 · (cos(π · mod(i − 1, ⌈T/M⌉) / ⌈T/M⌉) + 1): T steps in M cycles, each from high down to nearly 0; members are the networks
    at their ends (Huang et al. 2017, eq. 2)."""
    cycle = -(-total // members)
    return high / 2 * (math.cos(math.pi * ((step - 1) % cycle) / cycle) + 1)


def even_cycle(epochs: float, batches: int) -> int:
    """c, in steps and even, of a cycle of so many epochs; at least 2."""
    return max(2, 2 * math.floor(epochs * batches / 2))


def members_at(method: str, cycle: int, total: int, members: int) -> list[int]:
    """The steps after which a training of `total` steps takes its members. cycle: in steps; of no matter for snapshot ensembles."""
    if method == "snapshot":
        cycle = -(-total // members)
        steps = list(range(cycle, total + 1, cycle))
        return [*steps, total] if total % cycle else steps  # the last cycle may be shorter
    return list(range(cycle // 2 if method == "fge" else cycle, total + 1, cycle))[:members]
