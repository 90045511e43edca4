"""Studied: a study of a landscape's file whose results are kept in it, also when it is interrupted or fails half-way."""

from __future__ import annotations

import os
import time
from pathlib import Path

from ..choices import Choices
from ..landscape import Landscape
from ..progress import Job
from ..storage import load, save
from ..storage.lock import Lock
from .study import Study

EVERY = 20.0  # seconds between two savings of what was found so far


def studied(
    study: Study,
    source: str | os.PathLike[str],
    choices: Choices,
    out: str | os.PathLike[str] | None = None,
    *,
    trust: bool | None = None,
) -> Job[Landscape]:
    """Study the landscape in a file, and save it with what was found, in `out` or in the file itself. What was found by then is saved
    now and then, and at the end, however that comes. Raises LossvistaError as the study does, and where another process writes there.
    """
    path = Path(source if out is None else out)
    landscape, lock = load(source), Lock(path)
    job = study.open()(os.fspath(source), choices, trust=trust)
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
