"""LESSONS: guided pages on small networks that train and compute in seconds. To add one, write its pages and a line here."""

from __future__ import annotations

from .batch_size import BATCH_SIZE
from .connectivity import CONNECTIVITY
from .descent import DESCENT
from .directions import DIRECTIONS
from .lesson import Lesson
from .scale import SCALE
from .skips import SKIPS

LESSONS: dict[str, Lesson] = {
    "descent": DESCENT,
    "directions": DIRECTIONS,
    "skips": SKIPS,
    "scale": SCALE,
    "batch-size": BATCH_SIZE,
    "connectivity": CONNECTIVITY,
}
