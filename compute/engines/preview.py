"""Preview: forward passes in less than single precision, for a first look; how far off they are is measured, never assumed.

bfloat16 can be wrong by a third near a minimum of a deep network, TF32 and float16 by a hundredth."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor

from ..errors import LossvistaError
from ..problem.trees import mapped

HALVES = {"bfloat16": torch.bfloat16, "float16": torch.float16}
PREVIEWS = ("tf32", *HALVES)


@contextmanager
def computing(device: torch.device, precision: str) -> Generator[None]:
    """What forward passes run in. In half precision weights and sums stay float32, and PyTorch's autocast says which operators are halved.
    On a GPU float32 is float32: PyTorch's own default is TF32 for convolutions. Raises LossvistaError for TF32 elsewhere."""
    if precision == "tf32" and device.type != "cuda":
        raise LossvistaError(
            "tf32 is a precision of NVIDIA GPUs, and this runs on the CPU.", "Choose bfloat16, or stay with float32."
        )
    if precision in HALVES:
        with torch.autocast(device.type, HALVES[precision]):
            yield
    elif device.type == "cuda":
        backends: tuple[Any, ...] = torch.backends.cudnn, torch.backends.cuda.matmul
        before = [one.allow_tf32 for one in backends]
        try:
            for one in backends:
                one.allow_tf32 = precision == "tf32"
            yield
        finally:
            for one, was in zip(backends, before, strict=True):
                one.allow_tf32 = was
    else:
        yield


def widened(outputs: Any) -> Any:
    """A network's outputs with half precision widened to single, for the loss."""
    return mapped(lambda t: t.float() if isinstance(t, Tensor) and t.dtype in HALVES.values() else t, outputs)


def largest_error(rough: Callable[..., float], exact: Callable[..., float], points: Sequence[Sequence[float]]) -> float:
    """The largest |rough − exact|/|exact| over the points; 0 where both are equal or neither is a number, infinite where one is."""
    worst = 0.0
    for point in points:
        a, b = rough(*point), exact(*point)
        if a == b or (math.isnan(a) and math.isnan(b)):
            continue
        error = abs(a - b) / abs(b) if b and math.isfinite(a) and math.isfinite(b) else math.inf
        worst = max(worst, error)
    return worst
