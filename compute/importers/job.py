"""Job: an import as a generator, to run in a child process whose memory is limited."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from ..doors import find
from ..errors import LossvistaError
from ..isolated import isolated
from ..progress import Job, Progress, drain
from ..there import is_file, is_there
from . import IMPORTERS, REFUSED
from .imported import Imported

JOB = "lossvista.compute.importers.job:import_job"
ROOM, EACH = 3 * 2**30, 60  # bytes of memory that an import may take, and for each byte of the file
SECONDS, EACH_MIB = 30, 2  # of computing that it may take, and for each MiB


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
    limit(files)
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
    if not is_there(file):
        raise LossvistaError(f"There is no file '{file}'.", "Check the path.")
    if not is_file(file):
        raise LossvistaError(f"'{file}' is no regular file.", "Give a file.")
    if not file.stat().st_size:
        raise LossvistaError(f"'{file.name}' is empty.", "Write it again with the program that made it.")


def limit(files: Sequence[Path]) -> None:
    """Of this process's memory and computing time, where the system has such limits: what a damaged file claims is then refused,
    not granted, and a reader that loops in it is ended."""
    try:
        import resource
    except ImportError:  # Windows
        return
    size = sum(file.stat().st_size for file in files)
    room = _mapped() + ROOM + EACH * size
    resource.setrlimit(resource.RLIMIT_AS, (room, resource.getrlimit(resource.RLIMIT_AS)[1]))
    spent = resource.getrusage(resource.RUSAGE_SELF)
    end = int(spent.ru_utime + spent.ru_stime) + 1 + SECONDS + EACH_MIB * size // 2**20
    resource.setrlimit(resource.RLIMIT_CPU, (end, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _mapped() -> int:
    """Bytes of address space that this process has taken already (Linux; elsewhere a generous guess)."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 16 * 2**30
