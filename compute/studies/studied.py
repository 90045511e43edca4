"""Studied: a study of a landscape's file whose results are kept in it, also when it is interrupted or fails half-way."""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np

from ..choices import Choices
from ..consent import Trust
from ..errors import LossvistaError
from ..landscape import Landscape
from ..progress import Job
from ..storage import load, save
from ..storage.lock import Lock
from ..there import is_there
from .study import Study

EVERY = 20.0  # seconds between two savings of what was found so far


def studied(
    study: Study,
    source: str | os.PathLike[str],
    choices: Choices,
    out: str | os.PathLike[str] | None = None,
    *,
    trust: Trust = False,
) -> Job[Landscape]:
    """Study the landscape in a file, and save it with what was found, in `out` or in the file itself. What was found by then is saved
    now and then, and at the end, however that comes; the same call goes on. Raises LossvistaError as the study does, where another
    process writes there, and where `out` is there already and is no copy of this landscape."""
    path = Path(source if out is None else out)
    lock = Lock(path)  # before it is read: what another process is about to save there would be lost
    try:
        landscape, begun = _begun(source, path)
        # A copy in the same folder knows the network's place as the original does, and what was found already.
        job = study.open()(os.fspath(path if begun else source), choices, trust=trust)
    except BaseException:
        lock.release()
        raise
    new, kept = False, time.monotonic()
    try:
        while True:
            try:
                progress = next(job)
            except StopIteration as end:
                end.value.into(landscape)
                new = False
                save(landscape, path)
                return landscape
            if progress.added is not None:
                progress.added.into(landscape)
                new = True
            if new and time.monotonic() - kept > EVERY:
                save(landscape, path)
                new, kept = False, time.monotonic()
            yield progress
    finally:
        try:
            job.close()
            if new:
                save(landscape, path)
        finally:
            lock.release()


def _begun(source: str | os.PathLike[str], path: Path) -> tuple[Landscape, bool]:
    """The landscape to which findings are added; and whether it is a copy, in the source's folder, that an earlier call began."""
    landscape = load(source)
    if not is_there(path) or path.samefile(source):
        return landscape, False
    there = load(path)
    ours, theirs = landscape.surface, there.surface
    same = (
        there.recipe == landscape.recipe
        and ours.grid.shape == theirs.grid.shape
        and ours.fields.keys() <= theirs.fields.keys()
    )
    if not same or not all(
        np.array_equal(ours.fields[name], theirs.fields[name], equal_nan=True) for name in ours.fields
    ):
        raise LossvistaError(
            f"{path.name} is there already, and it is another landscape.", "Choose another name for --out."
        )
    return there, path.resolve().parent == Path(source).resolve().parent
