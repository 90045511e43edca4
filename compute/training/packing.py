"""Packing: a state dict as the bytes of a .safetensors file, in full or in half precision."""

from __future__ import annotations

from collections.abc import Container

import torch
from safetensors.torch import save
from torch import Tensor

State = dict[str, Tensor]


def packed(state: State) -> bytes:
    """The bytes of a .safetensors file; tied tensors are stored once for each name."""
    return save({name: tensor.detach().cpu().contiguous().clone() for name, tensor in state.items()})


def rounded(state: State, parameters: Container[str]) -> tuple[State, float]:
    """The state with its parameters in float16, and ‖rounded θ − θ‖ / ‖θ‖ over them.

    Buffers keep their precision: a running variance may be larger than float16 holds (65,504), or so small that it becomes 0.
    So do tensors of which float16 would make infinities.
    """
    found, error, length = dict(state), 0.0, 0.0
    for name, tensor in state.items():
        if name not in parameters or not tensor.is_floating_point():
            continue
        half = tensor.detach().half()
        exact = tensor.detach().double()
        if bool((half.isinf() & exact.isfinite()).any()):
            half = tensor
        else:
            found[name] = half
        error += torch.nansum((half.double() - exact) ** 2).item()
        length += torch.nansum(exact**2).item()
    return found, (error / length) ** 0.5 if length else 0.0
