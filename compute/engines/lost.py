"""Lost: whether an exception means that the GPU is lost to this process. Such a fault stays: every further call fails as well, and
only another process can use that GPU."""

from __future__ import annotations

import torch

from ..errors import GpuLost, gpu_fault


def lost(error: BaseException) -> GpuLost | None:
    """The sentence, where an exception tells of a fault of the GPU and the GPU no longer answers this process. One that it does
    survive, as a GPU of a number that there is not, is an exception like any other."""
    told = gpu_fault(error)
    if told is None or not torch.cuda.is_initialized():  # not by our PyTorch: whose ever it was, it cannot be asked
        return told
    try:
        torch.cuda.synchronize()
    except RuntimeError:
        return told
    return None
