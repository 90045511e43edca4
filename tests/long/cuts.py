"""Cuts: the files as they are after every system call of a run, with many power cuts at each, and the recording of those calls
held against strace's.

    python tests/long/cuts.py [--cuts 200] [--seed 0]

Printed are the counts, as JSON. Raises AssertionError or LossvistaError at the first file that is not as it should be. Where
strace is not installed, that part is left out and said so."""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = str(Path(__file__).parents[1] / "compute" / "storage")
sys.path.insert(0, HERE)
from crashes import after_crashes, check_run, compute, old_file, record  # noqa: E402

KINDS = {  # of the system → of the recording
    "write": "write",
    "pwrite64": "write",
    "ftruncate": "truncate",
    "fsync": "fsync",
    "fdatasync": "fsync",
    "rename": "move",
    "renameat": "move",
    "renameat2": "move",
    "unlink": "unlink",
    "unlinkat": "unlink",
}
WORK = f"""
import sys
sys.path.insert(0, {HERE!r})
from pathlib import Path
from crashes import compute, old_file, record
folder = Path(sys.argv[1])
old_file(folder)
print(*(call[0] for call in record(folder, compute).calls if call[0] not in ("told", "link")))
"""


def straced(folder: Path) -> tuple[list[str], list[str]]:
    """The kinds of calls that change the folder: by our recording, and by strace."""
    trace = folder.with_suffix(".strace")
    calls = ",".join([*KINDS, "openat"])
    command = ["strace", "-f", "-y", "-qq", "-s", "0", "-o", str(trace), "-e", f"trace={calls}"]
    done = subprocess.run(
        [*command, sys.executable, "-c", WORK, str(folder)], capture_output=True, text=True, check=True
    )
    seen = []
    for line in trace.read_text().splitlines():
        kind = re.match(r"\d+ +(\w+)\(", line)
        if kind is None or kind[1] not in KINDS or str(folder) not in line or " = -1 " in line:
            continue
        seen.append(KINDS[kind[1]])
    recorded = done.stdout.split()
    return recorded, seen[len(seen) - len(recorded) :] if len(seen) >= len(recorded) else seen


def main() -> None:
    """Cut, and compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cuts", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        room = Path(made)
        for name in ("run", "traced"):
            (room / name).mkdir()
        old_file(room / "run")
        recorded = record(room / "run", compute)
        print(json.dumps(after_crashes(recorded, room / "crashed", check_run, given.cuts, given.seed)))
        if shutil.which("strace") is None:
            print("strace is not installed: the recording was not held against it")
            return
        ours, theirs = straced(room / "traced")
        assert ours == theirs, f"recorded: {' '.join(ours)}\nstrace:   {' '.join(theirs)}"
        print(json.dumps({"calls seen by strace": len(theirs), "the same calls recorded": len(ours)}))


if __name__ == "__main__":
    main()
