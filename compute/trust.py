"""Trust: what a landscape can and cannot be relied on for, figure by figure: in plain words, with a verdict and what to do."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from .captions import plane_note
from .landscape import Landscape
from .levels import number
from .surface import Mark
from .trust_estimates import estimates
from .trust_path import curve, distance, rounding, variance
from .verdict import TrustLine, Verdict, figure, judged

__all__ = ["TrustLine", "Verdict", "figures", "judged"]

# Where good ends and fair ends. They are conventions: small against what one reads off such a picture.
CENTRE = (1e-4, 1e-4)  # relative gap between two ways to compute one number: rounding, or a mistake
UNITS = (1e-4, 1e-2)  # relative gap between the length of an axis' filter and that of the weights' filter
COSINE = (0.1, 0.5)  # 84° and 60°
ERROR = (0.03, 0.2)  # standard error at the centre, relative to the loss there
PREVIEW = (1e-5, 0.05)  # relative error of a preview's losses
FINE = 2e-5  # a preview is never good, however small its error was at the points that were looked at
BETWEEN = ("between", "points", "init")  # directions that end in checkpoints with statistics of their own
POLICIES = {
    "frozen": "Every point uses the checkpoint's running mean and variance, as in evaluation mode.",
    "interpolated": "The running mean and variance move along the axes with the weights, from checkpoint to checkpoint.",
    "re-estimated": "Every point uses the mean and variance of its own activations over the samples.",
}


def figures(landscape: Landscape) -> list[TrustLine]:
    """The lines of the trust panel, those for which the landscape holds the figures."""
    parts = (
        _kind,
        _centre,
        _units,
        _lengths,
        _cosine,
        variance,
        distance,
        curve,
        rounding,
        _batch_norm,
        _samples,
        _points,
        estimates,
        _finite,
        _settings,
    )
    return [line for part in parts for line in part(landscape)]


def _centre(landscape: Landscape) -> Iterator[TrustLine]:
    centre, plain = (figure(landscape, name) for name in ("centre_loss", "checkpoint_loss"))
    if centre is None or plain is None:
        return
    label, value = "Loss at the centre", f"{number(centre, 5)}  (checkpoint: {number(plain, 5)})"
    if landscape.trust.get("batch_norm") == "re-estimated":
        yield TrustLine(label, value, "info", "They differ because batch-norm statistics are re-estimated.")
        return
    gap = abs(centre - plain) / max(abs(plain), 1e-12)
    if judged(gap, CENTRE) == "good" or (math.isnan(centre) and math.isnan(plain)) or centre == plain:
        yield TrustLine(label, value, "good", "The plane's centre is the checkpoint itself: both losses agree.")
    else:
        yield TrustLine(
            label,
            value,
            "poor",
            "The centre does not have the checkpoint's loss, so this is the landscape of something else.",
            "Do not use this picture. Compute it again; if it stays so, report it with what `lossvista doctor` says.",
        )


def _kind(landscape: Landscape) -> Iterator[TrustLine]:
    if note := plane_note(landscape):
        yield TrustLine(
            "Kind of plane",
            "initialization → solution",
            "fair",
            note,
            "Show it to explain why such lines mislead. For the path itself use PCA directions, for the surroundings random ones.",
        )


def _units(landscape: Landscape) -> Iterator[TrustLine]:
    gap = figure(landscape, "unit_norm_gap")
    if gap is None:
        return
    verdict = judged(gap, UNITS)
    good = "Each filter of the axes is as long as the same filter of the weights: networks of other scales compare."
    bad = (
        "Filters of the axes are not as long as those of the weights: the picture depends on how the network is scaled."
    )
    yield TrustLine(
        "Length of each filter",
        f"as the weights', to {number(gap, 2)}",
        verdict,
        good if verdict == "good" else bad,
        "" if verdict == "good" else "Compute the directions again with filter normalization.",
    )


def _lengths(landscape: Landscape) -> Iterator[TrustLine]:
    moved = figure(landscape, "perturbed_weight_norm")
    norms = [axis.norm for axis in landscape.axes]
    if not norms or moved is None or not all(map(math.isfinite, norms)):
        return
    how = landscape.axes[0].normalization or "none"
    matched = all(abs(n - moved) < 1e-3 * moved for n in norms)
    yield TrustLine(
        "Length of the axes",
        f"{', '.join(number(n) for n in norms)}  (weights: {number(moved)})",
        "good" if matched else "info",
        f"Normalization '{how}': a step of 1 is as long as the weights themselves."
        if matched
        else f"Normalization '{how}': coordinates are in units of these lengths.",
        "" if matched else "Compare only with landscapes that were made alike.",
    )


def _cosine(landscape: Landscape) -> Iterator[TrustLine]:
    cosine = figure(landscape, "cosine")
    if cosine is None or len(landscape.axes) != 2:
        return
    verdict = judged(abs(cosine), COSINE)
    yield TrustLine(
        "cos(δ, η)",
        number(cosine, 2),
        verdict,
        "The axes are close to orthogonal: shapes are not sheared."
        if verdict == "good"
        else "The axes are not orthogonal: shapes in the plane are sheared, and distances in it are not those in weight space.",
        "" if verdict == "good" else "Make them orthogonal, or draw others (another seed).",
        "" if verdict == "good" else "--orthogonal",
    )


def _batch_norm(landscape: Landscape) -> Iterator[TrustLine]:
    if "batch_norm" not in landscape.trust:
        return
    policy, count = str(landscape.trust["batch_norm"]), landscape.trust.get("batch_norm_layers")
    label = "Batch-norm statistics"
    method = landscape.axes[0].method if landscape.axes else ""
    if count == 0:
        yield TrustLine(label, "none in this network", "good", "Nothing but the weights decides a point's loss.")
    elif policy == "frozen" and method in BETWEEN:
        yield TrustLine(
            label,
            policy,
            "poor",
            "The other checkpoints are evaluated with the first one's running mean and variance: their losses are not their own.",
            "Compute it with interpolated statistics.",
            "--batch-norm interpolated",
        )
    else:
        told = f"{policy}, {count} layer{'s' * (count > 1)}" if isinstance(count, int) else policy
        yield TrustLine(label, told, "info", POLICIES.get(policy, "As the recipe says."))


def _samples(landscape: Landscape) -> Iterator[TrustLine]:
    used, there = (landscape.trust.get(name) for name in ("samples", "samples_available"))
    error, loss = (figure(landscape, name) for name in ("centre_loss_se", "centre_loss"))
    if not isinstance(used, int):
        return
    value, verdict, whole = f"{used:,} of {there:,}" if isinstance(there, int) else f"{used:,}", "info", used == there
    if error is not None and math.isnan(error):
        value += "  (no standard error)"
        verdict = "good" if whole else "fair"
    elif error is not None and loss is not None and loss > 0:
        value += f"  (±{number(error, 2)} at the centre)"
        verdict = "good" if whole else judged(error / loss, ERROR)
    enough = whole or verdict in ("good", "info")
    yield TrustLine(
        "Samples",
        value,
        verdict,  # type: ignore[arg-type]
        "Every sample of the data set counts; points estimated from a part of them have an error of their own."
        if whole and bool((landscape.surface.evaluated == Mark.ESTIMATED).any())
        else "Every sample of the data set was used: no sampling error."
        if whole
        else "A part of the data set: the whole would differ by about the standard error, most where the loss is low.",
        "" if enough else "Use more samples before you speak of differences of this size.",
        "" if enough else "--samples",
    )


def _points(landscape: Landscape) -> Iterator[TrustLine]:
    marks = landscape.surface.evaluated
    others = {
        "not yet evaluated": Mark.NOT_YET,
        "interpolated": Mark.INTERPOLATED,
        "estimated": Mark.ESTIMATED,
        "bounds": Mark.BOUND,
        "failed": Mark.FAILED,
    }
    counts = {word: n for word, mark in others.items() if (n := int((marks == mark).sum()))}
    computed, total = int((marks == Mark.EVALUATED).sum()), marks.size
    todos = {
        "not yet evaluated": "Go on with the same recipe to fill them in.",
        "failed": "The log says why they failed; the same command tries them anew.",
    }
    yield TrustLine(
        "Points computed",
        f"{computed:,} of {total:,}" + "".join(f", {n:,} {word}" for word, n in counts.items()),
        "good" if computed == total else "poor" if not computed else "fair",
        "Every point was computed on all samples; none is interpolated."
        if computed == total
        else "Points without a mark were computed on all samples; the others are marked in every view.",
        " ".join(todos[word] for word in counts if word in todos)
        or ("" if computed == total else "Read values off computed points only."),
    )


def _finite(landscape: Landscape) -> Iterator[TrustLine]:
    surface = landscape.surface
    if not surface.fields:
        return
    bad = int((~np.isfinite(surface.fields[surface.main]) & (surface.evaluated != Mark.NOT_YET)).sum())
    if bad:
        yield TrustLine(
            "Not finite",
            f"{bad:,} points",
            "fair",
            "The loss is NaN or infinite there: holes in the picture. These are results, not gaps.",
            "A smaller reach stays where the loss is finite; float64 precision may move the edge.",
        )


def _settings(landscape: Landscape) -> Iterator[TrustLine]:
    trust = landscape.trust
    moved, every = trust.get("perturbed_parameters"), trust.get("parameters")
    if isinstance(moved, int) and isinstance(every, int) and every:
        text = "The others (as a rule biases and normalization layers) keep the checkpoint's values at every point."
        yield TrustLine(
            "Parameters perturbed", f"{moved:,} of {every:,}", "info", text if moved < every else "All of them move."
        )
    if "precision" in trust:
        usual, error = trust["precision"] in ("float32", "float64"), figure(landscape, "precision_error")
        off = "" if error is None else f", off by up to {number(100 * error, 2)} %"
        where = f" at {trust.get('precision_points')} points against float32" if off else ""
        yield TrustLine(
            "Precision",
            f"{trust['precision']}{off}",
            "good" if usual else "fair" if error is None else judged(max(error, FINE), PREVIEW),
            f"Of the forward pass; sums are taken in float64.{f' The error was measured{where}.' if where else ''}",
            ""
            if usual
            else "Compute it with float32 before you rely on it: near a minimum low precision can be wrong by a third.",
        )
    seeds = {axis.seed for axis in landscape.axes if axis.method}
    if seeds:
        draw, random = landscape.recipe.get("repeat") or 0, landscape.axes[0].method == "random"
        yield TrustLine(
            "Seed",
            ", ".join(map(str, sorted(seeds))) + (f", draw {draw}" if draw else ""),
            "info",
            "The same seed gives the same directions and samples; another one gives another plane.",
            "Compare several draws before you conclude anything from one plane." if random else "",
            "--repeats" if random else "",
        )
    for name, label in (("weights_hash", "Weights"), ("data_hash", "Samples' bytes")):
        if landscape.provenance.get(name):
            text = str(landscape.provenance[name])[:12]
            yield TrustLine(label, text, "info", "SHA-256: the same figures mean the same bytes.")
