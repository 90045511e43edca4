"""Kind: what a checkpoint file is, by its first bytes, and which files a folder of weights consists of."""

from __future__ import annotations

import json
import stat
from pathlib import Path

from ..errors import LossvistaError, nearest
from ..there import is_file, is_folder
from .claims import MEBIBYTE

SUFFIXES = (".safetensors", ".pt", ".pth", ".ckpt", ".t7", ".th", ".bin", ".tar")

# Files of weights in a folder that Hugging Face's libraries wrote, first choice first; an index names the parts of a large one
_STEMS = ("model.safetensors", "diffusion_pytorch_model.safetensors", "pytorch_model.bin", "adapter_model.safetensors")
_LARGEST_INDEX = 64 * MEBIBYTE


def kind_of(path: Path) -> str:
    """ "zip", "pickle" or "safetensors" by the first bytes, whatever the name. Raises LossvistaError, the cause named."""
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise _folder(path)
        if not stat.S_ISREG(mode):  # opening a FIFO would wait for ever
            raise LossvistaError(
                f"'{path}' is no regular file but a pipe, a socket or a device.", "Copy it to a file first."
            )
        with path.open("rb") as file:
            head = file.read(512)
    except FileNotFoundError:
        beside = [p.name for p in path.parent.iterdir()] if is_folder(path.parent) else []
        hint = nearest(path.name, beside)
        raise LossvistaError(
            f"There is no checkpoint '{path}'.", hint if hint.startswith("Did") else "Check the path."
        ) from None
    except OSError as error:
        raise LossvistaError(f"The checkpoint '{path}' cannot be read: {error.strerror}.") from None
    if not head:
        raise LossvistaError(
            f"The checkpoint '{path}' is empty.", "Its download or its writing did not finish; get it again."
        )
    if head.startswith(b"version https://git-lfs"):
        raise LossvistaError(
            f"'{path}' is a Git LFS pointer, not the weights themselves.", "Fetch them in its repository: git lfs pull"
        )
    if head.lstrip().lower().startswith((b"<!doctype", b"<html", b"<?xml")):
        raise LossvistaError(
            f"'{path}' is a web page, not a checkpoint: the download brought an error or a log-in page.",
            "Download it again, from the address of the file itself.",
        )
    if head.startswith(b"PK\x03\x04"):
        return "zip"
    if head[8:9] == b"{" or path.suffix == ".safetensors":
        return "safetensors"
    if head.startswith(b"\x80"):
        return "pickle"
    known = {b"\x89HDF\r\n\x1a\n": "an HDF5 file (Keras?)", b"\x93NUMPY": "a NumPy array", b"\x1f\x8b": "gzipped"}
    known |= {b"\x04\x00\x00\x00": "a Torch 7 (Lua) file", b"\x03\x00\x00\x00": "a Torch 7 (Lua) file"}
    what = next((name for magic, name in known.items() if head.startswith(magic)), "not a checkpoint of PyTorch")
    raise LossvistaError(f"'{path}' is {what}.", "Give a state dict saved with torch.save, or a .safetensors file.")


def _folder(path: Path) -> LossvistaError:
    if is_file(path / "recording.json"):
        return LossvistaError(f"'{path}' is a recording of many checkpoints.", f"Use it as one: --trajectory {path}")
    if any(path.glob("checkpoint-*")):
        return LossvistaError(
            f"'{path}' is a folder of several checkpoints.",
            f"Give one of them: {sorted(path.glob('checkpoint-*'))[-1]}",
        )
    held = sorted(p for p in path.iterdir() if p.suffix in SUFFIXES)
    return LossvistaError(
        f"'{path}' is a folder, not a checkpoint.",
        f"Give a file in it, such as {held[0]}" if held else "It holds no checkpoint file.",
    )


def parts_in(folder: Path) -> list[Path]:
    """The files of weights in a folder of Hugging Face's; none where it is no such folder."""
    for stem in _STEMS:
        if is_file(folder / stem):
            return [folder / stem]
        index = folder / f"{stem}.index.json"
        if is_file(index):
            try:
                if index.stat().st_size > _LARGEST_INDEX:
                    raise ValueError("too large")
                names = sorted(set(json.loads(index.read_bytes())["weight_map"].values()))
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
                raise LossvistaError(f"The index '{index}' is damaged.", "Get it again.", details=str(error)) from None
            strange = [name for name in names if not isinstance(name, str) or Path(name).name != name]
            if strange:
                raise LossvistaError(f"The index '{index}' names a file outside its folder: '{strange[0]}'.")
            missing = [name for name in names if not is_file(folder / name)]
            if missing:
                raise LossvistaError(
                    f"Of the {len(names)} parts of the checkpoint '{folder}', {len(missing)} are missing ({missing[0]}).",
                    "Get them from its source.",
                )
            return [folder / name for name in names]
    return []
