"""Labels: words over points of the scene, each as far up as it must be to be clear of those nearer to the viewer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from vtkmodules.vtkRenderingCore import vtkTextActor

from .camera import Projection
from .march import march
from .part import Shot
from .text import extent

HIDDEN = 0.35  # opacity of what the surface hides
Box = tuple[float, float, float, float]  # left, bottom, right, top


def stack(
    labels: Sequence[vtkTextActor],
    tops: np.ndarray,
    shot: Shot,
    seen: Projection,
    dpi: int,
    *,
    above: float = 9.0,
    apart: float = 0.021,
    taken: Sequence[Box] = (),
) -> list[Box]:
    """Place a label over each of the tops (k, 3); what the surface hides is faint. above: pixels of a 72-dpi screen between a top and
    its label. apart: in scene units, how far off the surface a top is still on it. taken: what other words cover. Returns what these
    cover, in pixels."""
    scale = dpi / 72
    spots = seen.pixels(tops)
    depth = np.linalg.norm(tops - seen.eye, axis=1)
    boxes = list[Box]()
    cut = shot.sheet.cut(shot.style.relief.clip)
    for k in np.argsort(depth).tolist():
        text, spot = labels[k], spots[k]
        text.SetVisibility(bool(np.isfinite(spot).all()))
        if not np.isfinite(spot).all():
            continue
        met = march(shot.sheet, seen.eye, tops[k], np.inf if cut is None else cut)
        hidden = met is not None and np.linalg.norm(met - seen.eye) < depth[k] - apart
        text.GetTextProperty().SetOpacity(HIDDEN + 0.2 if hidden else 1.0)
        wide, high = extent(text, dpi)
        width, height = seen.size
        top = height - (36 if shot.style.title else 4) * scale - high  # clear of the title, and in the picture
        x = float(np.clip(spot[0], wide / 2 + 4, max(width - wide / 2 - 4, wide / 2 + 4)))
        left, bottom = x - wide / 2, min(spot[1] + above * scale, top)
        for a, b, c, d in sorted([*taken, *boxes], key=lambda box: box[1]):
            if a < left + wide and left < c and b < bottom + high and bottom < d:
                bottom = d + 2 * scale
        boxes.append((left, bottom, left + wide, bottom + high))
        text.SetPosition(x, bottom)
    return boxes
