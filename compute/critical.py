"""Critical (of a look): which of a landscape's critical points a style shows, in which shape and colour, and what they are called."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .landscape import Landscape
from .levels import number
from .studies.topology import named, points_of
from .style import Style

# By kind: blue, amber and magenta (IBM's colour-blind safe palette), and shapes that tell them apart without colours.
COLORS = {"minimum": "#648fff", "saddle": "#ffb000", "maximum": "#dc267f"}
SYMBOLS = {"minimum": "v", "saddle": "D", "maximum": "^"}
PALE = 0.6  # how far the colour of one on the rim is mixed with white
NAMED = 9  # that get a name in a picture


@dataclass(frozen=True)
class Shown:
    """k points, the most persistent first. row (k,): of the table. kind (k,): text. alpha, beta, value (k,). size (k,): 0.7…1.3, times
    the usual one, by persistence. rim (k,): whether on the rim. names (k,): "min 1"."""

    row: np.ndarray
    kind: np.ndarray
    alpha: np.ndarray
    beta: np.ndarray
    value: np.ndarray
    size: np.ndarray
    rim: np.ndarray
    names: list[str]

    def __len__(self) -> int:
        return len(self.row)

    def label(self, k: int) -> str:
        """Its name and value."""
        return f"{self.names[k]}  {number(float(self.value[k]))}"


def shown(landscape: Landscape, style: Style) -> Shown | None:
    """The points that this look shows; None where it shows none, has another field, or nobody has looked for any."""
    table = points_of(landscape)
    if not style.critical or table is None or not landscape.surface.fields:
        return None
    if table.how.get("field") != (style.relief.field or landscape.surface.main):
        return None
    share, rim = np.asarray(table["share"], float), np.asarray(table["rim"], bool)
    row = np.flatnonzero((share >= style.critical_least) & (style.critical_rim | ~rim))
    names = named(table)
    return Shown(
        row,
        table["kind"][row],
        np.asarray(table["alpha"][row], float),
        np.asarray(table["beta"][row], float),
        np.asarray(table["value"][row], float),
        0.7 + 0.6 * np.clip(share[row], 0, 1) ** 0.4,
        rim[row],
        [names[k] for k in row],
    )


def color_of(kind: str, rim: bool, style: Style) -> str:
    """#rrggbb of a point."""
    color = style.critical_ink.color or COLORS[kind]
    if not rim:
        return color
    return "#" + "".join(f"{round(int(color[k : k + 2], 16) * (1 - PALE) + 255 * PALE):02x}" for k in (1, 3, 5))
