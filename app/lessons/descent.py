"""Descent: what a gradient step is, seen on the landscape of a real network."""

from __future__ import annotations

from ..language import tr
from .lesson import Compute, Do, Drop, Lesson, Look, Page, Train

RUN = {
    "model": "mlp",
    "data": "digits",
    "optimizer": "sgd",
    "lr": 0.05,
    "momentum": 0.0,
    "batch_size": 64,
    "epochs": 6,
    "record_every": 6,
}
PLANE = {
    "trajectory": "{lessons}/descent/run",
    "directions": "pca",
    "resolution": 31,
    "samples": 500,
    "title": tr("A descent, on the plane that it keeps nearest to"),
}

DESCENT = Lesson(
    tr("Gradient descent on a real landscape"),
    tr("Train a network, see where it went, and let other optimizers race on the same surface."),
    (
        Page(
            tr("A network is a point"),
            tr(
                "<p>A network with <i>n</i> weights is one point in a space of <i>n</i> dimensions. The loss is a height above each point: "
                "a landscape. Training is a walk downhill: each step goes against the gradient, θ ← θ − η∇L(θ).</p>"
                "<p>This network reads handwritten digits: 64 pixels in, two hidden layers, 10 classes, about 6,600 weights. The button "
                "trains it and records where it was, six times an epoch or so. <i>Training</i> below shows its loss as it falls.</p>"
            ),
            (Train("descent/run", RUN),),
            tr("Train it"),
        ),
        Page(
            tr("A plane through the walk"),
            tr(
                "<p>6,600 dimensions cannot be drawn. But two directions can be chosen so that the walk stays as near to their plane as it "
                "can: the principal components of all recorded points. Evaluating the loss on a grid of that plane gives a surface.</p>"
                "<p>The axes say how much of the walk's variance they hold. The rest is <i>out of the plane</i>: see <b>Trust</b> at "
                "the left, "
                "“Path's largest distance from the plane”.</p>"
            ),
            (Compute("descent/plane", PLANE),),
            tr("Compute the plane"),
        ),
        Page(
            tr("The walk itself"),
            tr(
                "<p>The coloured line is the walk, drawn at the <b>true loss</b> of each recorded network. Thin stems lead from it to the "
                "surface below: where they are long, the network was not in the plane, and the surface does not say what it saw.</p>"
                "<p>It runs steeply first and slowly later: a large gradient makes a large step.</p>"
            ),
            (Look(tr("Descent path"), {"path": True, "stems": True, "view": "contours"}), Do("play.toggle")),
            tr("Play it"),
        ),
        Page(
            tr("A race on the surface"),
            tr(
                "<p>Now let three rules roll from where the walk began, on the surface alone: plain SGD, SGD with momentum, and Adam. "
                "They see the "
                "same slope and go different ways: momentum overshoots and comes back; Adam divides each coordinate by its own scale.</p>"
                "<p>The table below says how low each came. (On the surface: its two dimensions only. <i>In the "
                "weight space</i> trains the "
                "network truly.)</p>"
            ),
            (
                Do("point.drop"),
                Drop({"optimizers": ("sgd", "momentum", "adam"), "steps": 200}),
            ),
            tr("Let them race"),
        ),
        Page(
            tr("Change something"),
            tr(
                "<p><b>Try:</b> right-click high on a slope and choose <i>Drop a ball here</i>. Then type a learning "
                "rate ten times as large "
                "as the table says, and drop again.</p>"
                "<p><b>See:</b> SGD jumps across the valley, or leaves it: “diverged”. A step longer than the "
                "curvature allows, η &gt; 2/λ, "
                "goes up instead of down. That is why learning rates are lowered at the end of a training.</p>"
                "<p>And: choose <i>In the weight space</i>. Does the true walk end where the one on the surface did?</p>"
            ),
        ),
    ),
)
