"""Told: a report about a point as lines for people, as plain values for programs, and its pictures as files."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import LossvistaError
from ..levels import number
from ..storage.disk import put, trouble
from .report import PointReport, Shown, SplitReport

SIDE = 128  # pixels: a smaller picture is enlarged by a whole factor to at least this, so that one can see it
FEW = 12  # classes up to which the confusion matrix is printed


def describe(report: PointReport) -> Iterator[str]:
    """Lines for people."""
    yield f"{report.title or '(untitled)'}, the network at {report.where}"
    kind = "evaluated" if report.at_node else "between nodes"
    yield f"  the landscape shows {number(report.slice_loss)} there ({kind})"
    yield f"  distance from the centre {number(report.offset)}, length of the weights {number(report.weight_norm)}"
    for part in report.splits:
        yield f"  {part.name}: loss {number(part.loss)}{_spread(part)} over {part.samples:,} samples"
        for name, mean in part.metrics.items():
            yield f"    {name} {mean:.2%}" if name.endswith("accuracy") else f"    {name} {number(mean)}"
        yield from (f"    {line}" for line in (*_confused(part), *part.notes))
        for shown in part.worst[:3]:
            yield f"    {sentence(shown)}"
    yield from (f"  {line}" for line in report.checks)


def sentence(shown: Shown) -> str:
    """What one sample shows, in a line."""
    text = f" “{shown.text}”" if shown.text else ""
    if not shown.predicted:
        return f"sample {shown.place}{text}: loss {number(shown.loss)}"
    sure = f" with {shown.confidence:.1%}" if math.isfinite(shown.confidence) else ""
    return f"sample {shown.place}{text}: {shown.true} taken for {shown.predicted}{sure}"


def summary(report: PointReport) -> dict[str, Any]:
    """The same as JSON values, without the pictures; what is not finite is null."""
    return {
        "title": report.title,
        "alpha": report.alpha,
        "beta": report.beta,
        "slice_loss": _finite(report.slice_loss),
        "at_node": report.at_node,
        "offset": report.offset,
        "weight_norm": report.weight_norm,
        "splits": [
            {
                "name": part.name,
                "samples": part.samples,
                "loss": _finite(part.loss),
                "standard_error": _finite(part.error),
                "metrics": {name: _finite(mean) for name, mean in part.metrics.items()},
                "classes": list(part.classes),
                "confusion": None if part.confusion is None else part.confusion.tolist(),
                "class_accuracy": [_finite(share) for share in part.class_accuracy.tolist()],
                "wrong": part.wrong,
                "worst": [
                    {
                        "sample": one.place,
                        "text": one.text,
                        "true": one.true,
                        "predicted": one.predicted,
                        "confidence": _finite(one.confidence),
                        "loss": _finite(one.loss),
                    }
                    for one in part.worst
                ],
                "notes": list(part.notes),
            }
            for part in report.splits
        ],
        "checks": list(report.checks),
    }


def write_images(report: PointReport, folder: Path) -> list[Path]:
    """The pictures of the shown samples as PNG files, worst first, their names saying what was taken for what. Raises LossvistaError
    where there is none, or the folder cannot be written."""
    from PIL import Image  # here, because the window tells reports and writes none

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise trouble(error, folder / "x") from error
    written = []
    for part in report.splits:
        for rank, shown in enumerate(part.worst, 1):
            if shown.image is None:
                continue
            said = f"-{shown.true}-as-{shown.predicted}" if shown.predicted else ""
            name = re.sub(r"[^\w.-]+", "_", f"{part.name}-{rank:02d}-sample{shown.place}{said}") + ".png"
            buffer = io.BytesIO()
            Image.fromarray(enlarged(shown.image)).save(buffer, "png")
            written.append(put(folder / name, buffer.getvalue()))
    if not written and any(part.worst for part in report.splits):
        raise LossvistaError("The samples of this problem are no images, so no picture was written.")
    return written


def enlarged(image: np.ndarray, side: int = SIDE) -> np.ndarray:
    """Each pixel as a square of pixels, so that the longer side has at least `side`."""
    factor = max(1, -(-side // max(image.shape[:2])))
    return image.repeat(factor, 0).repeat(factor, 1)


def _spread(part: SplitReport) -> str:
    return f" ± {number(part.error, 2)}" if math.isfinite(part.error) else ""


def _confused(part: SplitReport) -> Iterator[str]:
    if part.confusion is None:
        return
    yield f"{part.wrong:,} wrong" if part.wrong else "none wrong"
    share = part.class_accuracy
    if len(part.classes) > FEW:
        low = np.argsort(np.nan_to_num(share, nan=2.0))[:5]
        yield "worst classes: " + ", ".join(f"{part.classes[k]} {share[k]:.0%}" for k in low)
        return
    wide = max(*(len(name) for name in part.classes), len(f"{part.confusion.max():d}"), 4)
    head = max(len(name) for name in part.classes)
    yield " " * head + "  " + " ".join(f"{name:>{wide}}" for name in part.classes) + "   right"
    for name, row, right in zip(part.classes, part.confusion, share, strict=True):
        yield f"{name:>{head}}  " + " ".join(f"{value:>{wide}}" for value in row) + f"  {right:>6.1%}"


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
