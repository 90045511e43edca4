"""Directions from a file: those that a landscape of ours keeps, or a direction file of Li et al.'s code."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import h5py
import numpy as np
import torch

from ..errors import LossvistaError
from ..storage import load
from ..storage.foreign import floats, foreign
from ..storage.inspect import link
from ..storage.layout import FORMAT, Node
from ..weights import Weights
from .normalization import normalize
from .request import DirectionRequest, Directions

_GROUPS = (
    "xdirection",
    "ydirection",
)  # of Li et al.; data sets "0", "1", … in the order of parameters(), or of the state dict


def file_directions(request: DirectionRequest) -> Directions:
    """The directions in the file request.argument, as they are, then normalized if the recipe asks for it.

    Names and shapes must be the network's; what the recipe leaves unperturbed, or does not match `only`, becomes 0. Raises
    LossvistaError where the file is missing, of another kind, of another network, or has fewer directions than axes.
    """
    path = str(Path(request.argument).expanduser())
    with foreign(path) as file:
        kind = file.attrs.get("format")
        ours = isinstance(kind, str) and kind == FORMAT
        found = [] if ours else [_li(file, key, request, path) for key in _GROUPS if key in file]
    if ours:
        found = [_ours(axis.direction, request, path) for axis in load(path).axes]
    if len(found) < request.count:
        held = "no direction" if not found else "one direction"
        raise LossvistaError(
            f"'{path}' holds {held}; a {'plane' if request.count == 2 else 'line'} needs {request.count}.",
            "Use --axes 1, or another file."
            if found
            else "Give a landscape of ours, or a direction file with an xdirection.",
        )
    name = Path(path).name
    axes = [
        normalize({n: axis[n] for n in request.names}, request.origin, request.units, request.normalization)
        for axis in found[: request.count]
    ]
    whole = [{n: axis.get(n, torch.zeros_like(t)).to(t.dtype) for n, t in request.origin.items()} for axis in axes]
    return Directions(whole, [f"{greek} (of {name})" for greek in "αβ"[: request.count]])


def file_hash(path: str) -> str:
    """SHA-256 of the file. Raises LossvistaError where it cannot be read."""
    try:
        with Path(path).expanduser().open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise LossvistaError(
            f"The direction file '{path}' cannot be read: {error.strerror}.", "Check the path."
        ) from None


def _ours(direction: Mapping[str, np.ndarray], request: DirectionRequest, path: str) -> Weights:
    """A stored axis: parameters that it does not name are unperturbed in it."""
    if not direction:
        raise LossvistaError(
            f"'{path}' does not keep its directions: they were too large for it.",
            "Compute them again from its recipe, with the same seed.",
        )
    for name, values in direction.items():
        wanted = tuple(request.origin[name].shape) if name in request.origin else None
        if wanted != values.shape:
            raise LossvistaError(
                f"The directions in '{path}' are of another network: {name} has the shape {values.shape} there, "
                f"{'and does not exist' if wanted is None else f'and {wanted}'} here."
            )
    zeros = {name: torch.zeros_like(t) for name, t in request.origin.items()}
    return zeros | {name: torch.from_numpy(np.array(values)) for name, values in direction.items()}


def _li(file: Node, key: str, request: DirectionRequest, path: str) -> Weights:
    group = link(file, key, h5py.Group, path)
    state = {k: v for k, v in request.problem.model.state_dict().items() if not k.endswith("num_batches_tracked")}
    places = list(request.origin) if len(group) == len(request.origin) else list(state)
    if len(group) != len(places):
        raise LossvistaError(
            f"'{path}' holds {len(group)} tensors for {key}; the network has {len(request.origin)} parameters "
            f"({len(state)} with its buffers).",
            "It was made for another network.",
        )
    shapes = {**{k: tuple(v.shape) for k, v in state.items()}, **{k: tuple(v.shape) for k, v in request.origin.items()}}
    read = {name: floats(group, str(place), path, shapes[name]) for place, name in enumerate(places)}
    return {name: torch.from_numpy(read[name].astype(np.float32)) for name in request.origin}
