"""Batch size: small and large batches on one line, what its two ends seem to say of sharpness, and why that may be wrong."""

from __future__ import annotations

from typing import Any

from ..language import tr
from .lesson import Compute, Do, Lesson, Measure, Page, Panes, Train


def _run(batch: int, epochs: int) -> dict[str, Any]:
    own = {"model": "cnn", "data": "digits", "lr": 0.05, "batch_size": batch, "epochs": epochs}
    return {**own, "weight_decay": 5e-4, "seed": 1}


SMALL, LARGE = Train("batch/small", _run(16, 4)), Train("batch/large", _run(360, 40))
LINE = Compute(
    "batch/line",
    {
        "weights": ("{lessons}/batch/small/final.safetensors", "{lessons}/batch/large/final.safetensors"),
        "directions": "between",
        "axes": 1,
        "alpha": "-0.5:1.5",
        "resolution": 41,
        "samples": 500,
        "test_data": "digits:test",
        "title": tr("From small batches (0) to large ones (1)"),
    },
)


def _around(name: str, title: str) -> Compute:
    own = {"trajectory": f"{{lessons}}/batch/{name}", "directions": "random", "axes": 1, "seed": 2}
    return Compute(f"batch/around-{name}", {**own, "resolution": 41, "samples": 500, "title": title})


AROUND = (
    _around("small", tr("Around the one of small batches")),
    _around("large", tr("Around the one of large batches")),
)

BATCH_SIZE = Lesson(
    tr("Batch size and sharpness"),
    tr("Small and large batches on one line, on fair axes, and by a number."),
    (
        Page(
            tr("Two trainings"),
            tr(
                "<p>The same network, the same data; once 16 samples a step, once 360. Large batches take steps with less noise, and "
                "fewer of "
                "them. Keskar et al. (2017) found that they end in <i>sharp</i> minima, which generalize worse.</p>"
            ),
            (SMALL, LARGE),
            tr("Train both"),
        ),
        Page(
            tr("The line between them"),
            tr(
                "<p>Walk straight from one network (0) to the other (1), batch-norm statistics too, and beyond both. "
                "Loss on the left axis, "
                "accuracy on the right, on training and on test samples.</p>"
                "<p>Which end looks sharper? It is tempting to answer from this picture.</p>"
            ),
            (SMALL, LARGE, LINE, Do("view.curves")),
            tr("Compute the line"),
        ),
        Page(
            tr("Fair axes"),
            tr(
                "<p>But one step on that line is as long for both ends, while the ends' weights are not. A network with small weights is "
                "changed more by the same step: it <i>looks</i> sharper (Li et al. 2018, §3 and Figure 2; weight decay alone can swap "
                "the two).</p>"
                "<p>So: around each network its own line, along one random direction, scaled filter by filter to "
                "that network's weights. Now "
                "widths may be compared.</p>"
            ),
            (SMALL, LARGE, *AROUND, Panes(1, 2, ("batch/around-small", "batch/around-large"))),
            tr("Compute both"),
        ),
        Page(
            tr("A number"),
            tr(
                "<p>One line shows one of many directions. <i>Measure → Sharpness</i> searches for the worst one near the weights, "
                "and tries random "
                "ones; its <i>adaptive</i> kind does not change when layers are rescaled.</p>"
            ),
            (SMALL, *AROUND[:1], Measure("sharpness", {"samples": 200, "steps": 10, "draws": 5})),
            tr("Measure the first"),
        ),
        Page(
            tr("Change something"),
            tr(
                "<p><b>Try:</b> bring the other landscape to the front and press <i>Start</i> below. Then train again with weight decay 0: "
                "<i>File → Train a network…</i>, the same choices, another folder.</p>"
                "<p><b>See:</b> does the order of the two hold in every measure? On so small a problem both generalize well, and the "
                "difference "
                "is small: look at the test accuracy before you believe in a picture.</p>"
            ),
        ),
    ),
)
