"""Roll: balls that roll on the interpolated slice: no network is evaluated, so that many of them can race at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..errors import LossvistaError
from ..landscape import Landscape
from ..trajectory import BALL, Trajectory
from . import ADAPTIVE, OPTIMIZERS
from .choices import Descent, ball_name
from .rules import Rule
from .slice import Slice

FIRST_STEP = 0.01  # of the window: how far the first step goes where no rate is given
ENDS = ("rolled on", "left the window", "came to a hole")


@dataclass(frozen=True)
class Roll:
    """points (T + 1, m, 2): of m balls, the start first; a ball that has ended stays. losses (T + 1, m): of the slice there.
    last (m,): a ball's last step. why (m,): places in ENDS. rate (m,): the learning rates."""

    points: np.ndarray
    losses: np.ndarray
    last: np.ndarray
    why: np.ndarray
    rate: np.ndarray


def roll(slice: Slice, starts: np.ndarray, optimizer: str, choices: Descent) -> Roll:
    """Let balls roll from starts (m, 2) by one optimizer. Each is on its own: m balls roll as each of them would alone, noise aside.

    A ball ends where it leaves the window, on its border, and before a hole. starts outside or in a hole end at once."""
    starts = np.array(starts, float)
    count, random = len(starts), np.random.default_rng(choices.seed)
    steep = slice.gradient(starts)
    length = np.nan_to_num(np.linalg.norm(steep, axis=1), nan=0.0)
    rate = rates(slice, length, optimizer, choices)
    rule = Rule(optimizer, rate[:, None], choices.momentum)
    points = np.empty((choices.steps + 1, count, 2))
    points[0] = at = starts
    why = np.where(slice.inside(starts), np.where(slice.known(starts), 0, 2), 1)
    last = np.zeros(count, int)
    for step in range(1, choices.steps + 1):
        rolling = why == 0
        gradient = np.where(rolling[:, None], np.nan_to_num(slice.gradient(at)), 0.0)
        if choices.noise:
            shake = random.standard_normal((count, 1 if slice.line else 2)) * length[:, None] * choices.noise
            gradient = gradient + (np.c_[shake, np.zeros(count)] if slice.line else shake)
        to = np.where(rolling[:, None], at + rule.step(gradient), at)
        out, hole = rolling & ~slice.inside(to), rolling & slice.inside(to) & ~slice.known(to)
        to = np.where(out[:, None], slice.border(at, to), to)
        to = np.where(hole[:, None], at, to)
        why = np.where(out, 1, np.where(hole, 2, why))
        last[rolling & ~hole] = step
        points[step] = at = to
        if (why != 0).all():
            points[step:] = at
            break
    losses = slice.value(points.reshape(-1, 2)).reshape(points.shape[:2])
    return Roll(points, losses, last, why, rate)


def rates(slice: Slice, length: np.ndarray, optimizer: str, choices: Descent) -> np.ndarray:
    """(m,) the learning rates of balls that start where the gradient has these lengths (m,). Where none is given, the first step of SGD
    goes FIRST_STEP of the window where it is as steep as in the middle of all nodes, or steeper."""
    step = FIRST_STEP * float(slice.width.min())
    given = choices.adaptive_lr if optimizer in ADAPTIVE else choices.lr
    if given is not None:
        return np.full(len(length), float(given))
    if optimizer in ADAPTIVE:
        return np.full(len(length), step)
    steep = np.maximum(length, slice.steepness)
    return np.where(steep > 0, step / np.maximum(steep, 1e-300), step)


def balls_on(
    landscape: Landscape, alpha: float, beta: float, choices: Descent, field: str = ""
) -> dict[str, Trajectory]:
    """Race the chosen optimizers from one point of a landscape, on the field (the training loss, where none is named): name → path,
    for `landscape.trajectories`. Its true loss is the slice's: a ball on the slice does not leave the plane.

    Raises LossvistaError for a point outside, in a hole, or where nothing is computed yet."""
    surface = landscape.surface
    name = field or surface.main
    ground = Slice(surface.grid, surface.preview(name))
    beta = 0.0 if ground.line else beta
    start = np.array([[alpha, beta]])
    if not ground.known(start)[0]:
        what = "has no finite value around it" if ground.inside(start)[0] else "lies outside of the landscape"
        raise LossvistaError(
            f"The point α {alpha:.4g}, β {beta:.4g} {what}, so no ball can roll from it.", "Choose another point."
        )
    true = ground if name == surface.main else Slice(surface.grid, surface.preview(surface.main))
    found: dict[str, Trajectory] = {}
    for optimizer in choices.optimizers:
        rolled = roll(ground, start, optimizer, choices)
        found[ball_name(optimizer, {*landscape.trajectories, *found})] = path_of(rolled, 0, optimizer, true)
    return found


def path_of(rolled: Roll, ball: int, optimizer: str, true: Slice) -> Trajectory:
    """One ball's way as a trajectory. true: the slice of the training loss."""
    end = int(rolled.last[ball]) + 1
    points = rolled.points[:end, ball]
    columns = {
        "alpha": points[:, 0],
        "beta": points[:, 1],
        "step": np.arange(end, dtype=float),
        "train_loss": true.value(points),
        "slice_loss": rolled.losses[:end, ball],
        "distance": np.zeros(end),
        "learning_rate": np.full(end, rolled.rate[ball]),
    }
    how: dict[str, str | float | int] = {
        BALL: "slice",
        "optimizer": OPTIMIZERS[optimizer],
        "learning_rate": float(rolled.rate[ball]),
        "end": ENDS[int(rolled.why[ball])],
    }
    return Trajectory(columns, how)
