"""Trust in a path: how much of it the plane shows, how far it is from it, and how exactly it was recorded."""

from __future__ import annotations

import math
from collections.abc import Iterator

from .landscape import Landscape
from .levels import number
from .verdict import TrustLine, Verdict, figure, judged

VARIANCE = (0.9, 0.6)  # share of the path's variance; more is better
DISTANCE = (0.3, 0.7)  # of the path from the plane, relative to the way it came
ROUNDING = (0.01, 0.1)  # of checkpoints in float16, relative to the same


def variance(landscape: Landscape) -> Iterator[TrustLine]:
    """How much of the path's movement lies in the plane."""
    explained = [axis.explained for axis in landscape.axes]
    if not explained or not all(map(math.isfinite, explained)):
        return
    share = sum(explained)
    verdict: Verdict = "good" if share > VARIANCE[0] else "fair" if share > VARIANCE[1] else "poor"
    yield TrustLine(
        "Path's variance in the plane",
        f"{share:.1%}",
        verdict,
        "How much of the recorded path's movement this plane can show. PCA planes show much of any path, even of a random walk.",
        ""
        if verdict == "good"
        else "Do not read turns or lengths of the path off this picture; a shorter part of it shows more.",
    )


def distance(landscape: Landscape) -> Iterator[TrustLine]:
    """How far from the plane the path goes."""
    far, length = (figure(landscape, name) for name in ("path_distance", "path_length"))
    if far is None or length is None or not length > 0:
        return
    part = far / length
    verdict = judged(part, DISTANCE)
    yield TrustLine(
        "Path's largest distance from the plane",
        f"{number(far)}  ({part:.0%} of the way it came)",
        verdict,
        "The path is drawn at its true loss; the stems lead to the slice below its projection. Far from the plane the two differ.",
        ""
        if verdict == "good"
        else "Trust the path's own colour and height, not the surface below it; PCA directions lie nearer.",
    )


def curve(landscape: Landscape) -> Iterator[TrustLine]:
    """How far from the plane a connecting curve goes."""
    far, length = (figure(landscape, name) for name in ("curve_distance", "curve_length"))
    if far is None or length is None or not length > 0:
        return
    part = far / length
    verdict = judged(part, DISTANCE)
    yield TrustLine(
        "Connecting curve's largest distance from the plane",
        f"{number(far)}  ({part:.0%} of its length)" if part > 1e-4 else "0: it lies in the plane",
        verdict,
        "No optimizer went along it: it was trained so that the loss is low everywhere on it, and is drawn at its true loss.",
        "" if verdict == "good" else "Trust the curve's own colour and height, not the surface below it.",
    )


def rounding(landscape: Landscape) -> Iterator[TrustLine]:
    """How much a recording in half precision rounds."""
    rounded, length = (figure(landscape, name) for name in ("path_rounding", "path_length"))
    if rounded is None or length is None or not length > 0:
        return
    part = rounded / length
    verdict = judged(part, ROUNDING)
    yield TrustLine(
        "Rounding of the path",
        f"{number(rounded, 2)}  ({part:.2%} of the way it came)",
        verdict,
        "The checkpoints were recorded as float16; steps that are not much longer than this show the rounding, not the training.",
        "" if verdict == "good" else "Record in float32, or draw fewer checkpoints of the path.",
    )
