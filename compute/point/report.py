"""PointReport: what was found out about the network at a point of the plane. No torch: it travels to the window."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Shown:
    """A sample as people can see it. image: (h, w) or (h, w, 3) uint8, or None. text: words or numbers where it is no image. place: its
    number in its data set. true and predicted: names of classes, "" where the task has none. confidence: the probability that the
    network gives to its prediction, NaN where it gives none. loss: of this sample."""

    image: np.ndarray | None
    text: str
    place: int
    true: str
    predicted: str
    confidence: float
    loss: float


@dataclass(frozen=True)
class SplitReport:
    """One split. loss: the mean over its samples; error: its standard error. metrics: name → mean, such as the accuracy. classes: the
    names of the k classes, empty where there are none. confusion (k, k): how many of true class [row] were taken for [column], or None.
    worst: for classes the most confidently wrong samples, else those of the largest loss; worst first. wrong: how many predictions
    are wrong. notes: what does not apply to this task, in words."""

    name: str
    samples: int
    loss: float
    error: float
    metrics: dict[str, float]
    classes: tuple[str, ...] = ()
    confusion: np.ndarray | None = None
    worst: tuple[Shown, ...] = ()
    wrong: int = 0
    notes: tuple[str, ...] = ()

    @property
    def accuracy(self) -> float:
        """In [0, 1]; NaN where the task has none."""
        return self.metrics.get("accuracy", float("nan"))

    @property
    def class_accuracy(self) -> np.ndarray:
        """(k,) share of each true class that was recognized (recall); NaN for a class without samples. (0,) where there are no classes."""
        if self.confusion is None:
            return np.zeros(0)
        total = self.confusion.sum(1)
        return np.divide(self.confusion.diagonal(), total, out=np.full(len(total), np.nan), where=total > 0)


@dataclass(frozen=True)
class PointReport:
    """The network θ + αδ + βη. title: of the landscape. slice_loss: what the landscape shows there, evaluated where `at_node`, else
    between nodes. offset: ‖θ(α,β) − θ‖; weight_norm: ‖θ(α,β)‖. checks: how well the landscape's stored values were met again, in words."""

    title: str
    alpha: float
    beta: float | None
    splits: tuple[SplitReport, ...]
    slice_loss: float
    at_node: bool
    offset: float
    weight_norm: float
    checks: tuple[str, ...] = ()

    @property
    def where(self) -> str:
        """ "(α 0.3, β −0.2)", or "(α 0.3)" on a line."""
        return f"(α {self.alpha:.4g}, β {self.beta:.4g})" if self.beta is not None else f"(α {self.alpha:.4g})"
