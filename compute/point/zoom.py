"""Zoom: compute a part of a landscape anew and finer, on the very same plane."""

from __future__ import annotations

import os

from ..consent import Trust
from ..device import there
from ..landscape import Landscape
from ..located import located
from ..progress import Job, Progress
from ..rebuilt import rebuilt
from ..run import run
from .network import CONSEQUENCE, SAME, checked, opened
from .recipes import Range, agreement, recipe_of, zoomed


def zoom(
    source: Landscape | str | os.PathLike[str],
    alpha: Range,
    beta: Range | None,
    resolution: int,
    out: str | None = None,
    *,
    overwrite: bool = False,
    trust: Trust = False,
) -> Job[Landscape]:
    """The landscape of the window alpha × beta of another one, as `run` computes it: the same `out` again resumes. What the other one
    was computed from must be as it was: its hashes are compared, and two of its nodes met again, before the first point; and the nodes
    that both have are compared at the end.

    trust: as `rebuilt` has it. Raises LossvistaError as `zoomed`, `rebuilt` and `run` do."""
    whole, folder = opened(source)
    recipe = zoomed(whole, alpha, beta, resolution, located(recipe_of(whole, trust), folder))
    recipe = recipe.replace(device=there(recipe.device))
    yield Progress("loading the network and the data")
    again = rebuilt(whole, CONSEQUENCE, folder=folder, trust=trust)
    middle = (sum(alpha) / 2, 0.0 if beta is None else sum(beta) / 2)
    for line in checked(again, whole, *middle):
        yield Progress("checking it against the landscape", note=line)
    way = again.way
    del again
    part = yield from run(recipe, out, overwrite=overwrite, way=way)
    shared, gap = agreement(part, whole)
    if shared:
        word = "agree" if gap <= SAME else "do NOT agree"
        yield Progress(
            "compared", 1, 1, note=f"{shared} nodes are in both landscapes; they {word} (largest difference {gap:.1e})."
        )
    return part
