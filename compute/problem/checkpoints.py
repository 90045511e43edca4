"""Checkpoint: a file of trained weights, opened without running anything that is in it."""

from __future__ import annotations

import argparse
import pickle
import re
import traceback
import warnings
import zipfile
from collections import OrderedDict
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from ..consent import Trust
from ..errors import LossvistaError, Untrusted
from ..there import is_folder
from .checkpoint_kind import SUFFIXES, kind_of, parts_in
from .claims import Excess, check_pickle, check_tensors, check_zip
from .consent import with_consent
from .fitting import fit_weights
from .parts import named_tensors, part, parted

__all__ = ["SUFFIXES", "fit_weights", "load_weights", "plain"]

# How every file of torch.save before 1.6 begins: its magic number, as a pickled integer
_MAGIC = b"\x8a\x0a" + 0x1950A86A20F9469CFC6C.to_bytes(10, "little")

# Where Lightning's releases keep their class for hyper-parameters, a dict
_LIGHTNING = (
    "lightning.fabric.utilities.data",
    "lightning_fabric.utilities.data",
    "lightning.pytorch.utilities.parsing",
    "pytorch_lightning.utilities.parsing",
)

# What training scripts store beside the weights and what cannot do harm: parsed arguments, paths, settings, figures of NumPy
_scalar = np.float64(0).__reduce__()[0]
_HARMLESS: list[Any] = [
    argparse.Namespace,
    *((PurePosixPath, f"{module}.PosixPath") for module in ("pathlib", "pathlib._local")),
    *((PureWindowsPath, f"{module}.WindowsPath") for module in ("pathlib", "pathlib._local")),
    *((OrderedDict, f"{module}.AttributeDict") for module in _LIGHTNING),
    np.dtype,
    (_scalar, "numpy.core.multiarray.scalar"),  # by this name in files written with NumPy 1
    (_scalar, "numpy._core.multiarray.scalar"),
    *{type(np.dtype(kind)) for kind in ("f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "?")},
]

_KINDS = {"zip": "torch.save", "pickle": "torch.save before 1.6, or a pickle", "safetensors": "safetensors"}

# What the readers raise on damaged bytes: anything but a LossvistaError or an interrupt
_DAMAGE = (
    *(EOFError, OSError, RuntimeError, ValueError, LookupError, TypeError, AttributeError, AssertionError),
    *(OverflowError, MemoryError, pickle.UnpicklingError, zipfile.BadZipFile, SafetensorError),
)


def load_weights(path: str | Path, trust: Trust = False) -> dict[str, Tensor]:
    """Every named tensor of a checkpoint, on the CPU: a state dict as it is, or inside {"state_dict": …}, {"model": …} and the
    like, from torch.save of any age or .safetensors, or a folder of Hugging Face's. Prefixes of DataParallel (module.) and
    torch.compile (_orig_mod.) are taken off, half precision becomes float32, and numbers beside the weights (epoch, accuracy)
    are left out. FILE:PART takes the part of that name, such as the averaged weights in run.pt:ema.

    trust: also open pickles that can run code, all or those of these contents (see `consent`). Raises LossvistaError, the cause named,
    for everything that is no such file; then nothing of it has been run, and no memory been taken for what it claims to hold.
    """
    return plain(Path(path), raw_weights(path, trust)[0])


def raw_weights(path: str | Path, trust: Trust = False, mapped: bool = False) -> tuple[dict[str, Tensor], str]:
    """The same tensors under the names and in the types that the file gives them, and the kind of the file in words. Raises as
    `load_weights` does.

    mapped: leave the values in the file, and read them when they are used, as far as its kind allows it: all but the files of
    torch.save before 1.6. The file must then not be written over while its tensors are used."""
    return with_consent(path, trust, lambda may_run: _raw(path, may_run, mapped))


def _raw(path: str | Path, trust: bool, mapped: bool) -> tuple[dict[str, Tensor], str]:
    path, wanted = parted(Path(path).expanduser())
    if is_folder(path) and (files := parts_in(path)):
        found: Any = {}
        for file in files:
            found |= _opened(file, trust, mapped)
        kind = f"folder of Hugging Face's, {len(files)} file{'s' * (len(files) > 1)}"
    else:
        found = _opened(path, trust, mapped)
        kind = _KINDS[kind_of(path)]
    return named_tensors(path, part(path, found, wanted) if wanted else found), kind


def _opened(path: Path, trust: bool, mapped: bool) -> Any:
    """What a checkpoint file holds."""
    kind = kind_of(path)
    try:
        if kind == "safetensors":
            with safe_open(path, framework="pt") as file:
                found = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  # not a mapping
                return found if mapped else {name: tensor.clone() for name, tensor in found.items()}
        return _unpickle(path, kind, trust, mapped)
    except Excess as error:
        raise LossvistaError(
            f"The checkpoint '{path}' is not loaded: {error}.", "Get it again from its source."
        ) from None
    except _DAMAGE as error:
        raise _damaged(path, error) from None


def _unpickle(path: Path, kind: str, trust: bool, mapped: bool) -> Any:
    size = path.stat().st_size
    if kind == "zip":
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            if any("/code/" in name for name in names) or any(name.endswith("constants.pkl") for name in names):
                raise LossvistaError(
                    f"'{path}' is a TorchScript program, not weights; nothing of it was run.",
                    _resave(path, script=True),
                )
            pickled = next((name for name in names if name.endswith("/data.pkl")), None)
            if pickled is None:
                held = ", ".join(names[:3])
                raise LossvistaError(
                    f"'{path}' is a zip archive, but not one of PyTorch's (it holds {held}).", "Unpack it first."
                )
            check_zip(archive, size)
            with archive.open(pickled) as stream:
                check_pickle(stream, 1)
    else:
        with path.open("rb") as stream:
            if _MAGIC not in stream.read(64):
                if trust:
                    stream.seek(0)
                    return _trusted(path, lambda: pickle.load(stream))
                raise Untrusted(
                    f"'{path}' is a pickle that torch.save did not write, so it was not opened: it could run code.",
                    "Where it was made, save the weights with torch.save(weights, 'weights.pt'). "
                    "Or, only if you made the file yourself: --trust-pickle",
                ).at(path)
            stream.seek(0)
            check_pickle(stream, 5)  # magic number, protocol, system, the object, and the list of its storages
    try:
        with warnings.catch_warnings(), torch.serialization.safe_globals(_HARMLESS):
            warnings.simplefilter("ignore")  # about old formats: that they are old is nothing the user can change
            check_tensors(torch.load(path, map_location="meta", weights_only=True), size)
            return torch.load(path, map_location="cpu", weights_only=True, mmap=mapped and kind == "zip")
    except pickle.UnpicklingError as error:
        asked = re.search(r"GLOBAL ([\w.]+)", str(error))
        if not trust:
            wants = f"it asks for {asked[1]}" if asked else "it is not only tensors"
            raise Untrusted(
                f"Opening '{path}' would run code that is stored in it ({wants}), so it was not opened.",
                _resave(path),
                details=str(error),
            ).at(path) from None
    return _trusted(path, lambda: torch.load(path, map_location="cpu", weights_only=False))


def _trusted(path: Path, load: Callable[[], Any]) -> Any:
    """Open a file of which the user said that it may run code."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return load()
    except Exception as error:  # it runs anybody's code, which may raise anything
        raise LossvistaError(
            f"The trusted pickle '{path}' failed while it was opened: {type(error).__name__}: {error}.",
            "It may need the modules that it was written with; run where they can be imported, or re-save plain weights.",
            details=traceback.format_exc(),
        ) from None


def _resave(path: Path, script: bool = False) -> str:
    load = f"torch.jit.load({str(path)!r})" if script else f"torch.load({str(path)!r}, weights_only=False)"
    weights = "loaded.state_dict() if hasattr(loaded, 'state_dict') else loaded['state_dict']"
    lines = f"    loaded = {load}\n    torch.save({'loaded.state_dict()' if script else weights}, 'weights.pt')"
    trust = "" if script else "\nOr, only if you made the file yourself: --trust-pickle"
    return f"Where it was made, save plain weights:\n{lines}{trust}"


def _damaged(path: Path, error: BaseException) -> LossvistaError:
    text = str(error)
    signs = (
        "EOF",
        "central directory",
        "not a zip file",
        "exhausted",
        "truncated",
        "expected",
        "incomplete",
        "header length",
    )
    cut = isinstance(error, EOFError) or any(sign in text for sign in signs)
    what = "is cut short" if cut else "is damaged"
    return LossvistaError(
        f"The checkpoint '{path}' {what} ({path.stat().st_size:,} bytes).",
        "Its download or its writing did not finish; get it again.",
        details=f"{type(error).__name__}: {text}",
    )


def plain(path: Path, tensors: Mapping[str, Tensor], widen: bool = True) -> dict[str, Tensor]:
    """Tensors under the network's own names and (`widen`) in at least single precision. Raises LossvistaError for what is quantized
    or sparse."""
    tidy = {}
    for name, tensor in tensors.items():
        if tensor.layout != torch.strided or tensor.is_quantized or tensor.is_meta:
            raise LossvistaError(
                f"'{name}' in '{path}' is not a plain tensor but quantized, sparse or without values.",
                "Save the weights of the network before it was converted.",
            )
        values = tensor.detach()
        if widen and values.is_floating_point() and values.element_size() < 4:
            values = values.float()
        tidy[".".join(part for part in name.split(".") if part != "_orig_mod")] = values
    while tidy and all(name.startswith("module.") for name in tidy):
        tidy = {name.removeprefix("module."): values for name, values in tidy.items()}
    return tidy
