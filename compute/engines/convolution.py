"""Convolution: a convolution, frozen batch-norm, addition and activation as one operator of oneDNN, or of cuDNN on a GPU."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .activations import RELU, Activation

WORTH = 16_384  # numbers in a weight: with fewer, laying them out once a point costs more than doing so in each batch


def onednn(tensor: Tensor) -> bool:
    """Whether oneDNN's fused operators take this tensor."""
    return tensor.device.type == "cpu" and tensor.dtype == torch.float32 and torch.backends.mkldnn.is_available()


class FusedConvolution(nn.Module):
    """conv, then frozen batch-norm, then `+ other`, then an activation, as far as they are there. `refresh` after weights changed.

    layout: the memory format of weights and samples. overwrites: whether nobody needs `other` afterwards, so that the sum may take
    its place."""

    def __init__(
        self,
        convolution: nn.Conv2d,
        norm: nn.BatchNorm2d | None,
        activation: Activation | None,
        layout: torch.memory_format,
    ) -> None:
        super().__init__()
        self.convolution, self.norm, self.activation, self.overwrites = convolution, norm, activation, False
        self.layout = layout
        self.shape: tuple[int, ...] = ()
        self._packed: Tensor | None = None
        self._weight = torch.empty_like(convolution.weight, memory_format=layout)
        self._bias = (
            None if norm is None and convolution.bias is None else convolution.weight.new_empty(len(self._weight))
        )

    def learn(self, x: Tensor) -> None:
        """The shape of what comes."""
        self.shape = tuple(x.shape)

    def refresh(self) -> None:
        """Fold the current weights and statistics, and lay them out as oneDNN likes them for the shape that was learnt: once a
        point, not once a batch. Channels-last only: for others it chooses a layout with which VGG-11 took a third longer."""
        self._fold()
        self._packed = None
        if self.shape and self.layout is torch.channels_last and self._weight.numel() >= WORTH and onednn(self._weight):
            c = self.convolution
            padding, stride, dilation = list(c.padding), list(c.stride), list(c.dilation)
            reorder = torch.ops.mkldnn._reorder_convolution_weight
            self._packed = reorder(self._weight, padding, stride, dilation, c.groups, list(self.shape))

    def _fold(self) -> None:
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
        if self._cudnn(x, other):
            common = (self._bias, c.stride, [int(p) for p in c.padding], c.dilation, c.groups)
            if other is None:
                return torch.cudnn_convolution_relu(x, self._weight, *common)
            return torch.cudnn_convolution_add_relu(x, self._weight, other, 1.0, *common)
        if not onednn(x):
            y = F.conv2d(x, self._weight, self._bias, c.stride, c.padding, c.dilation, c.groups)
            y = y if other is None else y + other
            return y if self.activation is None else self.activation.function(y)
        weight = self._weight if self._packed is None else self._packed
        common = (weight, self._bias, list(c.padding), list(c.stride), list(c.dilation), c.groups)
        fused, own = torch.ops.mkldnn._convolution_pointwise, self.activation
        if other is None:
            if own is None:
                return fused(x, *common, "none", [], "")
            return fused(x, *common, own.attribute, list(own.scalars), own.algorithm)
        if own in (None, RELU) and other.shape == output_shape(x, c):
            sum_ = "add", 1.0, "relu" if own else None, [], None
            if self.overwrites:
                return torch.ops.mkldnn._convolution_pointwise_.binary(other, x, *common, *sum_)
            return fused.binary(x, other, *common, *sum_)
        # The operator does not broadcast, and of a sum it knows no function but ReLU
        y = fused(x, *common, "none", [], "") + other
        return y if own is None else own.function(y)

    def _cudnn(self, x: Tensor, other: Tensor | None) -> bool:
        """Whether cuDNN's fused operators do all of it: on an H200 a convolution of ResNet-56 took 8 to 16 % less so."""
        if not x.is_cuda or not torch.backends.cudnn.is_available() or torch.is_autocast_enabled("cuda"):
            return False
        takes = x.dtype == torch.float32 and self._bias is not None and self.activation == RELU
        same = other is None or (
            other.shape == output_shape(x, self.convolution) and other.is_contiguous(memory_format=self.layout)
        )
        return takes and same and torch.version.hip is None


def output_shape(x: Tensor, c: nn.Conv2d) -> tuple[int, ...]:
    """Of what the convolution gives for x."""
    sides = [
        (x.shape[k + 2] + 2 * c.padding[k] - c.dilation[k] * (c.kernel_size[k] - 1) - 1) // c.stride[k] + 1  # type: ignore[operator]
        for k in (0, 1)
    ]
    return (x.shape[0], c.out_channels, *sides)
