"""Pictures (of a training): from the curves that a recording tells to the charts that show them."""

from __future__ import annotations

import numpy as np

from ...compute.training.curves import Curves
from ..language import tr
from .chart import Picture
from .series import Series, drops, smoothed

DROPS = tr("learning rate lowered")


def loss_and_accuracy(curves: Curves, *, log: bool = True, smoothing: float = 0.02) -> Picture:
    """The loss of each iteration, raw and smoothed over a share `smoothing` of all of them, the epochs' losses and accuracies, and
    the drops of the learning rate."""
    rows, ends = curves.iterations, curves.epochs
    column = _across(curves)
    x, losses = rows[column], rows["loss"]
    width = max(1, round(len(losses) * smoothing))
    # Piece by piece: a mean over both sides of a drop would let the loss fall before the rate does.
    cuts = np.searchsorted(x, _drops(curves, column)) if width > 2 else []
    smooth = np.concatenate([smoothed(piece, width) for piece in np.split(losses, cuts)])
    parts = []
    if len(losses):
        if width > 2:
            parts.append(Series("mini-batch", x, losses, kind="faint", listed=False))
        parts.append(Series(tr("mini-batch loss"), x, smooth))
    whole = not len(losses)  # a recording that tells no iterations: its checkpoints' losses are the curve
    parts += _known(
        tr("train loss"), ends, column, "train_loss", kind="line" if whole else "dots", dots=True, always=whole
    )
    parts += _known(tr("test loss"), ends, column, "test_loss", role="test_loss", kind="dash", dots=True)
    right = [
        *_known(
            tr("train accuracy"), ends, column, "train_accuracy", role="accuracy", kind="line", dots=True, percent=True
        ),
        *_known(
            tr("test accuracy"),
            ends,
            column,
            "test_accuracy",
            role="test_accuracy",
            kind="dash",
            dots=True,
            percent=True,
        ),
    ]
    shown = tuple(parts + right)
    positive = any(bool(((s.y > 0) & np.isfinite(s.y)).any()) for s in parts)
    return Picture(shown, "loss", "accuracy", column, log and positive, marks=_drops(curves, column), marked=DROPS)


def weight_norm(curves: Curves) -> Picture:
    """‖θ‖ over all weights, and the learning rate."""
    rows, ends = curves.iterations, curves.epochs
    column = _across(curves)
    fine = bool(np.isfinite(rows["weight_norm"]).any())
    source = rows if fine else ends
    parts = _known(tr("weight norm ‖θ‖"), source, column, "weight_norm", role="norm", dots=not fine)
    told = rows if len(rows["step"]) else ends
    parts += _known(tr("learning rate"), told, column, "learning_rate", side="right", role="rate", kind="steps")
    rates = told["learning_rate"]
    wide = bool((rates > 0).any()) and np.nanmax(rates) > 3 * np.nanmin(rates[rates > 0])
    return Picture(
        tuple(parts),
        tr("weight norm"),
        tr("learning rate"),
        column,
        right_log=wide,
        marks=_drops(curves, column),
        marked=DROPS,
    )


def _known(name: str, table, across: str, column: str, *, side: str = "", always: bool = False, **how) -> list[Series]:
    """One curve, where there is a value to draw."""
    if not np.isfinite(table[column]).any() and not (always and len(table[column])):
        return []
    side = side or ("right" if how.get("percent") else "left")
    return [Series(name, table[across], table[column], side=side, **how)]  # type: ignore[arg-type]


def _across(curves: Curves) -> str:
    """What runs along the chart: the epoch where it is known, else the step."""
    known = any(np.isfinite(table["epoch"]).any() for table in (curves.iterations, curves.epochs))
    return "epoch" if known or not curves else "step"


def _drops(curves: Curves, column: str) -> np.ndarray:
    table = curves.iterations if len(curves.iterations["step"]) else curves.epochs
    return drops(table[column], table["learning_rate"])
