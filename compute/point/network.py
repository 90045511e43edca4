"""Network: the network at a point of a landscape's plane, with its buffers, checked against the landscape's stored values."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from ..consent import Trust
from ..engines.batch_norm import moved, reestimate
from ..errors import LossvistaError
from ..landscape import Landscape
from ..problem.trees import split
from ..rebuilt import Rebuilt, rebuilt
from ..storage import load
from ..surface import Mark, Surface

CONSEQUENCE = "so the networks at its points are not those that it shows"
SAME = (
    1e-6  # relative: how well a stored loss is met again on the device and with the libraries that it was computed with
)
OTHER = 1e-3  # and with others; more than that is another network
SMALL = 0.1  # nats, below which a difference is judged against this: single precision ends at 1e-7


def opened(landscape: Landscape | str | os.PathLike[str]) -> tuple[Landscape, str]:
    """The landscape, read where a file is given, and the folder of its file ("" where it has none)."""
    if isinstance(landscape, Landscape):
        return landscape, ""
    return load(landscape), str(Path(landscape).absolute().parent)


def opened_point(
    source: Landscape | str | os.PathLike[str], alpha: float, beta: float, trust: Trust = False
) -> tuple[Landscape, Rebuilt]:
    """The landscape and what it was computed from, for a point that is finite. Raises LossvistaError as `rebuilt` does."""
    landscape, folder = opened(source)
    if not np.isfinite([alpha, beta]).all():
        raise LossvistaError(f"A point of the plane has finite coordinates, not ({alpha}, {beta}).")
    if landscape.surface.grid.line and beta:
        raise LossvistaError(f"'{landscape.title}' is a line: its points have no β.", "Leave --beta out.")
    return landscape, rebuilt(landscape, CONSEQUENCE, folder=folder, trust=trust)


def network_at(again: Rebuilt, alpha: float, beta: float = 0.0) -> nn.Module:
    """A copy of the model with the weights θ + αδ + βη, and the buffers that the landscape's batch-norm policy gives them there."""
    problem, where = again.prepared.problem, (alpha, beta)[: len(again.plane.axes)]
    model = problem.copy_of_model()
    parameters, buffers = dict(model.named_parameters()), dict(model.named_buffers())
    with torch.no_grad():
        for name, tensor in again.plane.at(*where).items():
            parameters[name].copy_(tensor)
        if again.shifts:
            base = {name: tensor.clone() for name, tensor in buffers.items()}
            moved(buffers, base, again.shifts, where, again.floors)
    if again.prepared.recipe.statistics == "re-estimated":
        batches = split(problem.inputs, again.evaluator.batch_size)
        reestimate(model, map(problem.fresh, batches))
    return model


def state_at(again: Rebuilt, alpha: float, beta: float = 0.0) -> dict[str, Tensor]:
    """The state dict of the network there, under the names of the user's own model."""
    return {name: tensor.detach().clone() for name, tensor in network_at(again, alpha, beta).state_dict().items()}


def nodes_to_check(surface: Surface, alpha: float, beta: float) -> list[tuple[int, int]]:
    """[(j, i), …]: the evaluated grid nodes with a finite loss that are nearest to the point and to the centre."""
    field = surface.fields.get(surface.main) if surface.fields else None
    if field is None:
        return []
    j, i = np.nonzero((surface.evaluated == Mark.EVALUATED) & np.isfinite(field))
    if not len(j):
        return []
    grid = surface.grid
    width, height = np.ptp(grid.alpha) or 1.0, np.ptp(grid.beta) or 1.0
    found = []
    for x, y in ((alpha, beta), (0.0, 0.0)):
        nearest = int((((grid.alpha[i] - x) / width) ** 2 + ((grid.beta[j] - y) / height) ** 2).argmin())
        found.append((int(j[nearest]), int(i[nearest])))
    return list(dict.fromkeys(found))


def checked(again: Rebuilt, landscape: Landscape, alpha: float, beta: float) -> list[str]:
    """The loss evaluated anew at nodes, against the stored one: what was found, in words. Raises LossvistaError where it is another:
    then it is another network, whatever the hashes say."""
    surface, said = landscape.surface, []
    for j, i in nodes_to_check(surface, alpha, beta):
        where = (float(surface.grid.alpha[i]), float(surface.grid.beta[j]))[: len(again.plane.axes)]
        field = again.evaluator.fields[0]
        if field not in surface.fields:
            continue
        stored, found = float(surface.fields[field][j, i]), again.evaluator.at(*where)[field]
        gap = abs(found - stored) / max(abs(stored), SMALL)
        place = ", ".join(f"{name} {share:.4g}" for name, share in zip("αβ", where, strict=False))
        if not gap <= OTHER:
            raise LossvistaError(
                f"At the node {place} of '{landscape.title}' the loss is {found:.7g} now, and {stored:.7g} was stored: its weights, data "
                f"or code have changed, {CONSEQUENCE}.",
                "Compute it again." + _versions(landscape),
            )
        if gap > SAME:
            said.append(
                f"At the node {place} the loss differs by {gap:.1e} of what was stored: another device or other libraries computed it."
            )
        else:
            said.append(f"At the node {place} the stored loss {stored:.6g} was met again (to {gap:.0e}).")
    return said or ["There is no evaluated node of the landscape against which the network could be checked."]


def _versions(landscape: Landscape) -> str:
    known = landscape.provenance.get("versions")
    then = known.get("torch") if isinstance(known, dict) else None
    return (
        f" It was computed with torch {then}; this is {torch.__version__}."
        if then not in (None, torch.__version__)
        else ""
    )
