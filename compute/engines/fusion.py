"""Fusion: a traced copy of a network in which convolutions and linear layers run as one operator with what follows them.

With frozen statistics, batch-norm after a convolution is a factor and an offset for each output channel:
γ·(Wx + b − μ)/√(σ² + ε) + β = (sW)x + s(b − μ) + β with s = γ/√(σ² + ε). Both are folded into the convolution anew at every
point, which costs a thousandth of the point and stays right when γ and β are perturbed too. A batch-norm *before* a convolution, as in
DenseNet, is not folded: between the two there is a ReLU, and the zeros that pad the images come after it.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

import torch
from torch import Tensor, fx, nn

from . import attention
from .activations import Activation, activation_of
from .convolution import FusedConvolution
from .linear import FusedLinear
from .tensor_cores import TensorCoreConvolution

_ADDITIONS = {operator.add, operator.iadd, torch.add}
_IDENTITIES = (nn.Identity, nn.Dropout, nn.Dropout1d, nn.Dropout2d, nn.Dropout3d)  # in evaluation mode
FUSED = (FusedConvolution, FusedLinear)


@dataclass(frozen=True)
class Fused:
    """network: the traced copy. parts: its fused layers. attentions: how many were written out. layout: of its convolutions.
    tensor_cores: whether they are a GPU's kernels."""

    network: fx.GraphModule
    parts: list[FusedConvolution | FusedLinear]
    attentions: int
    layout: torch.memory_format
    tensor_cores: bool = False

    def __bool__(self) -> bool:
        """Whether there is anything that differs from the plain network."""
        return bool(self.parts or self.attentions)

    def __str__(self) -> str:
        """As in "9 fused convolutions and 1 fused linear layer"."""
        convolutions = sum(isinstance(part, FusedConvolution) for part in self.parts)
        counts = {
            "fused convolution": convolutions,
            "fused linear layer": len(self.parts) - convolutions,
            "attention written out": self.attentions,
        }
        told = [f"{n} {_many(what, n)}" for what, n in counts.items() if n]
        return " and ".join(filter(None, (", ".join(told[:-1]), *told[-1:])))

    @property
    def convolves(self) -> bool:
        """Whether the layout makes a difference."""
        return any(isinstance(part, FusedConvolution) for part in self.parts)

    def refresh(self) -> None:
        """After weights or statistics changed."""
        for part in self.parts:
            part.refresh()

    def compute_in(self, precision: str) -> None:
        """What tensor cores take products in, from the next `refresh` on; other layers follow torch's own modes."""
        for part in self.parts:
            if isinstance(part, TensorCoreConvolution):
                part.precision = precision

    def learn(self, inputs: Tensor) -> Tensor:
        """What the network gives for a batch, whose shapes its layers will expect from the next `refresh` on."""
        hooks = [
            part.register_forward_pre_hook(lambda part, given: cast(Any, part).learn(given[0])) for part in self.parts
        ]
        try:
            return self.network(inputs)
        finally:
            for hook in hooks:
                hook.remove()


def fuse(model: nn.Module, layout: torch.memory_format = torch.channels_last, tensor_cores: bool = False) -> Fused:
    """The traced copy; it shares the model's parameters and buffers. Raises whatever torch.fx raises where it cannot trace."""
    convolution = TensorCoreConvolution if tensor_cores else FusedConvolution
    traced = fx.symbolic_trace(model)
    modules: dict[str, nn.Module] = dict(traced.named_modules())
    for node in list(traced.graph.nodes):
        if node.op == "call_module" and _does_nothing(modules[str(node.target)]) and len(node.all_input_nodes) == 1:
            node.replace_all_uses_with(node.all_input_nodes[0])
            traced.graph.erase_node(node)
    for node in list(traced.graph.nodes):
        layer = modules.get(str(node.target)) if node.op == "call_module" else None
        if (type(layer) is nn.Conv2d and _foldable(layer)) or (type(layer) is nn.Linear and _lone_input(node)):
            _replace(traced, modules, node, layer, partial(convolution, layout=layout))
    attentions = attention.rewrite(traced)
    for node in traced.graph.nodes:
        part = traced.get_submodule(str(node.target)) if node.op == "call_module" else None
        if isinstance(part, FusedConvolution):
            part.overwrites = len(node.args) > 1 and _spent(traced, node, node.args[1])
    traced.graph.eliminate_dead_code()
    traced.graph.lint()
    traced.recompile()
    parts = [part for part in traced.modules() if isinstance(part, FUSED)]
    return Fused(traced, parts, attentions, layout, tensor_cores)


def _replace(
    traced: fx.GraphModule,
    modules: dict[str, nn.Module],
    node: fx.Node,
    layer: nn.Conv2d | nn.Linear,
    convolution: Callable[..., FusedConvolution],
) -> None:
    """Put one fused node in the place of the longest chain layer → batch-norm → addition → activation that starts at `node`
    and whose inner values nobody else uses."""
    chain, inputs, norm = [node], [node.args[0]], None
    after = _only_user(chain[-1])
    candidate = modules.get(str(after.target)) if after is not None and after.op == "call_module" else None
    if (
        after is not None
        and isinstance(layer, nn.Conv2d)
        and isinstance(candidate, nn.BatchNorm2d)
        and candidate.track_running_stats
        and not candidate.training
    ):
        norm = candidate
        chain.append(after)
        after = _only_user(after)
    if after is not None and _is_addition(after):
        others = [a for a in after.args if a is not chain[-1]]
        if len(others) == 1 and isinstance(others[0], fx.Node):
            inputs.append(others[0])
            chain.append(after)
            after = _only_user(after)
    activation = activation_of(after, modules) if after is not None else None
    if after is not None and activation is not None:
        chain.append(after)
    name = f"fused_{node.name}"
    traced.add_submodule(name, _layer(layer, norm, activation, convolution))
    with traced.graph.inserting_after(chain[-1]):
        fused = traced.graph.call_module(name, tuple(inputs))
    chain[-1].replace_all_uses_with(fused)
    for old in reversed(chain):
        traced.graph.erase_node(old)


def _layer(
    layer: nn.Conv2d | nn.Linear,
    norm: nn.BatchNorm2d | None,
    activation: Activation | None,
    convolution: Callable[..., FusedConvolution],
) -> FusedConvolution | FusedLinear:
    if isinstance(layer, nn.Conv2d):
        return convolution(layer, norm, activation)
    return FusedLinear(layer, activation)


def _spent(traced: fx.GraphModule, node: fx.Node, other: object) -> bool:
    """Whether `node` may write over its second input: a fused convolution's output that only fused convolutions read, all of them
    before. Anything else may be a view of what is read later, or the samples themselves."""

    def convolution(one: fx.Node) -> bool:
        return one.op == "call_module" and isinstance(traced.get_submodule(str(one.target)), FusedConvolution)

    if not isinstance(other, fx.Node) or not convolution(other) or node.args[0] is other:
        return False
    order = {one: place for place, one in enumerate(traced.graph.nodes)}
    return all(convolution(user) and order[user] <= order[node] for user in other.users)


def _many(what: str, count: int) -> str:
    return what if count == 1 else what.replace("attention", "attentions") if "attention" in what else f"{what}s"


def _lone_input(node: fx.Node) -> bool:
    return len(node.args) == 1 and not node.kwargs


def _foldable(convolution: nn.Conv2d) -> bool:
    return convolution.padding_mode == "zeros" and not isinstance(convolution.padding, str)


def _only_user(node: fx.Node) -> fx.Node | None:
    return next(iter(node.users)) if len(node.users) == 1 else None


def _is_addition(node: fx.Node) -> bool:
    plain = not node.kwargs and len(node.args) == 2
    return plain and (
        (node.op == "call_function" and node.target in _ADDITIONS)
        or (node.op == "call_method" and node.target in ("add", "add_"))
    )


def _does_nothing(module: nn.Module) -> bool:
    return type(module) in _IDENTITIES and not module.training
