"""Generators for the tests of `isolated`: importable by a child process."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from lossvista.compute.errors import LossvistaError, OutOfSpace
from lossvista.compute.progress import Progress


def counting(count):
    """Patches, with all that they import; the others stay quick to start."""
    import numpy as np

    from lossvista.compute.surface import Patch

    for k in range(count):
        yield Progress("counting", k + 1, count, patch=Patch(np.array([k]), {"train_loss": np.array([k / 2])}))
    return {"sum": sum(range(count))}


def speaking(mistake):
    yield Progress("about to fail")
    if mistake == "ours":
        raise OutOfSpace("The disk is full.", "Make room.", details="7 bytes")
    if mistake == "theirs":
        raise RuntimeError("the layers do not fit")
    if mistake == "exit":
        sys.exit(3)
    if mistake == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if mistake == "crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    if mistake == "gone":
        os._exit(7)
    if mistake == "memory":
        raise MemoryError
    if mistake == "unpicklable":
        yield lambda: None


def marked(folder, mode):
    """Leaves a file `closed` in its finally, and `pid` at its start."""
    folder = Path(folder)
    (folder / "pid").write_text(str(os.getpid()))
    try:
        if mode == "deaf":
            signal.signal(signal.SIGINT, signal.SIG_IGN)
        for step in range(10**9):
            yield Progress("working", step)
            if mode == "between":
                time.sleep(0.01)
            else:  # one step that takes for ever
                (folder / "stuck").touch()
                time.sleep(1000)
    finally:
        (folder / "closed").write_text("yes")


def printing(lines):
    print("grüße", flush=True)
    yield Progress("printing")
    os.write(1, b"from native code\n")
    subprocess.run([sys.executable, "-c", "print('from a program')"], check=True)
    sys.stderr.write("half a line")
    sys.stderr.flush()
    for k in range(lines):
        print(k)
    return input() if lines < 0 else sys.stdin.read()


def surroundings():
    yield Progress("looking")
    return {
        "modules": sorted(sys.modules),
        "nice": os.nice(0),
        "group": os.getpgrp(),
        "path": sys.path,
        "main": getattr(sys.modules["__main__"], "__file__", None),
        "cwd": str(Path.cwd()),
    }


def forgetful():
    """Leaves a thread that never ends."""
    threading.Thread(target=time.sleep, args=(1000,)).start()
    yield Progress("left a thread")
    return "done"


def strange():
    yield from (1, "two", None, LossvistaError("not raised"))
    return list(range(10**5))
