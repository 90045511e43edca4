"""Fitting: a checkpoint's tensors into a network, all of them or none."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor, nn

from ..errors import LossvistaError
from . import MODELS
from .networks.shapes import spelled
from .networks.signatures import SIGNATURES

State = dict[str, Tensor]
_SKIPS = ("shortcut", "downsample", "skip")
_COUNTER = "num_batches_tracked"  # a counter of batch-norm that no evaluation reads; older checkpoints lack it


def fit_weights(model: nn.Module, weights: Mapping[str, Tensor], path: str | Path, convert: bool = True) -> State:
    """A full state dict of `model`, in the model's order and (`convert`) types, with every value from `weights`. The model stays
    as it is.

    A prefix that all names share (model. of Lightning, as an example) is taken off where that makes them fit.
    Raises LossvistaError where a tensor is missing, left over or of another shape: with the likely cause, and a table in details.
    """
    state = model.state_dict()
    weights = _with_twins(model, _without_prefix(_compiled(weights, state), state))
    missing = [name for name in _own(state) if name not in weights]
    unexpected = [name for name in _own(weights) if name not in state]
    misshaped = [n for n in state if n in weights and weights[n].shape != state[n].shape]
    if missing or unexpected or misshaped:
        counts = {"missing": missing, "left over": unexpected, "of another shape": misshaped}
        found = ", ".join(f"{len(names)} {what}" for what, names in counts.items() if names)
        table = [("tensor", "in the checkpoint", "in the model")]
        for name in (*missing, *unexpected, *misshaped):
            theirs, ours = (spelled(tensors[name].shape) if name in tensors else "–" for tensors in (weights, state))
            table.append((name, theirs, ours))
        widths = [max(len(row[column]) for row in table) for column in range(3)]
        raise LossvistaError(
            f"The checkpoint '{path}' does not fit the model: of {len(_own(weights))} tensors in the file and "
            f"{len(_own(state))} in the model, {found}.",
            _cause(state, weights, missing, unexpected, misshaped),
            details="\n".join("  ".join(c.ljust(w) for c, w in zip(r, widths, strict=True)).rstrip() for r in table),
        )
    found = {name: weights.get(name, value).detach() for name, value in state.items()}
    return {name: value.to(state[name]) for name, value in found.items()} if convert else found


def _own(tensors: Mapping[str, Tensor]) -> list[str]:
    """The names that have to agree."""
    return [name for name in tensors if not name.endswith(_COUNTER)]


def _with_twins(model: nn.Module, weights: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
    """`weights` with all names of tied tensors, of which .safetensors files keep one."""
    names: dict[int, list[str]] = {}
    for name, parameter in model.named_parameters(remove_duplicate=False):
        names.setdefault(id(parameter), []).append(name)
    found = dict(weights)
    for twins in names.values():
        held = next((name for name in twins if name in weights), None)
        found |= {name: weights[held] for name in twins if held is not None and name not in weights}
    return found


def _compiled(weights: Mapping[str, Tensor], state: State) -> Mapping[str, Tensor]:
    """`weights` under the names that they have in a network with parts compiled by torch.compile."""
    names = {name.replace("_orig_mod.", ""): name for name in state if "_orig_mod." in name}
    return {names.get(name, name): tensor for name, tensor in weights.items()}


def _without_prefix(weights: Mapping[str, Tensor], state: State) -> Mapping[str, Tensor]:
    """`weights` without the dotted prefix that all names share, if it is that which keeps them from fitting."""
    while not any(name in state for name in weights):
        heads = {name.partition(".")[0] for name in weights}
        if len(heads) != 1 or not all("." in name for name in weights):
            break
        weights = {name.partition(".")[2]: values for name, values in weights.items()}
    return weights


def _cause(
    state: State, weights: Mapping[str, Tensor], missing: list[str], unexpected: list[str], misshaped: list[str]
) -> str:
    """The likeliest reason, and what to do."""
    if misshaped and not missing and not unexpected and set(misshaped) <= set(_own(state)[-2:]):  # the output layer
        ours, theirs = (len(tensors[misshaped[0]]) for tensors in (state, weights))
        return f"It was trained for {theirs} classes, and the data has {ours}: give the data that it was trained on."
    fitting = _builtin(weights)
    if fitting:
        return f"It fits the built-in model {fitting}: --model {fitting}"
    if misshaped and not missing and not unexpected:
        return "Same layers of other widths, or of another input size: is it the same variant of the model?"
    if unexpected and not missing and all(any(word in name for word in _SKIPS) for name in unexpected):
        return "The checkpoint is of a network with skip connections, the model has none: choose the variant with them."
    if missing and not unexpected and all(any(word in name for word in _SKIPS) for name in missing):
        return "The checkpoint is of a network without skip connections: choose the variant of the model without them."
    if not any(name in state for name in weights):
        if any(name.endswith(tuple("." + known for known in state)) for name in weights):
            return "The names carry a wrapper's prefix (DataParallel?): save model.module.state_dict() instead."
        return "Not one name agrees: the checkpoint is of another architecture."
    if missing and not unexpected:
        return "Part of the model is not in the checkpoint: was only a part saved, or is the model a deeper variant?"
    if unexpected and not missing:
        return "The checkpoint holds more than the model: is it of a deeper variant?"
    return "The checkpoint is of another variant of the model, or of another architecture."


def _builtin(weights: Mapping[str, Tensor]) -> str:
    """The built-in model that these tensors fit exactly, or "". Only those of the right signature are built, without memory for
    their weights."""
    shapes = {name: weights[name].shape for name in _own(weights)}
    for name, signature in SIGNATURES.items():
        if not signature.may_be(weights, len(shapes)):
            continue
        classes, first = len(weights[signature.output]), weights[signature.first].shape
        for sample in _samples(first):
            try:
                with torch.device("meta"):
                    model = MODELS[name].open()(sample, classes)
            except LossvistaError:  # it does not take samples of this shape
                continue
            state = model.state_dict()
            if {own: state[own].shape for own in _own(state)} == shapes:
                return name
    return ""


def _samples(first: torch.Size) -> list[tuple[int, ...]]:
    """Shapes of samples that a network may be for whose first parameter has this shape."""
    if len(first) == 4:
        return [(3, 32, 32), (first[1], 8, 8), (first[1], 28, 28)]
    return [(first[-1],), (12,)]  # numbers, or the words of the embedded text
