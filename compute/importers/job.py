"""Job: an import as a generator, to run in a child process whose memory is limited."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from ..doors import find
from ..errors import LossvistaError
from ..isolated import isolated
from ..progress import Job, Progress, drain
from . import IMPORTERS, REFUSED
from .imported import Imported

JOB = "lossvista.compute.importers.job:import_job"
ROOM, EACH = 3 * 2**30, 60  # bytes of memory that an import may take, and for each byte of the file


def import_landscape(*paths: str | os.PathLike[str]) -> Imported:
    """Read a foreign file, in a child process; a further one holds the path on its surface (Li et al.). Raises LossvistaError with the
    reason where it is not read; a reader that crashes ends the child alone."""
    return drain(isolated(JOB, [os.fspath(path) for path in paths]))


def import_job(paths: Sequence[str]) -> Job[Imported]:
    """The same as a generator."""
    yield Progress(f"reading {Path(paths[0]).name}")
    files = [Path(path).expanduser() for path in paths]
    for file in files:
        expect_file(file)
    limit_memory(files)
    suffix = files[0].suffix.lower().replace(".hdf5", ".h5")
    if suffix in REFUSED:
        raise LossvistaError(
            f"'{files[0].name}' is not opened: {REFUSED[suffix]}.", "Export it as CSV or NPZ where it was made."
        )
    imported: Imported = find("format to import", IMPORTERS, suffix)(files[0])
    for file in files[1:]:
        from .li import with_path

        imported = with_path(imported, file)
    return imported


def expect_file(file: Path) -> None:
    """Raises LossvistaError where there is none, or nothing in it."""
    if not file.exists():
        raise LossvistaError(f"There is no file '{file}'.", "Check the path.")
    if not file.is_file():
        raise LossvistaError(f"'{file}' is no regular file.", "Give a file.")
    if not file.stat().st_size:
        raise LossvistaError(f"'{file.name}' is empty.", "Write it again with the program that made it.")


def limit_memory(files: Sequence[Path]) -> None:
    """Of this process, where the system has such limits: what a damaged file claims is then refused, not granted."""
    try:
        import resource
    except ImportError:  # Windows
        return
    size = ROOM + EACH * sum(file.stat().st_size for file in files)
    resource.setrlimit(resource.RLIMIT_AS, (_mapped() + size, resource.getrlimit(resource.RLIMIT_AS)[1]))


def _mapped() -> int:
    """Bytes of address space that this process has taken already (Linux; elsewhere a generous guess)."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 16 * 2**30
