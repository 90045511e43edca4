"""Random directions: independent Gaussian entries, then normalized (Li et al. 2018, §4)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from ..weights import Weights
from .normalization import normalize, orthogonalize
from .request import DirectionRequest, Directions


def gaussian(weights: Weights, names: Sequence[str], seed: int, repeat: int) -> Weights:
    """N(0, 1) entries for the parameters `names`. The draw depends on seed, repeat and the parameter's place in the network
    alone: not on the device, nor on which other parameters are perturbed."""
    drawn = {}
    for place, (name, tensor) in enumerate(weights.items()):
        if name in names:
            generator = np.random.Generator(np.random.PCG64(np.random.SeedSequence((seed, repeat, place))))
            entries = generator.standard_normal(tuple(tensor.shape), dtype=np.float32)
            drawn[name] = torch.from_numpy(np.asarray(entries)).to(tensor.dtype)
    return drawn


def random_directions(request: DirectionRequest) -> Directions:
    """`count` Gaussian directions of the request's seed, orthogonalized where asked for, then normalized."""
    origin, names = request.origin, set(request.names)
    raw = [gaussian(origin, list(names), request.seed, k) for k in range(request.count)]
    if request.orthogonal and request.count == 2:
        raw[1] = orthogonalize(raw[1], raw[0])
    axes = []
    for direction in raw:
        axis = normalize(direction, origin, request.units, request.normalization)
        axes.append({name: axis.get(name, torch.zeros_like(tensor)) for name, tensor in origin.items()})
    return Directions(axes, ["α (random direction)", "β (random direction)"][: request.count])
