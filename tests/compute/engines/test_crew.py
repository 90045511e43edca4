"""drive, with a crew that evaluates here and whose workers end at poisoned points: what becomes of points of the surface and of a path."""

import numpy as np
import pytest
import torch

from lossvista.compute.cli import main
from lossvista.compute.engines import inline
from lossvista.compute.engines.crew import VAIN, drive
from lossvista.compute.errors import LossvistaError
from lossvista.compute.problem.build import load_problem
from lossvista.compute.storage import load
from lossvista.compute.surface import Mark, Patch
from lossvista.compute.training.recorder import Recorder


class Here:
    """Workers that are only names: a tile is evaluated when its result is asked for. poison: (where, index) of points at which the
    worker ends; mistakes: at which the network raises."""

    def __init__(self, blueprint, size: int = 2, poison=(), mistakes=()) -> None:
        self.blueprint, self.size, self.poison, self.mistakes = blueprint, size, set(poison), set(mistakes)
        self.has, self.hired, self.closed = {}, 0, False

    def hire(self) -> int:
        self.hired += 1
        self.has[self.hired] = None
        return self.hired

    def give(self, worker, tile) -> None:
        self.has[worker] = tile

    def events(self, patience: float):
        found = []
        for worker, tile in list(self.has.items()):
            points = set() if tile is None else {(tile.where, int(k)) for k in tile.index}
            del self.has[worker]
            if tile is None:
                found.append((worker, "ready", "hello"))
            elif points & self.poison:
                found.append((worker, "died", LossvistaError("It ended.")))
            elif points & self.mistakes:
                found.append((worker, "error", LossvistaError("A mistake.")))
            else:
                found += [(worker, "line", "printed"), (worker, "patch", (self.blueprint.bench.patch(tile), 0.01))]
        return found

    def close(self) -> None:
        self.closed = True


class Doomed(Here):
    """Whose workers end before they are ready."""

    def events(self, patience: float):
        found = [(worker, "died", LossvistaError("It ended.")) for worker in self.has]
        self.has.clear()
        return found


def test_what_came_in_before_a_mistake_is_passed_on(place) -> None:
    blueprint, tasks = place.blueprint()
    team, items = Here(blueprint, size=4, mistakes={("surface", 8)}), []
    with pytest.raises(LossvistaError, match="A mistake"):
        for item in drive(team, tasks):
            items.append(item)
    assert [int(item.index[0]) for item in items if isinstance(item, Patch)] == [0, 72, 80]  # 8 was the second of four
    assert items.count("hello") == 1 and items.count("printed") == 3 and team.closed


def test_workers_that_only_ever_end_are_not_replaced_for_ever(place) -> None:
    team = Doomed(*place.blueprint()[:1], size=1)
    with pytest.raises(LossvistaError, match=r"It ended\. So did 4 before it"):
        list(drive(team, place.blueprint()[1]))
    assert team.hired == VAIN + 2 and team.closed


def test_there_are_no_more_workers_than_points(place) -> None:
    blueprint, tasks = place.blueprint()
    team = Here(blueprint, size=50)
    list(drive(team, [tasks[0].part(0, 3)]))
    assert team.hired == 3
    idle = Here(blueprint)
    assert list(drive(idle, [])) == [] and idle.hired == 0 and idle.closed


def test_a_poisoned_checkpoint_fails_alone_and_is_not_tried_again(place, monkeypatch, capsys) -> None:
    """Through the whole road: file, exit code, and the same command again."""
    spec = str(place.folder / "mine.py")
    model = load_problem(spec).model
    with Recorder(place.folder / "path", model, problem=spec) as recorder:
        for step in range(4):
            with torch.no_grad():
                model.theta.copy_(torch.tensor([3.0 - step, 0.1 * step**2]))
            recorder.save(step=step)
    poison = [("path", 1), ("surface", 5)]
    monkeypatch.setattr(inline, "inline", lambda blueprint, tasks: drive(Here(blueprint, poison=poison), tasks))
    out = str(place.folder / "a.h5")
    command = ["compute", "--trajectory", str(place.folder / "path"), "--problem", spec]
    command += ["--directions", "pca", "--resolution", "3", "--engine", "inline", "--out", out]
    assert main(command) == 3
    said = capsys.readouterr().err
    assert said.count("ended its worker 3 times, alone") == 2 and "checkpoint 1 of 'path'" in said
    landscape = load(out)
    path = landscape.trajectories["path"]
    assert list(path["evaluated"]) == [Mark.EVALUATED, Mark.FAILED, Mark.EVALUATED, Mark.EVALUATED]
    assert list(np.isfinite(path["slice_loss"])) == [True, False, True, True]
    assert list(np.flatnonzero(landscape.surface.evaluated == Mark.FAILED)) == [5]
    assert main(command) == 3 and "holds this landscape already" in capsys.readouterr().err


def test_what_follows_a_pause_is_asked_for_when_all_before_it_was_drained(place) -> None:
    """Also where the last worker ended just before."""
    blueprint, (whole,) = place.blueprint()
    team, seen = Here(blueprint, size=2, poison={("surface", int(whole.index[4]))}), []

    def tasks():
        yield None
        for start in (0, 5, 10):
            assert len(seen) == start
            yield whole.part(start, start + 5)
            yield None

    for item in drive(team, tasks()):
        seen += list(item.index) if isinstance(item, Patch) else []
    assert sorted(seen) == sorted(whole.index[:15].tolist()) and team.closed
