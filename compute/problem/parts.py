"""Parts: where the weights are inside what a checkpoint holds."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from torch import Tensor, nn

from ..errors import LossvistaError, nearest
from ..there import is_there

# Where people put the weights inside a checkpoint, first choice first
_PLACES = ("state_dict", "model_state_dict", "model_state", "model", "net", "network", "module", "weights", "params")
# The same for averaged weights, which are taken where there are no others
_AVERAGES = ("state_dict_ema", "model_ema", "ema_state_dict", "ema_model", "ema", "swa_model", "averaged_model")


def parted(path: Path) -> tuple[Path, str]:
    """FILE:PART as (FILE, PART), unless there is a file of the whole name."""
    name, _, part = path.name.rpartition(":")
    whole = path.with_name(name) if name else path
    return (whole, part) if part and not is_there(path) and is_there(whole) else (path, "")


def part(path: Path, found: Any, part: str) -> Any:
    """What is called so in a checkpoint, or the tensors whose names begin with it."""
    if isinstance(found, Mapping):
        if isinstance(found.get(part), (Mapping, nn.Module)):
            return found[part]
        for tensors in (found, *(found[place] for place in _PLACES if isinstance(found.get(place), Mapping))):
            own = {str(n).removeprefix(f"{part}."): t for n, t in tensors.items() if str(n).startswith(f"{part}.")}
            if own:
                return own
    held = (
        [str(name) for name, value in found.items() if isinstance(value, Mapping)] if isinstance(found, Mapping) else []
    )
    raise LossvistaError(
        f"The checkpoint '{path}' has no part called '{part}'.", nearest(part, held) if held else "It has no parts."
    )


def named_tensors(path: Path, found: Any) -> dict[str, Tensor]:
    """The state dict inside what was loaded."""
    for _ in range(4):
        if isinstance(found, nn.Module):  # only with trust
            found = found.state_dict()
        if not isinstance(found, Mapping):
            break
        places = (*_PLACES, *_AVERAGES)
        inner = next((found[p] for p in places if isinstance(found.get(p), (Mapping, nn.Module))), None)
        if inner is None:
            tensors = {k: v for k, v in found.items() if isinstance(k, str) and isinstance(v, Tensor)}
            if tensors:
                return _one_network(path, tensors)
            maps = [value for value in found.values() if isinstance(value, Mapping)]
            if len(maps) != 1:
                break
            inner = maps[0]
        found = inner
    if isinstance(found, Mapping):
        held = ", ".join(map(str, list(found)[:8])) or "nothing"
        what = f"it holds: {held}"
    else:
        what = f"it holds a {type(found).__name__}"
    raise LossvistaError(
        f"The checkpoint '{path}' holds no named weights ({what}).",
        "Save them with torch.save(model.state_dict(), 'weights.pt').",
    )


def _one_network(path: Path, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """Without the counters that wrappers for averaging put beside a network. Raises LossvistaError where there are two."""
    heads = {name.partition(".")[0] for name in tensors if "." in name}
    if {"online_model", "ema_model"} <= heads:
        raise LossvistaError(
            f"The checkpoint '{path}' holds two networks, online_model and ema_model.",
            f"Say which: {path}:ema_model or {path}:online_model",
        )
    if heads == {"module"}:  # of torch.optim.swa_utils.AveragedModel
        return {name: tensor for name, tensor in tensors.items() if name != "n_averaged"}
    return tensors
