"""Tensor cores: a GPU's convolution, frozen batch-norm, addition and ReLU as one kernel, float32 by three products of TF32.

A float32 number is the sum of two TF32 numbers up to a part in 4 million; of the four products of two such sums the smallest is left
out ("3xTF32", as in CUTLASS). That keeps single precision, where one product of TF32 does not, and one pass over memory does the work of
three. On an H200, ResNet-56 took 336 ms for 50,000 images so, against 751 ms with cuDNN's operators; its
outputs differed from float64's by 1.4·10⁻⁶ of the largest, cuDNN's by 1.0·10⁻⁶."""

from __future__ import annotations

import importlib
from functools import cache
from math import prod
from typing import Any

import torch
from torch import Tensor, nn

from .activations import RELU
from .convolution import FusedConvolution, output_shape
from .preview import HALVES

OLDEST = (8, 0)  # of the GPUs that have TF32
PLACES, WARPS, STAGES = 128, 4, 3  # measured on an H200; others were up to a fifth slower on two of three shapes
MOST, INPUTS = 64, 32  # output and input channels at once
LARGEST = 2**31 - 1  # numbers in a tensor: the kernel counts in 32 bits
PRECISIONS = {"float32": "tf32x3", "tf32": "tf32"}


def available(device: torch.device) -> bool:
    """Whether this GPU has such cores, and Triton (which comes with PyTorch on Linux) is there to use them."""
    if device.type != "cuda" or torch.version.hip is not None:
        return False
    return torch.cuda.get_device_capability(device) >= OLDEST and _kernel() is not None


@cache
def _kernel() -> Any:
    try:
        return importlib.import_module(".tensor_cores_kernel", __package__).convolution
    except (
        ImportError,
        OSError,
        ValueError,
    ):  # no Triton; or no source of the kernel, which Triton compiles from its text
        return None


class TensorCoreConvolution(FusedConvolution):
    """A fused convolution whose forward pass is the kernel's where this can be. precision: what products are taken in: "float32",
    "tf32", "float16" or "bfloat16"; sums are float32 in each."""

    precision = "float32"
    _laid: Tensor | None = None

    def refresh(self) -> None:
        super().refresh()
        if self.convolution.groups == 1 and tuple(self.convolution.dilation) == (1, 1):
            laid = self._weight.permute(2, 3, 1, 0).reshape(-1, len(self._weight))
            self._laid = laid.to(HALVES.get(self.precision, torch.float32)).contiguous()

    def forward(self, x: Tensor, other: Tensor | None = None) -> Tensor:
        shape, own = output_shape(x, self.convolution), self.activation
        if self._laid is None or not x.is_cuda or x.dtype == torch.float64 or max(x.numel(), prod(shape)) > LARGEST:
            return super().forward(x, other)
        if other is not None and (other.shape != shape or own not in (None, RELU)):
            y = self._product(x, None, shape, clamps=False) + other
            return y if own is None else own.function(y)
        y = self._product(x, other, shape, clamps=own == RELU)
        return y if own in (None, RELU) else own.function(y)

    def _product(self, x: Tensor, other: Tensor | None, shape: tuple[int, ...], clamps: bool) -> Tensor:
        assert self._laid is not None
        dtype = self._laid.dtype
        bias = x.new_zeros(shape[1]) if self._bias is None else self._bias
        added = None if other is None else _placed(other, dtype)
        precision = PRECISIONS.get(self.precision, "ieee")
        with torch.cuda.device(x.device):
            return launched(_placed(x, dtype), self._laid, bias, added, shape, self.convolution, clamps, precision)


def launched(
    x: Tensor,
    weight: Tensor,
    bias: Tensor,
    other: Tensor | None,
    shape: tuple[int, ...],
    convolution: nn.Conv2d,
    clamps: bool,
    precision: str,
) -> Tensor:
    """What the kernel makes of x, of this shape; x and other in channels-last. convolution: its sizes."""
    y = torch.empty(shape, dtype=x.dtype, device=x.device, memory_format=torch.channels_last)
    inputs, outputs = x.shape[1], shape[1]
    count, columns, c = y.numel() // max(outputs, 1), min(_power(outputs), MOST), convolution
    _kernel()[(-(-count // PLACES), -(-outputs // columns))](
        *(x, weight, bias, x if other is None else other, y),
        *(count, *x.shape[2:], *shape[2:]),
        *(inputs, outputs, *c.kernel_size, *c.stride, *c.padding),
        *(PLACES, columns, min(_power(inputs), INPUTS)),
        *(other is not None, clamps, precision),
        num_warps=WARPS,
        num_stages=STAGES,
    )
    return y


def _placed(tensor: Tensor, dtype: torch.dtype) -> Tensor:
    return tensor.to(dtype).contiguous(memory_format=torch.channels_last)


def _power(number: int) -> int:
    """The next power of two, 16 at least: what tensor cores take."""
    return max(16, 1 << (number - 1).bit_length())
