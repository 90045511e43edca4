"""Checkpoint (of a point): the network at a point of the plane as a file that the user's own code loads."""

from __future__ import annotations

import io
import os
from pathlib import Path

import torch
from torch import Tensor

from ..consent import Trust
from ..errors import LossvistaError
from ..landscape import Landscape
from ..progress import Job, Progress
from ..storage.disk import put
from ..training.packing import packed
from .network import checked, opened_point, state_at

SUFFIXES = (".safetensors", ".pt", ".pth")


def save_checkpoint_at(
    source: Landscape | str | os.PathLike[str],
    alpha: float,
    beta: float,
    out: str | os.PathLike[str],
    *,
    trust: Trust = False,
) -> Job[str]:
    """Write the network θ + αδ + βη, buffers included, to `out`, and return where it went: a .safetensors file, or a state dict of
    torch.save (.pt, .pth) for `model.load_state_dict(torch.load(out))`.

    Raises LossvistaError where the suffix is another, the landscape's network cannot be found again, or the file not be written."""
    expect_suffix(out)
    yield Progress("loading the network and the data")
    landscape, again = opened_point(source, alpha, beta, trust)
    yield Progress("checking it against the landscape")
    for line in checked(again, landscape, alpha, beta):
        yield Progress("checking it against the landscape", note=line)
    state = state_at(again, alpha, beta)
    yield Progress("writing the checkpoint")
    return str(put(out, as_bytes(state, Path(out).suffix.lower())))


def expect_suffix(out: str | os.PathLike[str]) -> None:
    """Raises LossvistaError where no checkpoint can be written under that name."""
    if Path(out).suffix.lower() not in SUFFIXES:
        raise LossvistaError(
            f"'{Path(out).name}' is no name of a checkpoint that can be written.", f"Use {', '.join(SUFFIXES)}."
        )


def as_bytes(state: dict[str, Tensor], suffix: str) -> bytes:
    """A state dict as a file's bytes."""
    if suffix == ".safetensors":
        return packed(state)
    buffer = io.BytesIO()
    torch.save(state, buffer)
    return buffer.getvalue()
