"""Random directions: independent Gaussian entries, then normalized (Li et al. 2018, §4)."""

from __future__ import annotations

import torch

from .normalization import normalize, orthogonalize
from .request import DirectionRequest, Directions


def random_directions(request: DirectionRequest) -> Directions:
    """`count` Gaussian directions of the request's seed, orthogonalized where asked for, then normalized."""
    origin = request.origin
    raw = [request.drawn(k) for k in range(request.count)]
    if request.orthogonal and request.count == 2:
        raw[1] = orthogonalize(raw[1], raw[0])
    axes = []
    for direction in raw:
        axis = normalize(direction, origin, request.units, request.normalization)
        axes.append({name: axis.get(name, torch.zeros_like(tensor)) for name, tensor in origin.items()})
    return Directions(axes, ["α (random direction)", "β (random direction)"][: request.count])
