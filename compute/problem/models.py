"""Models: a network by its name, the same one for the same seed: built in, of a library, or of somebody's own file."""

from __future__ import annotations

import torch
from torch import nn

from ..doors import find
from ..errors import LossvistaError
from . import LIBRARIES, MODELS
from .usercode import guarded, is_file_spec, load_function, wanted

FACTORY = "make_model"


def build_model(name: str, shape: tuple[int, ...], classes: int, seed: int = 0) -> nn.Module:
    """The network `name` for samples of `shape` and `classes` outputs, on the CPU, its weights drawn from `seed`: one of MODELS,
    LIBRARY:NAME with one of LIBRARIES, or FILE.py:FUNCTION.

    The global random state stays as it was. Raises LossvistaError for an unknown name, a shape that the network cannot take, a
    library that is not installed, and for what somebody's own code raises.
    """
    library, colon, own = name.partition(":")
    # devices=[] and the CPU's own generator: torch.manual_seed would reseed every GPU as well
    with torch.random.fork_rng(devices=[]), torch.device("cpu"):
        torch.default_generator.manual_seed(seed)
        if is_file_spec(name):
            return _from_file(name, shape, classes)
        if colon and library in LIBRARIES:
            return LIBRARIES[library].open()(own, tuple(shape), classes)
        return find("model", {**MODELS, **{f"{known}:…": door for known, door in LIBRARIES.items()}}, name)(
            tuple(shape), classes
        )


def _from_file(spec: str, shape: tuple[int, ...], classes: int) -> nn.Module:
    """What the function returns; it gets `shape`, `classes` or `num_classes` if it has parameters of these names."""
    function, path = load_function(spec, FACTORY)
    stage = f"{function.__name__}() in '{path.name}'"
    with guarded(stage):
        model = function(**wanted(function, shape=shape, classes=classes, num_classes=classes))
    if not isinstance(model, nn.Module):
        raise LossvistaError(f"{stage} returned a {type(model).__name__}, not a network.", "Return a torch.nn.Module.")
    return model
