"""Directions: why a walk is invisible on a random plane and not on its principal one."""

from __future__ import annotations

from ..language import tr
from .descent import PLANE, RUN
from .lesson import Compute, Lesson, Page, Panes, Train

RANDOM = PLANE | {"directions": "random", "title": tr("The same descent, on a random plane"), "seed": 1}

DIRECTIONS = Lesson(
    tr("Why PCA: random planes do not show a walk"),
    tr("One walk on two planes: random directions see nothing of it, principal components nearly all."),
    (
        Page(
            tr("One walk"),
            tr(
                "<p>To draw a walk through thousands of dimensions, one has to choose two. Which two decides what one sees. First, a "
                "walk: the "
                "small digits network of the first lesson (if it is there already, nothing is trained again).</p>"
            ),
            (Train("descent/run", RUN),),
            tr("Train it"),
        ),
        Page(
            tr("A random plane"),
            tr(
                "<p>Two random directions, filter-normalized (Li et al. 2018). The surface is an honest picture of the loss around "
                "the trained "
                "network.</p><p>But the walk shrinks to a dot. A random direction is nearly orthogonal to any given one: in <i>n</i> "
                "dimensions the cosine is about √(2/(π<i>n</i>)), here about 0.01.</p>"
            ),
            (Train("descent/run", RUN), Compute("descent/random", RANDOM)),
            tr("Compute it"),
        ),
        Page(
            tr("The principal plane"),
            tr(
                "<p>The principal components of the recorded networks, measured from the last one, are the two "
                "directions that keep the most "
                "of the walk's variance. Beside each other, on one scale: the walk is the same, the loss is the "
                "same, the planes differ.</p>"
            ),
            (
                Train("descent/run", RUN),
                Compute("descent/random", RANDOM),
                Compute("descent/plane", PLANE),
                Panes(1, 2, ("descent/random", "descent/plane")),
            ),
            tr("Put them side by side"),
        ),
        Page(
            tr("Change something"),
            tr(
                "<p><b>Try:</b> click on one pane, then on the other, and read <b>Trust</b>: “Variance of the path "
                "in the plane” and “Path's "
                "largest distance from the plane”.</p>"
                "<p><b>See:</b> even the principal plane does not hold all of it, and its two axes are of different length in weight "
                "space. A "
                "spiral or an arc on a principal plane may come from the method: walks in high dimensions have principal components "
                "that look "
                "like cosines (Antognini and Sohl-Dickstein 2018).</p>"
                "<p>Then: <i>File → New landscape…</i>, the recorded training, and “PCA centred on the path's mean”. What changes?</p>"
            ),
        ),
    ),
)
