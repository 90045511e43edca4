"""Boundaries: which class a network takes each point of a plane of inputs for: the choices, and what the tables say."""

from __future__ import annotations

import numpy as np

from .. import shared_choices as shared
from ..choices import choice
from ..colors import SEVERAL, hex_share
from ..landscape import Landscape
from ..levels import number
from .at import At

TABLE, SAMPLES = "boundary", "boundary_samples"  # the tables' names
CENTRE, POINT = 0, 1  # whose the rows are: of the network at the centre, or at the point


class BoundaryChoices(At):
    """How finely the inputs are looked at, and what beside."""

    resolution: int = shared.resolution(121, "Inputs a side.", group="Boundary")
    margin: float = choice(
        0.1, "Margin", "Around the samples, as a share of their extent.", group="Boundary", low=0, high=10
    )
    beside: bool = choice(True, "Centre beside it", "Also the network at the centre, to compare.", group="Boundary")


def maps(landscape: Landscape) -> dict[int, tuple[np.ndarray, np.ndarray, tuple[float, float, float, float]]]:
    """CENTRE and POINT → classes (n, n) int, row j at the j-th y from below; their probabilities (n, n); and the ends of x and y. Empty
    where the landscape has no boundary."""
    table = landscape.tables.get(TABLE)
    if table is None or not len(table):
        return {}
    found = {}
    for which in np.unique(table["which"]).astype(int):
        own = table["which"] == which
        side = round(float(own.sum()) ** 0.5)
        x, y = table["x"][own], table["y"][own]
        ends = float(x.min()), float(x.max()), float(y.min()), float(y.max())
        classes = table["class"][own].astype(int).reshape(side, side)
        found[int(which)] = classes, table["confidence"][own].reshape(side, side), ends
    return found


def class_color(number: int) -> str:
    """#rrggbb of a class; colours come again where there are many."""
    return SEVERAL[int(number) % len(SEVERAL)]


def shades(classes: np.ndarray, sure: np.ndarray, paper: str) -> np.ndarray:
    """(n, n, 3) uint8: each class in its colour, the paler towards `paper` the less sure the network is."""
    known = np.array([hex_share(class_color(k)) for k in range(int(classes.max()) + 1)])
    least = 1 / max(len(known), 2)
    depth = 0.12 + 0.5 * np.clip((sure - least) / (1 - least), 0, 1)[..., None]
    return ((known[classes] * depth + np.array(hex_share(paper)) * (1 - depth)) * 255).round().astype(np.uint8)


def samples(landscape: Landscape, which: int, most: int = 2000) -> dict[str, np.ndarray]:
    """x, y, class, test and wrong (whether the network of the map takes it for another class, by the nearest input of the map) of the
    samples, at most so many of each split."""
    table, (classes, _, ends) = landscape.tables.get(SAMPLES), maps(landscape)[which]
    if table is None or not len(table):
        return {name: np.zeros(0) for name in ("x", "y", "class", "test", "wrong")}
    keep = np.concatenate([np.flatnonzero(table["test"] == split)[:most] for split in (0, 1)])
    found = {name: np.asarray(table[name])[keep] for name in ("x", "y", "class", "test")}
    j, i = (
        np.clip(
            ((found[name] - low) / ((high - low) or 1.0) * (len(classes) - 1)).round().astype(int), 0, len(classes) - 1
        )
        for name, low, high in (("y", *ends[2:]), ("x", *ends[:2]))
    )
    return {**found, "wrong": classes[j, i] != found["class"]}


def name_of(landscape: Landscape, which: int) -> str:
    """What a map is of: the centre, or the point with its coordinates."""
    if which == CENTRE:
        return "Centre"
    how = landscape.tables[TABLE].how
    alpha, beta = (number(round(float(how.get(name, 0.0)), 6), 3) for name in ("alpha", "beta"))
    return f"α {alpha}" if landscape.surface.grid.line else f"α {alpha}, β {beta}"


def accuracies(landscape: Landscape, which: int) -> str:
    """How many of the landscape's samples are right there, split by split."""
    how = landscape.tables[TABLE].how
    own, counts = how.get("accuracy", {}).get(str(which), {}), how.get("counts", {})
    return ", ".join(
        f"{split} {100 * share:.1f} %" + (f" of {counts[split]:,}" if split in counts else "")
        for split, share in own.items()
    )


def lines(landscape: Landscape) -> list[str]:
    """For each map, how right it is, and what share of the inputs each class has."""
    found = []
    for which, (classes, sure, _) in maps(landscape).items():
        shares = np.bincount(classes.ravel()) / classes.size
        names = [str(name) for name in landscape.tables[TABLE].how.get("classes", [])]
        held = ", ".join(
            f"{names[k] if k < len(names) else k} {100 * share:.0f} %" for k, share in enumerate(shares) if share > 0
        )
        where = "the centre" if which == CENTRE else name_of(landscape, which)
        found.append(f"decision boundary at {where}: {accuracies(landscape, which)}")
        found.append(
            f"  of the inputs: {held}; {100 * float((sure > 0.99).mean()):.0f} % with a probability above 0.99"
        )
    return found
