"""Activations: the functions that oneDNN applies to a convolution's output while it is still in the cache."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, fx, nn
from torch.nn import functional as F


@dataclass(frozen=True)
class Activation:
    """attribute, scalars, algorithm: what the fused operator calls it. function: the same in PyTorch's own operators."""

    attribute: str
    function: Callable[[Tensor], Tensor]
    scalars: tuple[float, ...] = ()
    algorithm: str = ""


RELU = Activation("relu", F.relu)
_RELU6 = Activation("hardtanh", F.relu6, (0.0, 6.0))
_SILU = Activation("swish", F.silu)
_HARDSWISH = Activation("hardswish", F.hardswish)
_GELU = Activation("gelu", F.gelu, algorithm="none")

_MODULES: dict[type[nn.Module], Activation] = {
    nn.ReLU: RELU,
    nn.ReLU6: _RELU6,
    nn.SiLU: _SILU,
    nn.Hardswish: _HARDSWISH,
    nn.GELU: _GELU,
}
_FUNCTIONS: dict[Any, Activation] = {
    **dict.fromkeys((F.relu, torch.relu, torch.relu_), RELU),
    **{a.function: a for a in (_RELU6, _SILU, _HARDSWISH, _GELU)},
}
_METHODS = {"relu": RELU, "relu_": RELU}


def activation_of(node: fx.Node, modules: Mapping[str, nn.Module]) -> Activation | None:
    """What this node applies to its input, element by element; None where it does anything else."""
    if node.op == "call_module":
        module = modules.get(str(node.target))
        if isinstance(module, nn.GELU) and module.approximate != "none":
            return None
        return _MODULES.get(type(module))  # type: ignore[arg-type]  # None is no key
    if not node.kwargs.keys() <= {"inplace"}:  # such as another approximation of GELU
        return None
    if node.op == "call_function":
        return _FUNCTIONS.get(node.target)
    return _METHODS.get(str(node.target)) if node.op == "call_method" else None
