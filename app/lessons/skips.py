"""Skips: the same layers with and without skip connections."""

from __future__ import annotations

from typing import Any

from ..language import tr
from .lesson import Compute, Do, Lesson, Look, Page, Panes, Train


def _run(model: str) -> dict[str, Any]:
    return {"model": model, "data": "digits", "lr": 0.05, "batch_size": 64, "epochs": 4}


def _plane(run: str, title: str) -> dict[str, Any]:
    own = {"trajectory": f"{{lessons}}/{run}", "directions": "random", "seed": 3, "title": title}
    return {**own, "resolution": 21, "samples": 300, "reach": 1.5}


SKIPS = Lesson(
    tr("Skip connections"),
    tr("The same layers with and without skips; and the ResNet-56 of the paper."),
    (
        Page(
            tr("Two networks"),
            tr(
                "<p>Very deep chains of layers are hard to train. A <i>skip connection</i> adds a block's input to "
                "its output, so that each "
                "block only has to learn a correction. The button trains two small networks on digits: with skips, "
                "and the same layers in a "
                "plain chain.</p>"
            ),
            (Train("skips/with", _run("cnn")), Train("skips/without", _run("cnn-noskip"))),
            tr("Train both"),
        ),
        Page(
            tr("Two landscapes"),
            tr(
                "<p>The same filter-normalized random directions, the same reach, the same samples, one scale: only then is it a fair "
                "comparison. (The line above the panes would say if it were not.)</p>"
                "<p>With only a few layers, both are smooth: skips matter little for shallow networks, as Li et al. say too.</p>"
            ),
            (
                Train("skips/with", _run("cnn")),
                Compute("skips/with", _plane("skips/with", tr("Small CNN with skips"))),
                Train("skips/without", _run("cnn-noskip")),
                Compute("skips/without", _plane("skips/without", tr("Small CNN without skips"))),
                Panes(1, 2, ("skips/with", "skips/without")),
            ),
            tr("Compute both"),
        ),
        Page(
            tr("Fifty-six layers"),
            tr(
                "<p>Li et al.'s Figure 1: ResNet-56 on CIFAR-10, trained with and without skips. These two come with the program, computed "
                "from their published networks.</p>"
                "<p>Without skips the basin is narrow and everything around it rough: ridges, hardly a slope that leads home.</p>"
            ),
            (
                Panes(1, 2, ("example:resnet56", "example:resnet56-noshort")),
                Look(tr("Scale"), {"relief_scale": "log", "view": "surface"}),
            ),
            tr("Open them"),
        ),
        Page(
            tr("Change something"),
            tr(
                "<p><b>Try:</b> switch the scale in <b>Look</b> from log to linear, then move the threshold down until the ridges are cut "
                "away. And press <b>C</b> to see both in one picture.</p>"
                "<p><b>See:</b> on a linear scale one ridge hides everything else; on a log scale the basin shows. What a picture "
                "says depends "
                "on such choices, so say them in the caption: <i>Edit → Copy → Caption</i> writes them down.</p>"
            ),
            (Do("view.contours"),),
            tr("With contour lines"),
        ),
    ),
)
