"""Looks: styles in files, each beside its landscape."""

from __future__ import annotations

import os
from pathlib import Path

from ..compute.errors import LossvistaError
from ..compute.picture import read_style as read_look
from ..compute.storage.disk import put
from ..compute.style import Style
from .language import tr


def style_path(path: str) -> Path:
    """Where a landscape's look is kept: NAME.style.json beside NAME.h5."""
    return Path(path).with_suffix(".style.json")


def read_style(path: str) -> Style | None:
    """The look saved beside a landscape, or None. Raises LossvistaError where it is there but cannot be read."""
    beside = style_path(path)
    if not os.path.lexists(beside):
        return None
    try:
        return read_look(beside)
    except LossvistaError:
        raise LossvistaError(
            tr("The look saved in {name} cannot be read.", name=beside.name),
            tr("Delete or repair that file; the landscape itself is whole."),
        ) from None


def write_style(path: str, style: Style) -> Path:
    """Keep a look beside its landscape. Raises LossvistaError where the folder refuses."""
    beside = style_path(path)
    put(beside, style.model_dump_json(indent=1, exclude_defaults=True).encode(), rename=False)
    return beside


def stem(name: str) -> str:
    """A file name, without suffix, for what is called so."""
    return "".join(c if c.isalnum() or c in "-_." else "-" for c in name).strip("-.") or "landscape"
