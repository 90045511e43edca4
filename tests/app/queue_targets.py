"""Jobs for the tests of the queue: importable by a child process, and quick to start."""

import time
from pathlib import Path

from lossvista.compute.progress import Progress


def until(out):
    """Works until the file OUT.go is there."""
    while not Path(f"{out}.go").exists():
        yield Progress("working", 1, 4, eta=60.0)
        time.sleep(0.01)
    return []
