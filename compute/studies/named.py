"""Named: a study by its name, for scripts: `for progress in study("critical", "F.h5"): …`."""

from __future__ import annotations

import os
from typing import Any

from ..consent import Trust
from ..doors import find
from ..errors import LossvistaError
from ..landscape import Landscape
from ..progress import Job
from . import STUDIES
from .studied import studied


def study(
    name: str,
    source: str | os.PathLike[str] = "",
    out: str | os.PathLike[str] | None = None,
    *,
    overwrite: bool = False,
    trust: Trust = False,
    **choices: Any,
) -> Job[Landscape]:
    """Study a landscape's file, and save it with what was found: in `out`, or where none is given in the file itself. For studies that
    make a landscape of their own (minefield, connect) there is no source, `out` is where it goes, and `overwrite`
    says whether it may take another one's place.

    name: as the command is called. choices: as its flags are. trust: whether code that the landscape names may run and checkpoints that
    can run code be opened: all, or those with these SHA-256. A generator of Progress, as `run` is; what was found by then is kept where
    one stops draining it. Returns the landscape. Raises LossvistaError where there is no such study, for choices that cannot be, and as
    the study does."""
    find("study", STUDIES, name)
    chosen = STUDIES[name]
    given = chosen.model.of(**choices)
    if chosen.makes:
        if out is None:
            raise LossvistaError(
                f"The study '{name}' makes a landscape of its own.", "Say where it goes: out='NAME.h5'"
            )
        return (yield from chosen.open()(given, os.fspath(out), overwrite=overwrite))
    return (yield from studied(chosen, source, given, out, trust=trust))
