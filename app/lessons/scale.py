"""Scale: one function under two sets of weights, and what filter normalization does about it."""

from __future__ import annotations

from ..language import tr
from .lesson import Do, Lesson, Make, Page

PAIR = Make("scale", "scale/pair", {"model": "mlp", "epochs": 6, "samples": 500, "axes": 1, "resolution": 41})

SCALE = Lesson(
    tr("Scale invariance"),
    tr("Two sets of weights that compute the same and look different, until directions are filter-normalized."),
    (
        Page(
            tr("One function, two sets of weights"),
            tr(
                "<p>Multiply a layer's weights by <i>c</i> and divide the next layer's by <i>c</i>: with ReLU between them, the "
                "network computes "
                "exactly the same. Its loss, its errors, all its answers are the same; only the weights are others.</p>"
                "<p>So nothing that one can observe tells the two apart. Should one of them be called sharp, and the other flat?</p>"
                "<p>The button trains a small network, rescales it, and computes four lines: each of the two, with plain random directions "
                "and with filter-normalized ones.</p>"
            ),
            (PAIR,),
            tr("Train, rescale, compute"),
        ),
        Page(
            tr("With and without"),
            tr(
                "<p>Below: the four curves. Without normalization (Li et al. 2018, §3) one network seems to lie in a narrow valley and the "
                "other in a wide one, because the same step is small for large weights and large for small ones.</p>"
                "<p>With filter normalization each filter of the direction is as long as the filter of the weights "
                "that it changes: the step "
                "is relative. The two curves fall on one another, for the same raw random numbers.</p>"
            ),
            (PAIR, Do("study.scale")),
            tr("Show the curves"),
        ),
        Page(
            tr("Change something"),
            tr(
                "<p><b>Try:</b> in the form below change the <i>factor</i>, give another file, and Start: 1 (nothing "
                "is changed), or 0.1.</p>"
                "<p><b>See:</b> the normalized curves stay together whatever the factor; the plain ones part. Keep "
                "it in mind when somebody "
                "compares widths of minima: of two networks of different weight norms, the picture without normalization compares the "
                "norms.</p>"
                "<p>What it does <i>not</i> say: that a wide basin generalizes better. <i>Measure → Ranking</i> lets you check that "
                "on your own "
                "checkpoints.</p>"
            ),
            (Do("study.scale"),),
            tr("Show the form"),
        ),
    ),
)
