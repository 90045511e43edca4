"""Room: whether there is memory for a batch, and what to say where there is none even for one sample."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

import torch

from ..errors import OutOfSpace, memory_is_full


class Full(MemoryError):
    """The memory, of the GPU or of this machine, has no room for what was asked. A MemoryError, so that nobody takes it for a
    mistake in somebody's code."""


@contextmanager
def telling_full() -> Generator[None]:
    """Whatever says that the memory is full becomes `Full`."""
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        if memory_is_full(error):
            raise Full(str(error)) from None
        raise


def give_back() -> None:
    """Let a GPU's memory that nothing uses any more be used anew."""
    if torch.cuda.is_available() and torch.cuda.is_initialized():
        torch.cuda.empty_cache()


def too_full(device: torch.device, why: object) -> OutOfSpace:
    """The sentence where the least that can be done does not fit."""
    where, hint = "The memory", "Close other programs, or use fewer samples (--samples) or a smaller network."
    if device.type == "cuda":
        where = f"The memory of the GPU {device}"
        hint = "Use the CPU (--device cpu), which takes longer, or fewer samples (--samples), or wait until the GPU is free."
    return OutOfSpace(f"{where} has no room for this network and its samples.", hint, details=str(why))
