"""Trust: what a landscape can and cannot be relied on for, figure by figure, in plain words."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from .landscape import Landscape
from .levels import number
from .surface import Mark

_POLICIES = {
    "frozen": "Every point uses the checkpoint's running mean and variance, as in evaluation mode.",
    "interpolated": "The running mean and variance move along the axes with the weights, from checkpoint to checkpoint.",
    "re-estimated": "Every point uses the mean and variance of its own activations over the samples.",
}
Verdict = Literal["good", "fair", "poor", "info"]


@dataclass(frozen=True)
class TrustLine:
    """label and value: as shown. verdict: good (green), fair (amber), poor (red) or info. meaning: one plain sentence."""

    label: str
    value: str
    verdict: Verdict
    meaning: str


def figures(landscape: Landscape) -> list[TrustLine]:
    """The lines of the trust panel, those for which the landscape holds the figures."""
    parts = (_centre, _samples, _axes, _path, _points, _settings)
    return [line for part in parts for line in part(landscape)]


def _centre(landscape: Landscape) -> Iterator[TrustLine]:
    centre, plain = (landscape.trust.get(k) for k in ("centre_loss", "checkpoint_loss"))
    if not isinstance(centre, float) or not isinstance(plain, float):
        return
    if landscape.trust.get("batch_norm") == "re-estimated":
        value = f"{number(centre, 5)}  (checkpoint: {number(plain, 5)})"
        yield TrustLine(
            "Loss at the centre", value, "info", "They differ because batch-norm statistics are re-estimated."
        )
        return
    gap = abs(centre - plain) / max(abs(plain), 1e-12)
    agree = gap < 1e-4 or (math.isnan(centre) and math.isnan(plain))
    yield TrustLine(
        "Loss at the centre",
        f"{number(centre, 5)}  (checkpoint: {number(plain, 5)})",
        "good" if agree else "poor",
        "The plane's centre is the checkpoint itself: both losses agree."
        if agree
        else "The centre does not have the checkpoint's loss: do not use this picture.",
    )


def _samples(landscape: Landscape) -> Iterator[TrustLine]:
    used, there, error, loss = (
        landscape.trust.get(k) for k in ("samples", "samples_available", "centre_loss_se", "centre_loss")
    )
    if not isinstance(used, int):
        return
    share = f"{used:,} of {there:,}" if isinstance(there, int) else f"{used:,}"
    value, verdict = share, "info"
    if isinstance(error, float) and math.isnan(error):
        value += "  (no standard error)"
    elif isinstance(error, float) and isinstance(loss, float) and loss > 0:
        value += f"  (±{number(error, 2)} at the centre)"
        verdict = "good" if used == there or error < 0.03 * loss else "fair" if error < 0.2 * loss else "poor"
    meaning = (
        "Every sample of the data set was used: no sampling error."
        if used == there
        else "A part of the data set: the whole would differ by about the standard error, most where the loss is low."
    )
    yield TrustLine("Samples", value, verdict, meaning)


def _axes(landscape: Landscape) -> Iterator[TrustLine]:
    trust, moved = landscape.trust, landscape.trust.get("perturbed_weight_norm")
    norms = [axis.norm for axis in landscape.axes]
    if norms and all(map(math.isfinite, norms)) and isinstance(moved, float):
        how = landscape.axes[0].normalization
        matched = all(abs(n - moved) < 1e-3 * moved for n in norms)
        yield TrustLine(
            "Length of the axes",
            f"{', '.join(number(n) for n in norms)}  (weights: {number(moved)})",
            "good" if matched else "info",
            f"Normalization '{how}': a step of 1 is as long as the weights themselves."
            if matched
            else f"Normalization '{how}': coordinates are in units of these lengths; compare only landscapes made alike.",
        )
    cosine = trust.get("cosine")
    if isinstance(cosine, float) and len(landscape.axes) == 2:
        size = abs(cosine)
        yield TrustLine(
            "cos(δ, η)",
            number(cosine, 2),
            "good" if size < 0.1 else "fair" if size < 0.5 else "poor",
            "The axes are close to orthogonal: shapes are not sheared."
            if size < 0.1
            else "The axes are not orthogonal: shapes in the plane are sheared.",
        )


def _path(landscape: Landscape) -> Iterator[TrustLine]:
    explained = [axis.explained for axis in landscape.axes]
    if explained and all(map(math.isfinite, explained)):
        share = sum(explained)
        yield TrustLine(
            "Path's variance in the plane",
            f"{share:.1%}",
            "good" if share > 0.9 else "fair" if share > 0.6 else "poor",
            "How much of the recorded path's movement this plane can show. PCA planes show much of any path, even of a random "
            "walk.",
        )
    distance, length = landscape.trust.get("path_distance"), landscape.trust.get("path_length")
    if isinstance(distance, float) and isinstance(length, float) and length > 0:
        part = distance / length
        yield TrustLine(
            "Path's largest distance from the plane",
            f"{number(distance)}  ({part:.0%} of the way it came)",
            "good" if part < 0.3 else "fair" if part < 0.7 else "poor",
            "The path is drawn at its true loss; the stems lead to the slice below its projection. Far from the plane the two "
            "differ.",
        )
    rounding = landscape.trust.get("path_rounding")
    if isinstance(rounding, float) and isinstance(length, float) and length > 0:
        part = rounding / length
        yield TrustLine(
            "Rounding of the path",
            f"{number(rounding, 2)}  ({part:.2%} of the way it came)",
            "good" if part < 0.01 else "fair" if part < 0.1 else "poor",
            "The checkpoints were recorded as float16; steps that are not much longer than this show the rounding, not the training.",
        )


def _points(landscape: Landscape) -> Iterator[TrustLine]:
    marks = landscape.surface.evaluated
    computed, total = int((marks == Mark.EVALUATED).sum()), marks.size
    others = {
        "not yet evaluated": Mark.NOT_YET,
        "interpolated": Mark.INTERPOLATED,
        "estimated": Mark.ESTIMATED,
        "bounds": Mark.BOUND,
        "failed": Mark.FAILED,
    }
    rest = "".join(f", {n:,} {word}" for word, mark in others.items() if (n := int((marks == mark).sum())))
    yield TrustLine(
        "Points computed",
        f"{computed:,} of {total:,}{rest}",
        "good" if computed == total else "fair",
        "Every point was computed on all samples; none is interpolated."
        if computed == total
        else "Points without a mark were computed on all samples; the others are marked in every view.",
    )
    fields = landscape.surface.fields
    if fields:
        bad = int((~np.isfinite(fields[landscape.surface.main]) & (marks != Mark.NOT_YET)).sum())
        if bad:
            yield TrustLine(
                "Not finite", f"{bad:,} points", "fair", "The loss is NaN or infinite there: holes in the picture."
            )


def _settings(landscape: Landscape) -> Iterator[TrustLine]:
    trust = landscape.trust
    moved, every = trust.get("perturbed_parameters"), trust.get("parameters")
    if isinstance(moved, int) and isinstance(every, int) and every:
        yield TrustLine(
            "Parameters perturbed",
            f"{moved:,} of {every:,}",
            "info",
            "The others (as a rule biases and normalization layers) keep the checkpoint's values at every point.",
        )
    if "batch_norm" in trust:
        policy = str(trust["batch_norm"])
        yield TrustLine("Batch-norm statistics", policy, "info", _POLICIES.get(policy, "As the recipe says."))
    if "precision" in trust:
        yield TrustLine("Precision", str(trust["precision"]), "good", "Of the forward pass; sums are taken in float64.")
    for name, label in (("weights_hash", "Weights"), ("data_hash", "Samples' bytes")):
        if landscape.provenance.get(name):
            yield TrustLine(
                label, str(landscape.provenance[name])[:12], "info", "SHA-256: the same figures mean the same bytes."
            )
