"""Connectivity: two minima, the hill between them, and a curve around it."""

from __future__ import annotations

from typing import Any

from ..language import tr
from .lesson import Compute, Do, Lesson, Look, Make, Page, Train


def _run(seed: int) -> dict[str, Any]:
    return {"model": "mlp", "data": "digits", "lr": 0.1, "batch_size": 64, "epochs": 12, "seed": seed}


ONE, OTHER = Train("connectivity/one", _run(1)), Train("connectivity/other", _run(2))
ENDS = ("{lessons}/connectivity/one/final.safetensors", "{lessons}/connectivity/other/final.safetensors")
LINE = {
    "model": "mlp",
    "weights": ENDS,
    "directions": "between",
    "axes": 1,
    "alpha": "-0.2:1.2",
    "resolution": 41,
    "samples": 500,
}
CURVE = {"model": "mlp", "weights": ENDS, "epochs": 20, "samples": 500, "resolution": 25, "points": 31, "lr": 0.05}

CONNECTIVITY = Lesson(
    tr("Two minima and the curve between them"),
    tr("Two trainings end far apart, with a hill between them; and yet a curve leads around it."),
    (
        Page(
            tr("Two minima"),
            tr(
                "<p>The same network, trained twice from other first weights. Both read the digits equally well. Are they in the same "
                "valley?</p>"
            ),
            (ONE, OTHER),
            tr("Train both"),
        ),
        Page(
            tr("The straight way"),
            tr(
                "<p>The loss along the straight line between them. In the middle is a network whose weights are the mean of both: it reads "
                "hardly anything. The height of that hill is called the <b>barrier</b>.</p>"
            ),
            (
                ONE,
                OTHER,
                Compute("connectivity/line", LINE | {"title": tr("The straight line between two trainings")}),
                Do("view.curves"),
            ),
            tr("Compute the line"),
        ),
        Page(
            tr("A curve around the hill"),
            tr(
                "<p>Garipov et al. (2018): fix both ends, and train the bend of a curve so that the loss <i>along the curve</i> is "
                "low: each step at a "
                "random place t of φ(t) = (1−t)²w₁ + 2t(1−t)θ + t²w₂.</p>"
                "<p>Then the plane through both ends and the bend: two wells, and the curve in the valley that joins them.</p>"
            ),
            (ONE, OTHER, Make("connect", "connectivity/curve", CURVE), Look(tr("View"), {"view": "contours"})),
            tr("Train the curve"),
        ),
        Page(
            tr("Change something"),
            tr(
                "<p><b>Try:</b> in <i>Studies → Connect two minima</i> choose <i>polychain</i> in place of bezier, or three bends, "
                "another file, "
                "and Start. Or train only 2 epochs.</p>"
                "<p><b>See:</b> the table and the picture beside the form: loss and error along the curve against the straight line. "
                "Networks on "
                "the curve are as good as its ends, and different enough that averaging their answers helps: that is fast geometric "
                "ensembling.</p>"
            ),
            (Do("study.connect"),),
            tr("Show the numbers"),
        ),
    ),
)
