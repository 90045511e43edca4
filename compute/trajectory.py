"""Trajectory: the path of an optimizer, projected onto a plane, at its true loss and with its distance from the plane."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from .surface import Patch

COLUMNS = (
    "alpha",
    "beta",
    "step",
    "epoch",
    "train_loss",
    "train_accuracy",
    "slice_loss",
    "distance",
    "learning_rate",
    "weight_norm",
)

CHECKPOINTS = "checkpoints"  # how: of a path that has grown, how many there were when its plane was made
BALL = "ball"  # how: of a path that no recording holds: where a ball rolled, on the "slice" or in the "weights"
UNORDERED = "unordered"  # how: of models that are no way from one to the next, such as many minima: drawn as points
CURVE = "curve"  # how: of a way between two networks that no optimizer went: "bezier", "polychain" or "segment"


@dataclass
class Trajectory:
    """columns: name → (T,) float64, NaN where unknown. alpha, beta: projection. train_loss: at the checkpoint itself, on the
    landscape's samples. slice_loss: of the plane at the projection. distance: ‖residual‖ out of the plane, in weight units.
    weight_norm: ‖θ_t‖. How: attrs such as the recording's folder."""

    columns: dict[str, np.ndarray] = field(default_factory=dict)
    how: dict[str, str | float | int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ()))

    def __getitem__(self, name: str) -> np.ndarray:
        """A column; all NaN where it was not recorded."""
        return self.columns.get(name, np.full(len(self), np.nan))

    def extended(self, columns: Mapping[str, np.ndarray]) -> Trajectory:
        """This path with further checkpoints at its end. columns: name → (k,), NaN where a column is not among them."""
        count = len(next(iter(columns.values())))
        unknown = np.full(count, np.nan)
        longer = {
            name: np.concatenate([self[name], columns.get(name, unknown)])
            for name in {**self.columns, **dict.fromkeys(columns)}
        }
        return Trajectory(longer, dict(self.how))

    @property
    def recorded(self) -> bool:
        """Whether it is the path of a recording: neither a ball's way nor a curve between two networks."""
        return BALL not in self.how and CURVE not in self.how

    @property
    def drops(self) -> np.ndarray:
        """(k,) the checkpoints after which the learning rate is lower by a quarter or more, in a step: a rate that changes from
        checkpoint to checkpoint (cosine, warm-up) has none."""
        rate = self["learning_rate"]
        if len(rate) < 2:
            return np.zeros(0, int)
        same = np.isclose(rate[1:], rate[:-1], rtol=1e-6)  # from each checkpoint to the next
        before, after = np.r_[False, same[:-1]], np.r_[same[1:], False]
        return np.flatnonzero((rate[1:] <= 0.75 * rate[:-1]) & (before | after))

    def add(self, patch: Patch) -> None:
        """Enter values for the steps patch.index."""
        for name, values in patch.fields.items():
            if name not in self.columns:
                self.columns[name] = np.full(len(self), np.nan)
            self.columns[name][patch.index] = values


def called(trajectories: Mapping[str, Trajectory]) -> str:
    """What these ways are in one word: a "curve" where no optimizer went any of them, else a "path"."""
    curves = [CURVE in path.how for path in trajectories.values()]
    return "curve" if curves and all(curves) else "path"


def path_groups(trajectories: Mapping[str, Trajectory]) -> dict[str, str]:
    """What tells each path from the others, by its name: its optimizer where there are several of them, else the name itself."""
    optimizers = {name: str(path.how.get("optimizer", "")) for name, path in trajectories.items()}
    several = len(set(optimizers.values())) > 1 and all(optimizers.values())
    return optimizers if several else {name: name for name in trajectories}


def path_figures(paths: Iterable[Trajectory]) -> dict[str, float]:
    """What a landscape's trust says of its recorded paths: the largest distance of any checkpoint from the plane, and from its origin;
    and, where checkpoints are stored rounded, the largest error of one."""
    known = [path for path in paths if len(path) and path.recorded]
    if not known:
        return {}
    return {
        figure: max(float(np.nanmax(path[column])) for path in known if np.isfinite(path[column]).any())
        for figure, column in (("path_distance", "distance"), ("path_length", "offset"), ("path_rounding", "rounding"))
        if any(np.isfinite(path[column]).any() for path in known)
    }
