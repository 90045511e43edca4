"""The ray engine on a cluster of this machine, started with Ray's own command, with two workers."""

import importlib.util
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from lossvista.compute.errors import LossvistaError
from lossvista.compute.isolated import isolated
from lossvista.compute.progress import drain
from lossvista.compute.run import run
from lossvista.compute.storage import load
from lossvista.compute.surface import Mark

pytestmark = [
    pytest.mark.skipif(os.name == "nt", reason="signals of POSIX"),
    pytest.mark.skipif(
        importlib.util.find_spec("ray") is None,
        reason="RAY ABSENT (pip install lossvista[cluster]): the engine was not run",
    ),
]
RUN = "lossvista.compute.run:run"
RAY = "import sys; from ray.scripts.scripts import main; sys.exit(main())"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """`ray start --head --block`, two CPUs, for this module; ended with all that it started."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="ray-", dir="/tmp", ignore_cleanup_errors=True) as folder:
        command = [sys.executable, "-c", RAY, "start", "--head", "--block", "--num-cpus=2", f"--port={port}"]
        command += ["--node-ip-address=127.0.0.1", f"--temp-dir={folder}", "--include-dashboard=false"]
        with Path(folder, "said").open("w") as said:
            environment = {
                **os.environ,
                "RAY_AUTH_MODE": "disabled",
                "RAY_USAGE_STATS_ENABLED": "0",
                "RAY_worker_niceness": "0",
            }
            head = subprocess.Popen(command, stdout=said, stderr=said, env=environment, start_new_session=True)
        try:
            while "ray start --address" not in Path(folder, "said").read_text():
                assert head.poll() is None, Path(folder, "said").read_text()
                time.sleep(0.05)
            yield f"127.0.0.1:{port}"
        finally:
            head.send_signal(signal.SIGTERM)
            try:
                head.wait(30)
            finally:
                with suppress(ProcessLookupError):
                    os.killpg(head.pid, signal.SIGKILL)


@pytest.fixture(autouse=True)
def no_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAY_AUTH_MODE", "disabled")


def ended(pid: int) -> bool:
    for _ in range(6000):
        state = Path(f"/proc/{pid}/stat")
        try:
            if not state.exists() or state.read_text().split(") ")[1][0] == "Z":
                return True
        except ProcessLookupError:
            return True
        time.sleep(0.01)
    return False


def drained(job) -> tuple[object, list[str]]:
    """(result, lines of the log)."""
    lines = []
    while True:
        try:
            step = next(job)
        except StopIteration as stop:
            return stop.value, lines
        lines += [step.note] if step.note else []


def test_a_worker_that_is_killed_and_a_point_that_kills(place, address: str) -> None:
    """The numbers of `inline` to the last bit, but for the poisoned point."""
    whole = drain(run(place.recipe()))
    place.order({0: "end once", 33: "end"})
    landscape, lines = drained(isolated(RUN, place.recipe(engine="ray", address=address, workers=2)))
    failed = landscape.surface.evaluated == Mark.FAILED
    assert list(np.flatnonzero(failed)) == [33] and (landscape.surface.evaluated[~failed] == Mark.EVALUATED).all()
    for name, values in whole.surface.fields.items():
        assert np.array_equal(values[~failed], landscape.surface.fields[name][~failed])
    assert any(
        "worker restarted (4)" in line for line in lines
    )  # once, and thrice for the poison, whose last try ends the job
    assert len([line for line in lines if "ended its worker 3 times, alone" in line]) == 1


def test_cancelled_here_and_resumed_there(place, address: str) -> None:
    whole = drain(run(place.recipe()))
    place.order({80: "wait"})
    out = str(place.folder / "a.h5")
    job = isolated(RUN, place.recipe(engine="ray", address=address), out)
    while not place.waiting:
        next(job)
    job.close()
    assert all(map(ended, place.waiting))
    place.order({})
    steps = [step for step in run(place.recipe(), out) if step.patch is not None or step.start is not None]
    started = steps[0].start.surface
    assert started.complete and 80 in {k for step in steps if step.patch for k in step.patch.index}
    for name, values in whole.surface.fields.items():
        assert np.array_equal(values, load(out).surface.fields[name])


DRIVER = """
import sys
from lossvista.compute.progress import drain
from lossvista.compute.recipe import Recipe
from lossvista.compute.run import run
drain(run(Recipe.of(problem=sys.argv[1], ignore="none", normalization="none", resolution=9, engine="ray", address=sys.argv[2])))
"""


def test_workers_end_when_their_driver_is_killed(place, address: str) -> None:
    place.order({0: "wait"})
    driver = subprocess.Popen([sys.executable, "-c", DRIVER, str(place.folder / "mine.py"), address])
    while not place.waiting:
        assert driver.poll() is None
        time.sleep(0.01)
    driver.kill()
    driver.wait()
    assert ended(place.waiting[0])


def test_a_mistake_of_the_problem_is_told_as_it_is_inline(place, address: str) -> None:
    place.order({31: "fail"})
    with pytest.raises(LossvistaError, match="the network has no value here") as caught:
        drained(isolated(RUN, place.recipe(engine="ray", address=address)))
    assert "In your code" in caught.value.details
