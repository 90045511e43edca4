"""A few variants of every kind of file that is read; `python tests/long/fuzz.py` reads 10,000 of each."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
FAULTS = ("wrong", "exception", "crash", "hang", "memory", "code run", "other file read")


@pytest.mark.skipif(os.name == "nt", reason="forks, and limits of POSIX")
def test_no_damaged_or_hostile_file_does_more_than_give_a_sentence():
    """Each variant is refused with a sentence, opened unchanged, or opened with other values where the format has no checksum; the
    reader neither crashes nor hangs (but in a child process, which the person is told of), runs no code of the file and opens no
    other file. The variants are always the same, so a failure is a change of a reader."""
    done = subprocess.run([sys.executable, HERE / "fuzz.py", "--count", "12", "--json"], capture_output=True, text=True)
    assert done.stdout, done.stderr
    found = json.loads(done.stdout)
    assert len(found) >= 25
    faults = {name: counts for name, counts in found.items() if set(counts) & set(FAULTS)}
    assert not faults and done.returncode == 0
    assert all(sum(counts.values()) == 12 for counts in found.values())
    assert sum(counts.get("sentence", 0) for counts in found.values()) > 100
