"""Colours: colour maps by name, those of the `cmap` collection and our own, for scene, figures and exporters alike."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
from cmap import Colormap

from .errors import LossvistaError
from .style import Style
from .trajectory import Trajectory, path_groups

# Offered first. All are perceptually uniform; cividis and batlow are also made for colour-blind eyes. No rainbow.
SUGGESTED = (
    "viridis",
    "magma",
    "cividis",
    "crameri:batlow",
    "plasma",
    "inferno",
    "cmocean:deep",
    "cmocean:ice",
    "gray",
)

OURS = {
    # The path's: light at low loss, crimson at high, so that it stands out from viridis and from black contour lines.
    "lossvista:ember": ("#fffdf2", "#ffe27a", "#f79a3e", "#e04a2f", "#a80f35"),
}

# Of several paths, one each (Okabe and Ito 2008: told apart by colour-blind eyes too), without the black and the yellow one.
SEVERAL = ("#d55e00", "#0072b2", "#cc79a7", "#009e73", "#e69f00", "#56b4e9")
ONE = "#c2185b"  # of all paths, where they have one colour and none was chosen


@lru_cache(maxsize=32)
def colormap(name: str, reverse: bool = False) -> Colormap:
    """The colour map of that name (`.to_mpl()`, `.lut()`). Raises LossvistaError where there is none."""
    try:
        found = Colormap(list(OURS[name]), name=name) if name in OURS else Colormap(name)
    except (ValueError, TypeError, KeyError):
        raise LossvistaError(
            f"There is no colour map called '{name}'.", f"For example: {', '.join(SUGGESTED)}."
        ) from None
    return found.reversed() if reverse else found


def rgb(name: str, share: np.ndarray, reverse: bool = False) -> np.ndarray:
    """Shares 0…1 of any shape → uint8 colours (…, 3). Not finite → middle grey."""
    share = np.asarray(share, float)
    colors = (
        (np.asarray(colormap(name, reverse)(np.clip(np.nan_to_num(share), 0, 1)))[..., :3] * 255)
        .round()
        .astype(np.uint8)
    )
    colors[~np.isfinite(share)] = 128
    return colors


def hex_share(color: str) -> tuple[float, float, float]:
    """#rrggbb → shares 0…1."""
    return tuple(int(color[k : k + 2], 16) / 255 for k in (1, 3, 5))  # type: ignore[return-value]


def path_colors(style: Style, trajectories: Mapping[str, Trajectory]) -> dict[str, str]:
    """The one colour of each path, by name; empty where paths are coloured by their loss."""
    if style.path_color == "loss":
        return {}
    if style.path_color == "one":
        return dict.fromkeys(trajectories, style.path_ink.color or ONE)
    groups = path_groups(trajectories)
    kinds = list(dict.fromkeys(groups.values()))
    return {name: SEVERAL[kinds.index(group) % len(SEVERAL)] for name, group in groups.items()}


@lru_cache(maxsize=64)
def pale(
    name: str, reverse: bool = False, *, toward: str = "#ffffff", amount: float = 0.6, count: int = 256
) -> np.ndarray:
    """(count, 4) uint8 table, not to be written to, of a colour map mixed with a background: the floor map's."""
    table = np.asarray(colormap(name, reverse).lut(count)).reshape(-1, 4)[:, :3]  # one colour comes as (4,)
    background = np.array(hex_share(toward))
    mixed = table * (1 - amount) + background * amount
    made = np.c_[(mixed * 255).round(), np.full(count, 255)].astype(np.uint8)
    made.setflags(write=False)
    return made
