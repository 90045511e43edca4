"""Kills: a run that is killed with SIGKILL at random instants, again and again, and goes on until it is done.

    python tests/long/kills.py [--count 1000] [--seed 0]

A server process, small and without threads, forks a writer for each kill, so that a kill costs milliseconds. The instant is drawn: so
many acknowledged points after the writer's start, and then a part of the time that a point took lately; so it lies anywhere, in the
writer's beginning and in its end too, whatever else the machine does. Printed are the counts, as JSON; the exit code
is 1 where anything was lost."""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "compute" / "storage"))
from job_to_store import IDENTITY, Journal, LossvistaError, patch, start

from lossvista.compute.storage import load

POINTS = 20


def write(path: Path, pipe: int) -> None:
    """What the writer does: resume or begin, tell each point once it is acknowledged, finish."""
    journal = Journal.resume(path, IDENTITY)
    if journal is None and path.exists():
        os.write(pipe, b"z")
        return
    journal = journal or Journal.create(path, start(), IDENTITY)
    for k in sorted(journal.landscape.surface.missing.tolist()):
        journal.add(patch(k))
        os.write(pipe, bytes([ord("A") + k]))
    journal.finish()
    os.write(pipe, b"z")


def run_for(path: Path, points: int, seconds: float) -> tuple[bytes, bool, float]:
    """What a forked writer told before it was killed, so many points and seconds after its start, and whether it was; and how long a
    point took it. Below 0 points: it may end."""
    read, told = os.pipe()
    begun, words = time.perf_counter(), b""
    child = os.fork()
    if child == 0:
        code = 1
        with suppress(BaseException):
            os.close(read)
            write(path, told)
            code = 0
        os._exit(code)
    os.close(told)
    with os.fdopen(read, "rb", buffering=0) as pipe:
        while 0 < points > len(words) and (more := pipe.read(1)):
            words += more
        took = (time.perf_counter() - begun) / (len(words) + 1)
        if points >= 0:
            until = time.perf_counter() + seconds
            while time.perf_counter() < until and not os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                pass
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        words += pipe.readall()
    if not os.WIFSIGNALED(status) and os.WEXITSTATUS(status):
        raise SystemExit(f"the writer failed after {words!r}")
    return words, os.WIFSIGNALED(status), took


def check(path: Path, acknowledged: set[int], counts: Counter[str]) -> bool:
    """Count what is wrong with what lies there. Whether the run is done."""
    if path.exists():
        try:
            surface = load(path).surface
        except LossvistaError:
            counts["unreadable files"] += 1
            return True
        return _points(surface, acknowledged, counts) == POINTS
    try:
        journal = Journal.resume(path, IDENTITY)
    except LossvistaError:
        counts["unreadable files"] += 1
        return True
    if journal is None:
        counts["acknowledged points lost"] += len(acknowledged)
        return False
    with journal:
        counts["torn tails dropped"] += bool(journal.notes)
        _points(journal.landscape.surface, acknowledged, counts)
    return False


def _points(surface, acknowledged: set[int], counts: Counter[str]) -> int:
    there = np.flatnonzero(surface.evaluated)
    counts["acknowledged points lost"] += len(acknowledged - set(there.tolist()))
    values = surface.fields["train_loss"].ravel()[there] if len(there) else there + 0.5
    counts["wrong numbers"] += int((values != there + 0.5).sum())
    return len(there)


def main() -> int:
    """Kill until there were enough kills."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    random_, number = random.Random(given.seed), 0
    counts = Counter({"kills": 0, "runs": 0, "acknowledged points": 0})
    counts.update(dict.fromkeys(("acknowledged points lost", "wrong numbers", "unreadable files", "computed twice"), 0))
    with tempfile.TemporaryDirectory() as folder:
        _, _, took = run_for(Path(folder, "first.h5"), -1, 0)
        while counts["kills"] < given.count:
            path, done = Path(folder, f"{number}.h5"), False
            acknowledged: set[int] = set()
            while not done:
                enough = counts["kills"] >= given.count  # then the last run may end
                points = -1 if enough else random_.choice((0, 0, 1, 2, 3, 5, 8, 13, 20))
                words, killed, lately = run_for(path, points, random_.random() * 3 * took)
                took = 0.8 * took + 0.2 * lately
                told = [byte - ord("A") for byte in words if byte != ord("z")]
                counts["computed twice"] += len(acknowledged & set(told))
                acknowledged |= set(told)
                counts["kills"] += killed
                counts["acknowledged points"] += len(told)
                done = check(path, acknowledged, counts) or not killed
            counts["runs"] += 1
            number += 1
            for left in Path(folder).glob(f"{number - 1}.h5*"):
                left.unlink()
    print(json.dumps(counts))
    return int(
        any(counts[bad] for bad in ("acknowledged points lost", "wrong numbers", "unreadable files", "computed twice"))
    )


if __name__ == "__main__":
    sys.exit(main())
