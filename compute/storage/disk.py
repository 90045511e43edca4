"""Disk: bytes reach it whole or not at all; what goes wrong there becomes a sentence."""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import shutil
import stat
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from ..errors import LossvistaError, OutOfSpace

_FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}
_HELD = {errno.EACCES, errno.EPERM, errno.EBUSY}
PATIENCE = 3.0  # seconds for which a file that another program holds is tried again


def real(path: str | os.PathLike[str]) -> Path:
    """The file that is meant: links are followed, so that a link stays a link when its file is replaced."""
    return Path(os.path.realpath(path))


def put(
    path: str | os.PathLike[str], data: bytes, *, rename: bool = True, like: str | os.PathLike[str] | None = None
) -> Path:
    """Write a file: temporary file in the same folder, fsync, replace. So the file is the old or the complete new one.

    Until it is whole nobody else can read it; then it has the permissions of the file that it replaces (or of `like`, where that is
    there), else those that new files get. Where another program holds the old file for more than `PATIENCE`, the data goes to a new
    name beside it, if `rename`.
    Returns where it went. Raises OutOfSpace (the old file is intact, the temporary one gone) or LossvistaError."""
    target = _target(path)
    temporary = _temporary(target)
    try:
        descriptor = _private(temporary)
        try:
            write_whole(descriptor, data)
            _make_ready(descriptor, target if like is None else real(like))
        finally:
            os.close(descriptor)
        target = _replace(temporary, target, rename)
    except OSError as error:
        raise trouble(error, target, len(data)) from error
    finally:
        with suppress(OSError):
            temporary.unlink()
    sync_folder(target.parent)
    return target


@contextmanager
def beside(path: str | os.PathLike[str]) -> Generator[Path]:
    """As `put`, for a writer that wants a name: an empty file for it, which takes the place of `path` when the block ends, and is
    removed where it ends with an error."""
    target = _target(path)
    temporary = _temporary(target)
    try:
        os.close(_private(temporary))
        yield temporary
        descriptor = os.open(temporary, os.O_RDWR)
        try:
            _make_ready(descriptor, target)
        finally:
            os.close(descriptor)
        _replace(temporary, target, rename=False)
    except OSError as error:
        raise trouble(error, target) from error
    finally:
        with suppress(OSError):
            temporary.unlink()
    sync_folder(target.parent)


def write_whole(descriptor: int, data: bytes) -> None:
    """All bytes, in a loop: a disk that fills up may accept a part without an error."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest[: 1 << 30]) :]


def sync(descriptor: int) -> None:
    """To the platter. On macOS fsync stops at the drive's cache; F_FULLFSYNC does not."""
    os.fsync(descriptor)
    with suppress(ImportError, AttributeError, OSError):
        import fcntl

        fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)  # pyright: ignore[reportAttributeAccessIssue]


def sync_folder(folder: Path) -> None:
    """Make a new name in a folder outlive a power cut, where the system can (not Windows, not every file system)."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def sweep(path: str | os.PathLike[str]) -> None:
    """Remove the temporary files that killed writers of this file left."""
    target = real(path)
    sweep_folder(target.parent, _tag(target))


def sweep_folder(folder: Path, tag: str = "*") -> None:
    """Remove the temporary files that killed writers left in a folder: of all files, or of the one with this tag."""
    with suppress(OSError):
        for left in folder.glob(f".lossvista-{tag}-*.tmp"):
            writer = left.name.split("-")[2]
            if writer.isdigit() and not alive(int(writer)):
                with suppress(OSError):
                    left.unlink()


def alive(pid: int) -> bool:
    """Whether a process of this machine runs under that number."""
    if os.name == "nt":  # os.kill would end it
        import ctypes

        kernel = ctypes.windll.kernel32  # pyright: ignore[reportAttributeAccessIssue]
        handle = kernel.OpenProcess(0x00100000, False, pid)  # SYNCHRONIZE
        if not handle:
            return kernel.GetLastError() == 5  # there, but not ours to open
        try:
            return kernel.WaitForSingleObject(handle, 0) == 0x102  # WAIT_TIMEOUT: has not ended
        finally:
            kernel.CloseHandle(handle)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def trouble(error: OSError, path: Path, size: int = 0) -> LossvistaError:
    """The sentence for an OSError met while writing `size` bytes to `path`."""
    folder = path.parent
    if error.errno in _FULL:
        free = f"{_amount(_free(folder))} are free there" if _free(folder) is not None else "nothing is free there"
        needs = f"{path.name} needs {_amount(size)}, " if size else ""
        return OutOfSpace(
            f"The disk that holds {folder} is full or its quota is used up: {needs}{free}.",
            "What was saved before is whole. Make room and repeat, or choose another folder.",
        )
    if error.errno == errno.ENOENT:
        return LossvistaError(f"There is no folder {folder}.", "Make it, or choose another one.")
    if error.errno == errno.ENOTDIR:
        return LossvistaError(f"{folder} is not a folder.", "Choose another place for the file.")
    if error.errno == errno.ENAMETOOLONG:
        return LossvistaError(f"The name {path.name[:40]}… is too long for this disk.", "Choose a shorter one.")
    if error.errno == errno.EROFS or error.errno in _HELD:
        return LossvistaError(
            f"The folder {folder} cannot be written to ({error.strerror or error}).",
            "Choose another folder, or change its permissions.",
        )
    return LossvistaError(
        f"{path} could not be written: {error.strerror or error}.", "Try again, or choose another folder."
    )


def _replace(temporary: Path, target: Path, rename: bool) -> Path:
    give_up = time.monotonic() + PATIENCE
    while True:
        try:
            temporary.replace(target)
            return target
        except OSError as error:
            if error.errno not in _HELD or not target.exists():
                raise
            if time.monotonic() > give_up:
                if not rename:
                    raise
                break
        time.sleep(0.1)
    free = _free_name(target)
    temporary.replace(free)
    return free


def _target(path: str | os.PathLike[str]) -> Path:
    target = real(path)
    if target.is_dir():
        raise LossvistaError(f"{target} is a folder, so no file can be written there.", "Give a file name.")
    return target


def _private(temporary: Path) -> int:
    """The descriptor of a new file that only this user can open."""
    return os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), 0o600)


def _make_ready(descriptor: int, like: Path) -> None:
    """Give what was written the permissions of `like`, and sync it."""
    if os.name != "nt":
        with suppress(OSError):  # some disks know no permissions
            os.fchmod(descriptor, _mode(like))
    sync(descriptor)


def _mode(like: Path) -> int:
    """The permissions of a regular file; where there is none, those of new files."""
    with suppress(OSError):
        status = like.stat()
        if stat.S_ISREG(status.st_mode):
            return stat.S_IMODE(status.st_mode)
    return 0o666 & ~_umask()


def _umask() -> int:
    """Linux tells it; elsewhere it must be set to be read, and other threads' new files are for a moment this user's alone."""
    with suppress(OSError, StopIteration, ValueError), Path("/proc/self/status").open("rb") as status:
        return int(next(line for line in status if line.startswith(b"Umask:")).split()[1], 8)
    umask = os.umask(0o077)
    os.umask(umask)
    return umask


def _free_name(target: Path) -> Path:
    number = 2
    while (name := target.with_name(f"{target.stem} ({number}){target.suffix}")).exists():
        number += 1
    return name


def _temporary(target: Path) -> Path:
    """Short whatever the target's name, which may already be as long as the file system allows."""
    return target.parent / f".lossvista-{_tag(target)}-{os.getpid()}-{secrets.token_hex(4)}.tmp"


def _tag(target: Path) -> str:
    return hashlib.sha256(os.fsencode(target.name)).hexdigest()[:8]


def _free(folder: Path) -> int | None:
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None


def _amount(size: int | None) -> str:
    value, units = float(size or 0), ["bytes", "KiB", "MiB", "GiB", "TiB"]
    while value >= 1024 and len(units) > 1:
        value /= 1024
        del units[0]
    return f"{value:.0f} bytes" if units[0] == "bytes" else f"{value:.1f} {units[0]}"
