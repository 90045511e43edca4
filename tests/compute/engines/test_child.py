"""The child engine with real processes: the numbers of `inline`, whatever becomes of the workers (faults 1–3)."""

import os
import pickle
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import torch

from lossvista.compute.child import Child
from lossvista.compute.cli import main
from lossvista.compute.engines.auto import auto, here
from lossvista.compute.engines.bench import Bench
from lossvista.compute.engines.child import Processes, Seat, child, seats
from lossvista.compute.engines.crew import drive
from lossvista.compute.engines.inline import inline
from lossvista.compute.errors import LossvistaError
from lossvista.compute.isolated import isolated
from lossvista.compute.progress import drain
from lossvista.compute.run import run
from lossvista.compute.storage import load
from lossvista.compute.surface import Mark, Patch, Surface

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")


def collected(items, grid) -> tuple[Surface, list[str]]:
    """The surface and the lines of the log; no point comes twice."""
    surface, lines = Surface(grid), []
    for item in items:
        if isinstance(item, Patch):
            assert (surface.evaluated.flat[item.index] == Mark.NOT_YET).all()
            surface.add(item)
        elif item:
            lines.append(item)
    return surface, lines


def ended(pid: int) -> bool:
    """Whether the process is gone, looked at until it is; a minute at most."""
    for _ in range(6000):
        state = Path(f"/proc/{pid}/stat")
        try:
            if not state.exists() or state.read_text().split(") ")[1][0] == "Z":
                return True
        except ProcessLookupError:
            return True
        time.sleep(0.01)
    return False


@pytest.mark.parametrize("draw", range(3))
def test_a_killed_worker_costs_no_point_and_no_bit(place, draw: int) -> None:
    blueprint, tasks = place.blueprint()
    grid = blueprint.recipe.grid()
    wanted, _ = collected(inline(blueprint, tasks), grid)
    place.order({random.Random(draw).randrange(81): "end once"})
    crew = Processes(blueprint, [Seat("cpu", 1)] * 2)
    found, lines = collected(drive(crew, tasks), grid)
    assert (place.folder / "ended").exists() and (found.evaluated == Mark.EVALUATED).all()
    for name, values in wanted.fields.items():
        assert np.array_equal(values, found.fields[name])
    assert [line for line in lines if "restarted" in line] == [
        "The computing process was killed. Another one takes its place: worker restarted (1)."
    ]
    assert crew.pids == []


def test_poison_is_marked_and_the_rest_completes(place, capsys) -> None:
    out = place.folder / "a.h5"
    place.order({33: "end"}, resolution=7)
    recipe = place.recipe(resolution=7)
    command = ["compute", "--problem", recipe.problem, "--ignore", "none", "--normalization", "none"]
    command += ["--resolution", "7", "--engine", "child", "--workers", "2", "--out", str(out)]
    assert main(command) == 3
    surface = load(out).surface
    assert list(np.flatnonzero(surface.evaluated == Mark.FAILED)) == [33]
    assert (surface.evaluated == Mark.EVALUATED).sum() == 48
    assert np.isfinite(surface.values("train_loss")).sum() == 48
    said = capsys.readouterr().err
    assert said.count("ended its worker 3 times, alone") == 1
    assert main(command) == 3  # finished: the same answer, and nothing to do
    assert "holds this landscape already" in capsys.readouterr().err


def test_cancelling_does_not_wait_for_a_point(place) -> None:
    place.order({0: "wait", 80: "wait"})
    blueprint, tasks = place.blueprint(workers=2)
    items = child(blueprint, tasks)
    while len(place.waiting) < 2:
        next(items)  # None, in silence: the drain gets control again
    items.close()
    assert all(map(ended, place.waiting))


def test_a_cancelled_job_of_the_window_leaves_no_worker(place) -> None:
    place.order({0: "wait"})
    job = isolated("lossvista.compute.run:run", place.recipe(engine="child"))
    while not place.waiting:
        next(job)
    job.close()
    assert ended(place.waiting[0])


def test_a_stopped_run_goes_on_with_another_engine(place) -> None:
    out, whole = str(place.folder / "a.h5"), drain(run(place.recipe()))
    job = run(place.recipe(engine="child"), out)
    first = next(step.patch for step in job if step.patch is not None)
    job.close()
    rest = [step.patch for step in run(place.recipe(), out) if step.patch is not None]
    assert not set(first.index) & {k for patch in rest for k in patch.index}
    for name, values in whole.surface.fields.items():
        assert np.array_equal(values, load(out).surface.fields[name])


DRIVER = """
import sys
from lossvista.compute.isolated import isolated
from lossvista.compute.progress import drain
from lossvista.compute.recipe import Recipe
recipe = Recipe.of(problem=sys.argv[1], ignore="none", normalization="none", resolution=9, engine="child")
drain(isolated("lossvista.compute.run:run", recipe))
"""


def test_workers_end_when_the_window_is_killed(place) -> None:
    """Which has the driver as its child: that one ends, and its workers do (fault 3)."""
    place.order({0: "wait"})
    driver = subprocess.Popen([sys.executable, "-c", DRIVER, str(place.folder / "mine.py")])
    while not place.waiting:
        assert driver.poll() is None
        time.sleep(0.01)
    driver.kill()
    driver.wait()
    assert ended(place.waiting[0])


def test_ctrl_c_ends_the_workers_and_leaves_a_journal(place) -> None:
    place.order({80: "wait"})
    out = place.folder / "a.h5"
    command = [sys.executable, "-c", "import sys; from lossvista.compute.cli import main; sys.exit(main())", "compute"]
    command += ["--problem", str(place.folder / "mine.py"), "--ignore", "none", "--normalization", "none"]
    command += ["--resolution", "9", "--engine", "child", "--out", str(out)]
    driver = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    while not place.waiting:
        assert driver.poll() is None
        time.sleep(0.01)
    driver.send_signal(signal.SIGINT)
    _, said = driver.communicate()
    assert driver.returncode == 130 and "Interrupted" in said
    assert ended(place.waiting[0]) and Path(f"{out}.journal").is_file()


def test_a_mistake_of_the_problem_is_told_as_it_is_inline(place) -> None:
    place.order({40 - 9: "fail"})
    for engine in ("inline", "child"):
        with pytest.raises(LossvistaError, match="the network has no value here") as caught:
            drain(run(place.recipe(engine=engine)))
        assert "In your code" in caught.value.details and "mine.py" in caught.value.details


def test_a_blueprint_builds_the_same_bench_elsewhere_or_says_what_differs(place) -> None:
    blueprint, tasks = place.blueprint()
    other = pickle.loads(pickle.dumps(blueprint))
    assert isinstance(other.bench, Bench)
    one, two = (b.bench.patch(tasks[0].part(0, 5)) for b in (blueprint, other))
    assert all(np.array_equal(one.fields[name], two.fields[name]) for name in one.fields)
    source = place.folder / "mine.py"
    source.write_text(source.read_text(encoding="utf-8").replace("manual_seed(5)", "manual_seed(6)"), encoding="utf-8")
    with pytest.raises(LossvistaError, match="found other code and data than the driver"):
        _ = pickle.loads(pickle.dumps(blueprint)).bench
    older = pickle.loads(pickle.dumps(blueprint))
    older.version = "0.0.1"
    with pytest.raises(LossvistaError, match=r"the driver 0\.0\.1"):
        _ = older.bench


def test_a_cpu_is_one_device_whose_threads_are_divided() -> None:
    threads = torch.get_num_threads()
    assert seats("cpu", 0) == [Seat("cpu", threads)]
    assert seats("cpu", 3) == [Seat("cpu", max(1, threads // 3))] * 3


def test_a_blueprint_takes_no_more_along_than_its_axes(place) -> None:
    blueprint, _ = place.blueprint()
    buffer = torch.arange(10.0**6)
    blueprint.axes = [{"theta": buffer[:2]}, {"theta": buffer[2:4]}]
    data = pickle.dumps(blueprint)
    assert len(data) < 10**5
    assert [axis["theta"].tolist() for axis in pickle.loads(data).axes] == [[0, 1], [2, 3]]


def test_auto_is_this_process_for_one_device_and_workers_for_several(place) -> None:
    blueprint, tasks = place.blueprint(device="cpu")
    assert auto(blueprint, tasks).gi_code is here.__code__
    blueprint, tasks = place.blueprint(device="cpu", workers=2)
    assert auto(blueprint, tasks).gi_code is drive.__code__


@pytest.mark.skipif(not torch.cuda.is_available(), reason="NO GPU: one worker a GPU was not run")
def test_each_gpu_has_a_worker() -> None:
    assert [seat.device for seat in seats("auto", 0)] == [f"cuda:{k}" for k in range(torch.cuda.device_count())]
    assert [seat.device for seat in seats("cuda:0", 2)] == ["cuda:0", "cuda:0"]


def test_the_users_own_files_are_not_taken_for_pythons(place) -> None:
    """A worker starts with a clean path, although the driver has the problem's folder on its own."""
    for name in ("random", "queue", "app", "compute"):
        (place.folder / f"{name}.py").write_text("raise SystemExit('taken for a module of Python')")
    blueprint, tasks = place.blueprint()
    surface, _ = collected(child(blueprint, tasks), blueprint.recipe.grid())
    assert surface.complete


def test_a_child_says_that_it_has_ended() -> None:
    process = Child("os:abort", b"")
    while (event := process.next(0.05))[0] == "silence":
        pass
    assert event == ("died", -signal.SIGABRT)
    process.end()
