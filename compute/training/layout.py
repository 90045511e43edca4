"""Layout: what the files of a recording are called, and what it says about itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..errors import LossvistaError
from ..storage.small import read_object

FORMAT, VERSION = "lossvista-recording", 1
META, STEPS = "recording.json", "steps.jsonl"
FINAL = "final.safetensors"  # the weights at the end, in full precision
RESUME = "resume.pt"  # an interrupted training's state, by which it goes on
HINT = "A recording is made by `lossvista train` or by a Recorder in your own loop; a folder of checkpoint files will do, too."


def file_name(number: int) -> str:
    """Of a checkpoint, counted from 0."""
    return f"{number:06d}.safetensors"


def meta_of(folder: Path) -> dict[str, Any]:
    """What a recording says about itself, checkpoints or none. Raises LossvistaError where the file is not one of ours."""
    meta: dict[str, Any] = {}
    try:
        meta = read_object(folder / META)
        known = meta.get("format") == FORMAT and type(meta.get("version")) is int
    except LossvistaError:
        known = False
    if not known:
        raise LossvistaError(f"'{folder / META}' is damaged or not of a recording.", HINT)
    if meta["version"] > VERSION:
        raise LossvistaError(
            f"The recording '{folder}' is of a newer version ({meta['version']}; this program knows {VERSION}).",
            "Update Lossvista.",
        )
    return meta
