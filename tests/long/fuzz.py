"""Fuzz: damaged and hostile versions of every kind of file that is read, many thousands of them, and what became of each.

    python tests/long/fuzz.py [--count 10000] [--first 0] [--seed 0] [--keep FOLDER] [READER …]

Each variant is one of four things: refused with a sentence, opened unchanged, opened with other values (formats without checksums
cannot know), or a fault: another value in spite of a checksum, an exception, a crash, a hang, more than 2 GiB of memory, code that
was run, another file that was opened. A crash or a hang is no fault where the reader runs in a child process and the person gets
a sentence: that is tried out with the first ones. Variants are read in processes that are forked for some at a time and have
limited memory; the same seed draws the same variants. The exit code is 1 where there was a fault; --keep keeps the files."""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import select
import shutil
import signal
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import variants as v
from readers import READERS, Reader, fingerprint

SLICE, CPU, WALL = 100, 6, 120  # variants a process; seconds of CPU, and of silence, after which a variant hangs
MEMORY = 2 * 2**30
GOOD = ("sentence", "unchanged", "other values", "crash told", "hang told")
BAD = ("wrong", "exception", "crash", "hang", "memory", "code run", "other file read")
HERE = Path(__file__).parents[2]
PLACES = tuple(
    map(os.path.realpath, (sys.prefix, sys.base_prefix, HERE, "/proc", "/sys", "/dev/null", "/usr", "/lib", "/etc"))
)


def variant(reader: Reader, seeds: list[bytes], number: str) -> tuple[bytes, int, bool]:
    """The bytes, of which seed they are, and whether they are forged."""
    draw = random.Random(number)
    which = draw.randrange(len(seeds))
    forged = bool(reader.forging) and draw.random() < 0.6
    change = draw.choice(reader.forging if forged else reader.changes)
    try:
        data = change(seeds[which], draw)
    except Exception:  # what a library does not let one write is no variant
        data, forged = v.flipped(seeds[which], draw), False
    return data, which, forged


def outcome(reader: Reader, path: Path, whole: str, forged: bool, opened: list[str]) -> str:
    """What became of one variant."""
    from lossvista.compute.errors import LossvistaError, OutOfSpace

    opened.clear()
    try:
        found = reader.read(path)
        got = "unchanged" if fingerprint(found) == whole else "other values"
        if got == "other values" and (reader.checked == "all" or (reader.checked and not forged)):
            got = "wrong"
    except OutOfSpace:
        got = "memory"
    except MemoryError:
        got = "sentence" if reader.apart else "memory"  # its child process makes a sentence of that
    except LossvistaError as error:
        got = "sentence" if str(error).strip() else "exception"
    except Exception:
        Path(path.parent, "trace").write_text(traceback.format_exc())
        got = "exception"
    if Path("exploded").exists():
        return "code run"
    return f"other file read: {opened[0]}" if opened else got


def read_slice(
    reader: Reader, name: str, seeds: list[bytes], wholes: list[str], room: Path, numbers: range, seed: int, tell: int
) -> None:
    """In a process of its own: read some variants and tell of each, "number outcome", after its number alone."""
    opened: list[str] = []

    def hear(event: str, arguments: tuple) -> None:
        if event == "open" and isinstance(arguments[0], str) and not reader.names_others:
            path = str(Path(arguments[0]).absolute())
            if "secret" in path or not os.path.realpath(path).startswith((str(room), *PLACES)):
                opened.append(path)

    os.chdir(room)
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    warnings.simplefilter("ignore")
    path, keep = room / reader.name, {reader.name, "secret", "secret.mtl", "secret.h5", *reader.beside}
    sys.addaudithook(hear)
    for number in numbers:
        data, which, forged = variant(reader, seeds, f"{seed}/{name}/{number}")
        for left in room.iterdir():
            if left.name not in keep:
                shutil.rmtree(left) if left.is_dir() else left.unlink()
        for other, held in reader.beside.items():
            Path(other).write_bytes(held)
        path.write_bytes(data)
        used = resource.getrusage(resource.RUSAGE_SELF)
        limit = int(used.ru_utime + used.ru_stime) + CPU
        resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.getrlimit(resource.RLIMIT_CPU)[1]))
        os.write(tell, f"{number}\n".encode())
        os.write(tell, f"{number} {outcome(reader, path, wholes[which], forged, opened)}\n".encode())


def lines_of(pipe: int) -> Iterator[str | None]:
    """Whole lines; None after so long a silence; ends with the pipe."""
    rest = b""
    while True:
        if not select.select([pipe], [], [], WALL)[0]:
            yield None
            continue
        data = os.read(pipe, 1 << 16)
        if not data:
            return
        *whole, rest = (rest + data).split(b"\n")
        yield from (line.decode() for line in whole)


def fuzz(name: str, first: int, count: int, seed: int, keep: Path | None) -> Counter[str]:
    """Variants number first … first + count − 1 of one reader."""
    from lossvista.compute.importers.job import _mapped

    reader, counts = READERS[name], Counter[str]()
    with tempfile.TemporaryDirectory(prefix="fuzz-") as made:
        room = Path(made, "room").resolve()
        room.mkdir()
        for secret in (Path(made, "secret"), room / "secret", room / "secret.mtl", room / "secret.h5"):
            secret.write_bytes(b"SECRET\n" * 100)
            os.utime(secret, (1, 2))
        seeds = reader.seeds(room)
        wholes = []
        for other, held in reader.beside.items():
            (room / other).write_bytes(held)
        for data in seeds:
            (room / reader.name).write_bytes(data)
            wholes.append(fingerprint(reader.read(room / reader.name)))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        todo, end, crashes = first, first + count, list[Path]()
        while todo < end:
            hear, tell = os.pipe()
            child = os.fork()
            if child == 0:
                code = 1
                with suppress(BaseException):
                    os.close(hear)
                    resource.setrlimit(resource.RLIMIT_AS, (_mapped() + MEMORY, resource.RLIM_INFINITY))
                    read_slice(reader, name, seeds, wholes, room, range(todo, min(todo + SLICE, end)), seed, tell)
                    code = 0
                os._exit(code)
            os.close(tell)
            begun, hung = -1, False
            for line in lines_of(hear):
                if line is None:
                    hung = True
                    os.kill(child, signal.SIGKILL)
                    continue
                number, _, got = line.partition(" ")
                begun = int(number)
                if got:
                    counts[got.partition(":")[0]] += 1
                    todo = begun + 1
                    if got not in GOOD:
                        kept(keep, name, room, reader, got)
            os.close(hear)
            _, status = os.waitpid(child, 0)
            if begun >= todo:  # it ended in the middle of that one
                got = "hang" if hung or (os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU) else "crash"
                if reader.apart:
                    if sum(one.name.startswith(got) for one in crashes) < 2:
                        crashes.append(Path(made, f"{got}-{len(crashes)}-{reader.name}"))
                        shutil.copy(room / reader.name, crashes[-1])
                    got = f"{got} told"
                else:
                    kept(keep, name, room, reader, got)
                counts[got] += 1
                todo = begun + 1
            elif os.WIFEXITED(status) and os.WEXITSTATUS(status):
                raise SystemExit(f"{name}: the reading process failed at {todo}")
        for crash in crashes:
            if not told_of(crash):
                shutil.copy(crash, room / reader.name)
                kept(keep, name, room, reader, "crash")
                counts["crash"] += 1
        if any(secret.stat().st_atime != 1 for secret in (Path(made, "secret"), room / "secret", room / "secret.h5")):
            counts["other file read"] += 1
    return counts


def told_of(path: Path) -> bool:
    """Whether the import of a file on which its reader crashes is a sentence."""
    from lossvista.compute.errors import LossvistaError
    from lossvista.compute.importers.job import import_landscape

    try:
        import_landscape(path)
    except LossvistaError as error:
        return bool(str(error))
    return True


def kept(folder: Path | None, name: str, room: Path, reader: Reader, got: str) -> None:
    """Keep a file that is a fault, with its traceback."""
    if folder is None:
        return
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"{name}-{got.replace('/', '_')[:60]}-{len(list(folder.iterdir()))}"
    for source in (room / reader.name, room / "trace"):
        if source.exists():
            shutil.copy(source, folder / f"{stem}-{source.name}")


def main() -> int:
    """Fuzz and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("readers", nargs="*", default=[], metavar="READER", help=", ".join(READERS))
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--first", type=int, default=0, help="number of the first variant, to go on in pieces")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--json", action="store_true", help="one JSON object in place of the table")
    given = parser.parse_args()
    names, found, bad = given.readers or list(READERS), {}, False
    for name in names:
        begun = time.monotonic()
        found[name] = fuzz(name, given.first, given.count, given.seed, given.keep)
        bad |= any(found[name][kind] for kind in BAD)
        if not given.json:
            row = ", ".join(f"{found[name][kind]:,} {kind}" for kind in (*GOOD, *BAD) if found[name][kind])
            print(f"| {name} | {sum(found[name].values()):,} | {row} | {time.monotonic() - begun:.0f} s |", flush=True)
    if given.json:
        print(json.dumps(found))
    return int(bad)


if __name__ == "__main__":
    sys.exit(main())
