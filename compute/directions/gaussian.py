"""Gaussian: independent normal entries, the same ones for the same seed on every machine."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from ..weights import Weights


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
