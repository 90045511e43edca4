"""Fusion: a traced copy of a network in which convolution, frozen batch-norm, addition and activation run as one operator.

With frozen statistics, batch-norm after a convolution is a factor and an offset for each output channel:
γ·(Wx + b − μ)/√(σ² + ε) + β = (sW)x + s(b − μ) + β with s = γ/√(σ² + ε). Both are folded into the convolution anew at every
point, which costs a thousandth of the point and stays right when γ and β are perturbed too. A batch-norm *before* a convolution, as in
DenseNet, is not folded: between the two there is a ReLU, and the zeros that pad the images come after it.
"""

from __future__ import annotations

import operator

import torch
from torch import Tensor, fx, nn
from torch.nn import functional as F

from .activations import RELU, Activation, activation_of

_ADDITIONS = {operator.add, operator.iadd, torch.add}
_IDENTITIES = (nn.Identity, nn.Dropout, nn.Dropout1d, nn.Dropout2d, nn.Dropout3d)  # in evaluation mode


class FusedConvolution(nn.Module):
    """conv, then frozen batch-norm, then `+ other`, then an activation, as far as they are there. `refresh` after weights changed."""

    def __init__(self, convolution: nn.Conv2d, norm: nn.BatchNorm2d | None, activation: Activation | None) -> None:
        super().__init__()
        self.convolution, self.norm, self.activation = convolution, norm, activation
        self._weight = torch.empty_like(convolution.weight, memory_format=torch.channels_last)
        self._bias = (
            None if norm is None and convolution.bias is None else convolution.weight.new_empty(len(self._weight))
        )

    def refresh(self) -> None:
        """Fold the current weights and statistics."""
        convolution, norm = self.convolution, self.norm
        if norm is None:
            self._weight.copy_(convolution.weight)
            if self._bias is not None and convolution.bias is not None:
                self._bias.copy_(convolution.bias)
            return
        assert norm.running_mean is not None and norm.running_var is not None and self._bias is not None
        scale = torch.rsqrt(norm.running_var + norm.eps)
        if norm.affine:
            scale = scale * norm.weight
        torch.mul(convolution.weight, scale.view(-1, 1, 1, 1), out=self._weight)
        offset = -norm.running_mean if convolution.bias is None else convolution.bias - norm.running_mean
        torch.mul(offset, scale, out=self._bias)
        if norm.affine:
            self._bias.add_(norm.bias)

    def forward(self, x: Tensor, other: Tensor | None = None) -> Tensor:
        c = self.convolution
        padding, stride, dilation = list(c.padding), list(c.stride), list(c.dilation)
        if x.device.type == "cpu" and x.dtype == torch.float32 and torch.backends.mkldnn.is_available():
            fused = torch.ops.mkldnn._convolution_pointwise
            common = (self._weight, self._bias, padding, stride, dilation, c.groups)
            own = self.activation
            if other is None:
                if own is None:
                    return fused(x, *common, "none", [], "")
                return fused(x, *common, own.attribute, list(own.scalars), own.algorithm)
            if own in (None, RELU) and other.shape == _shape(x, c):
                return fused.binary(x, other, *common, "add", 1.0, "relu" if own else None, [], None)
            # The operator does not broadcast, and of a sum it knows no function but ReLU
            y = fused(x, *common, "none", [], "") + other
        else:
            y = F.conv2d(x, self._weight, self._bias, c.stride, c.padding, c.dilation, c.groups)
            y = y if other is None else y + other
        return y if self.activation is None else self.activation.function(y)


def fuse(model: nn.Module) -> fx.GraphModule:
    """The traced copy; it shares the model's parameters and buffers. Raises whatever torch.fx raises where it cannot trace."""
    traced = fx.symbolic_trace(model)
    modules: dict[str, nn.Module] = dict(traced.named_modules())
    for node in list(traced.graph.nodes):
        if node.op == "call_module" and _does_nothing(modules[str(node.target)]) and len(node.all_input_nodes) == 1:
            node.replace_all_uses_with(node.all_input_nodes[0])
            traced.graph.erase_node(node)
    for node in list(traced.graph.nodes):
        convolution = modules.get(str(node.target)) if node.op == "call_module" else None
        if isinstance(convolution, nn.Conv2d) and _foldable(convolution):
            _replace(traced, modules, node, convolution)
    traced.graph.eliminate_dead_code()
    traced.graph.lint()
    traced.recompile()
    return traced


def _replace(traced: fx.GraphModule, modules: dict[str, nn.Module], node: fx.Node, convolution: nn.Conv2d) -> None:
    """Put one fused node in the place of the longest chain convolution → batch-norm → addition → activation that starts at `node`
    and whose inner values nobody else uses."""
    chain, inputs, norm = [node], [node.args[0]], None
    after = _only_user(chain[-1])
    candidate = modules.get(str(after.target)) if after is not None and after.op == "call_module" else None
    if (
        after is not None
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
    traced.add_submodule(name, FusedConvolution(convolution, norm, activation))
    with traced.graph.inserting_after(chain[-1]):
        fused = traced.graph.call_module(name, tuple(inputs))
    chain[-1].replace_all_uses_with(fused)
    for old in reversed(chain):
        traced.graph.erase_node(old)


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


def _shape(x: Tensor, c: nn.Conv2d) -> tuple[int, ...]:
    sides = [
        (x.shape[k + 2] + 2 * c.padding[k] - c.dilation[k] * (c.kernel_size[k] - 1) - 1) // c.stride[k] + 1  # type: ignore[operator]
        for k in (0, 1)
    ]
    return (x.shape[0], c.out_channels, *sides)
