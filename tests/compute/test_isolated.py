"""A generator in a child process behaves as one here does; its faults stay there and become sentences."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from lossvista.compute.errors import LossvistaError, OutOfSpace
from lossvista.compute.isolated import isolated
from lossvista.compute.progress import Progress, drain

HERE = str(Path(__file__).parent)
posix = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")


@pytest.fixture(autouse=True)
def targets(monkeypatch):
    """The child gets our module path, and so finds `isolated_targets`."""
    monkeypatch.syspath_prepend(HERE)


def run(target, *args, **kwargs):
    """(items without heartbeats, result)."""
    generator, items = isolated(f"isolated_targets:{target}", *args, **kwargs), []
    while True:
        try:
            items.append(next(generator))
        except StopIteration as end:
            return items, end.value


def ended(pid):
    """Whether the process is gone, looked at until it is; a minute at most."""
    for _ in range(6000):
        try:
            os.kill(pid, 0)
            if Path(f"/proc/{pid}/stat").exists() and Path(f"/proc/{pid}/stat").read_text().split(") ")[1][0] == "Z":
                return True
        except ProcessLookupError:
            return True
        time.sleep(0.01)
    return False


def test_yields_and_result_arrive_in_order():
    items, result = run("counting", 40)
    patches = [item for item in items if item.patch is not None]
    assert [item.done for item in patches] == list(range(1, 41))
    assert [float(item.patch.fields["train_loss"][0]) for item in patches] == [k / 2 for k in range(40)]
    assert result == {"sum": 780}


def test_it_drains_like_any_job():
    assert drain(isolated("isolated_targets:counting", count=3)) == {"sum": 3}


def test_items_of_any_kind_and_large_results():
    items, result = run("strange")
    kinds = [item for item in items if not isinstance(item, Progress)]
    assert kinds[:3] == [1, "two", None]
    assert isinstance(kinds[3], LossvistaError)
    assert result == list(range(10**5))


def test_our_errors_come_through_as_they_are():
    with pytest.raises(OutOfSpace) as caught:
        run("speaking", "ours")
    assert (caught.value.message, caught.value.hint) == ("The disk is full.", "Make room.")
    assert (caught.value.details, caught.value.exit_code) == ("7 bytes", 4)


@pytest.mark.parametrize(
    ("mistake", "words"),
    [
        ("theirs", "failed: RuntimeError: the layers do not fit"),
        ("exit", "failed: SystemExit: 3"),
        ("gone", "ended without a word (exit code 7)"),
        ("memory", "memory is used up"),
        ("unpicklable", "pickle"),
        pytest.param("killed", "was killed", marks=posix),
        pytest.param("crash", "crashed (SIGSEGV)", marks=posix),
    ],
)
def test_a_fault_of_the_child_becomes_a_sentence(mistake, words):
    with pytest.raises(LossvistaError) as caught:
        run("speaking", mistake)
    assert words in str(caught.value)
    assert mistake not in ("theirs", "crash") or "speaking" in caught.value.details  # where it happened


@pytest.mark.parametrize("target", ["isolated_targets:nothing", "no_such_module:run"])
def test_a_target_that_is_not_there_is_a_sentence(target):
    with pytest.raises(LossvistaError, match="failed"):
        drain(isolated(target))


def test_arguments_that_cannot_travel_are_a_sentence():
    with pytest.raises(LossvistaError, match="cannot be handed"):
        drain(isolated("isolated_targets:counting", lambda: 3))


@pytest.mark.parametrize("mode", ["between", "long step"])
def test_close_runs_the_finally_of_the_child(mode, tmp_path):
    generator = isolated("isolated_targets:marked", str(tmp_path), mode)
    while next(generator).stage != "working":
        pass
    generator.close()
    assert (tmp_path / "closed").exists()
    assert ended(int((tmp_path / "pid").read_text()))


def test_a_child_that_does_not_listen_is_killed(tmp_path):
    generator = isolated("isolated_targets:marked", str(tmp_path), "deaf")
    while not (tmp_path / "stuck").exists():
        next(generator)
    generator.close()
    assert not (tmp_path / "closed").exists()
    assert ended(int((tmp_path / "pid").read_text()))


def test_silence_yields_the_last_progress_again(tmp_path):
    generator = isolated("isolated_targets:marked", str(tmp_path), "long step")
    while next(generator).stage != "working":
        pass
    assert [next(generator) for _ in range(3)] == [Progress("working", 0)] * 3
    generator.close()


def test_a_forgotten_thread_does_not_keep_it():
    assert run("forgetful")[1] == "done"


def test_prints_become_notes_and_stdin_is_empty():
    items, result = run("printing", 3)
    notes = [item.note for item in items if item.note]
    assert notes == ["grüße", "from native code", "from a program", "half a line0", "1", "2"]
    assert result == ""


def test_a_flood_of_prints_is_thinned_and_said():
    items, _ = run("printing", 100_000)
    notes = [item.note for item in items if item.note]
    assert notes[-1] == "99999"
    left_out = sum(int(note.split()[1]) for note in notes if note.startswith("…"))
    shown = sum(1 for note in notes if not note.startswith("…"))
    assert left_out + shown == 100_000 + 3  # "half a line" and "0" are one
    assert len(items) < 10_000


def test_the_child_is_lean_polite_and_apart():
    _, seen = run("surroundings")
    assert not {"torch", "PySide6", "vtkmodules", "pyvista"} & set(seen["modules"])
    assert seen["path"][0] == HERE
    assert seen["main"] is None
    assert seen["cwd"] == str(Path.cwd())
    if os.name != "nt":
        assert seen["nice"] == min(os.nice(0) + 5, 19)
        assert seen["group"] != os.getpgrp()


SCRIPT = """
import sys
sys.path.insert(0, {here!r})
print("script ran")
from lossvista.compute.isolated import isolated
from lossvista.compute.progress import drain
print(drain(isolated("isolated_targets:counting", 4)))
"""


@pytest.mark.parametrize("how", ["script", "module", "stdin", "command"])
def test_an_unguarded_script_is_not_run_twice(how, tmp_path):
    """However Python was started: the child does not import the main script again, nor modules of the folder it is in."""
    text = SCRIPT.format(here=HERE)
    (tmp_path / "unguarded.py").write_text(text)
    (tmp_path / "random.py").write_text("raise SystemExit('shadowed')")
    start = {"script": ["unguarded.py"], "module": ["-m", "unguarded"], "stdin": ["-"], "command": ["-c", text]}[how]
    done = subprocess.run(
        [sys.executable, *(["-P"] if how != "module" else []), *start],
        cwd=tmp_path,
        input=text if how == "stdin" else None,
        capture_output=True,
        text=True,
    )
    if how == "module":  # python -m puts the folder first, for parent and child alike
        (tmp_path / "random.py").unlink()
        done = subprocess.run([sys.executable, *start], cwd=tmp_path, capture_output=True, text=True)
    assert done.stdout.splitlines() == ["script ran", "{'sum': 6}"], done.stderr


def test_it_works_from_any_thread():
    results = []
    threads = [threading.Thread(target=lambda n=n: results.append(run("counting", n)[1])) for n in (2, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(r["sum"] for r in results) == [1, 3]


PARENT = """
import sys
sys.path.insert(0, {here!r})
from lossvista.compute.isolated import isolated
generator = isolated("isolated_targets:marked", {folder!r}, {mode!r})
from pathlib import Path
while next(generator).stage != "working" or ({mode!r} != "between" and not Path({folder!r}, "stuck").exists()):
    pass
try:
    print("ready", flush=True)
    for _ in generator:
        pass
except KeyboardInterrupt:
    print("parent decides", flush=True)
    generator.close()
"""


def parent(tmp_path, mode):
    script = PARENT.format(here=HERE, folder=str(tmp_path), mode=mode)
    process = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stdout.readline() == "ready\n"
    return process, int((tmp_path / "pid").read_text())


@posix
@pytest.mark.parametrize("mode", ["between", "long step", "deaf"])
def test_the_child_ends_when_its_parent_is_killed(mode, tmp_path):
    process, child = parent(tmp_path, mode)
    process.kill()
    process.wait()
    assert ended(child)
    assert (tmp_path / "closed").exists() == (mode != "deaf")
    process.stdout.close()


def test_a_generator_that_is_left_at_exit_does_no_harm(tmp_path):
    """The interpreter ends while the child works: no crash, no hang, no child left."""
    script = PARENT.format(here=HERE, folder=str(tmp_path), mode="between").partition("try:")[0]
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert ended(int((tmp_path / "pid").read_text()))


@posix
def test_ctrl_c_reaches_the_parent_alone(tmp_path):
    """SIGINT goes to the whole foreground group of a terminal; the child is not in it."""
    process, child = parent(tmp_path, "between")
    os.killpg(process.pid, signal.SIGINT)
    assert process.communicate()[0] == "parent decides\n"
    assert process.returncode == 0
    assert (tmp_path / "closed").exists()
    assert ended(child)
