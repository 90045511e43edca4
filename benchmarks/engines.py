"""What engines cost and give, measured: `python benchmarks/engines.py [--quick]` prints a table for README.md.

Every comparison alternates within one run and reports medians. CPU seconds (of this process and of the workers that it waited for) stand
beside wall seconds, because on a machine that others use the wall says little. Not part of the tests.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

import numpy as np
import torch

import lossvista
from lossvista.compute.blueprint import Blueprint
from lossvista.compute.engines import crew, dispatch
from lossvista.compute.engines.child import Processes, seats
from lossvista.compute.engines.inline import inline
from lossvista.compute.engines.task import Task
from lossvista.compute.isolated import isolated
from lossvista.compute.prepare import plane_of, prepare
from lossvista.compute.problem.build import build_problem
from lossvista.compute.recipe import Recipe
from lossvista.compute.run import run
from lossvista.compute.surface import Patch

RUN = "lossvista.compute.run:run"


class Folder:
    """First weights of networks by name, as checkpoint files: what a point costs does not depend on what was learnt."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def recipe(self, model: str, data: str = "digits:all", **changes) -> Recipe:
        weights = self.path / f"{model}.pt"
        chosen = {"model": model, "data": data, "weights": (str(weights),), "download": False}
        if not weights.exists():
            torch.save(build_problem(Recipe.of(**chosen)).model.state_dict(), weights)
        return Recipe.of(**{**chosen, **changes})


def resnet56(images: str, weights: str) -> Recipe:
    """A small plane of it."""
    chosen = {"model": "resnet56", "data": f"imagefolder:{images}", "weights": (weights,)}
    return Recipe.of(**chosen, samples=200, resolution=7)


def job(recipe: Recipe) -> tuple[Blueprint, list[Task]]:
    prepared = prepare(recipe)
    plane, directions = plane_of(prepared)
    grid = prepared.recipe.grid(directions.extent)
    order = grid.coarse_to_fine()
    return Blueprint.of(prepared, plane.axes, ()), [Task(order, grid.points(order))]


@contextmanager
def timed() -> Iterator[list[float]]:
    """[wall seconds, CPU seconds] of what is done within, ended workers included."""
    found = [0.0, 0.0]
    wall, before = time.perf_counter(), sum(os.times()[:4])
    yield found
    found[:] = time.perf_counter() - wall, sum(os.times()[:4]) - before


def median(repeats: int, *what: Callable[[], list[float]]) -> list[list[float]]:
    """Medians of [wall, CPU] of each, measured in turn."""
    rounds = [[one() for one in what] for _ in range(repeats)]
    return [[statistics.median(r[k][i] for r in rounds) for i in range(2)] for k in range(len(what))]


def after_start(processes: Processes, tasks: list[Task]) -> list[float]:
    """[wall, CPU] from the moment at which all workers are ready to the last patch: CPU seconds of the workers alone."""
    first, begun, used = [], 0.0, 0.0
    events = processes.events

    def watched(patience: float):
        nonlocal begun, used
        found = events(patience)
        first.extend(e for e in found if e[1] == "ready")
        if len(first) < processes.size:  # nobody begins before all can
            return [e for e in found if e[1] not in ("ready",)]
        if not begun:
            begun, used = time.perf_counter(), _used(processes.pids)
            return first + [e for e in found if e[1] != "ready"]
        return found

    processes.events = watched  # type: ignore[method-assign]
    left = sum(map(len, tasks))
    stream = crew.drive(processes, tasks)
    for item in stream:
        left -= len(item.index) if isinstance(item, Patch) else 0
        if not left:
            found = [time.perf_counter() - begun, _used(processes.pids) - used]
            stream.close()
            return found
    raise AssertionError("the workers ended early")


def _used(pids: list[int]) -> float:
    """CPU seconds of these processes so far (Linux)."""
    fields = [Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split() for pid in pids]
    return sum(int(row[11]) + int(row[12]) for row in fields) / os.sysconf("SC_CLK_TCK")


def per_tile(folder: Folder, repeats: int, number: int) -> Iterator[str]:
    """What a tile costs beyond its points: tiles of one point of almost no work, less the point itself."""
    blueprint, (task,) = job(folder.recipe("mlp", resolution=51, samples=1))
    points = task.part(0, number)
    bench = blueprint.bench

    def alone() -> list[float]:
        with timed() as found:
            for place in range(number):
                bench.patch(points.part(place, place + 1))
        return found

    def dealt() -> list[float]:
        seconds, dispatch.TILE_SECONDS = dispatch.TILE_SECONDS, 0.0  # every tile one point
        try:
            before = sum(os.times()[:2])
            found = after_start(Processes(blueprint, seats("cpu", 1)), [points])
            return [found[0], found[1] + sum(os.times()[:2]) - before]
        finally:
            dispatch.TILE_SECONDS = seconds

    without, dealt_out = median(repeats, alone, dealt)
    wall, cpu = (1e3 * (b - a) / number for a, b in zip(without, dealt_out, strict=True))
    yield f"| a tile, beyond its points ({number} tiles to one worker) | {wall:.2f} ms wall, {cpu:.2f} ms CPU |"


def two_against_one(folder: Folder, repeats: int, side: int) -> Iterator[str]:
    blueprint, tasks = job(folder.recipe("cnn", resolution=side))
    threads = torch.get_num_threads()

    def workers(number: int) -> Callable[[], list[float]]:
        return lambda: after_start(Processes(blueprint, seats("cpu", number)), tasks)

    def here() -> list[float]:
        with timed() as found:
            list(inline(blueprint, tasks))
        return found

    names = [
        f"inline, {threads} threads",
        f"one worker, {threads} threads",
        f"two workers, {max(1, threads // 2)} thread(s) each",
    ]
    for name, (wall, cpu) in zip(names, median(repeats, here, workers(1), workers(2)), strict=True):
        yield f"| digits CNN, 1,797 samples, {side}×{side}: {name} | {wall:.2f} s wall, {cpu:.2f} s CPU |"


def road(folder: Folder, name: str, recipe: Recipe, repeats: int) -> Iterator[str]:
    """What run, journal, progress and child process add to the evaluation alone: CPU seconds of all processes."""
    _, (task,) = job(recipe)
    bench, counter = job(recipe)[0].bench, count()

    def alone() -> list[float]:
        with timed() as found:
            for place in range(len(task)):
                bench.row(task, place)
        return found

    def whole(started: Callable[[Path], Iterator]) -> Callable[[], list[float]]:
        def once() -> list[float]:
            begun: list[float] = []
            for step in started(folder.path / f"{recipe.model}-{next(counter)}.h5"):
                now = [time.perf_counter(), _used([os.getpid(), *_children()])]
                if step.patch is not None and not begun:  # loading, and starting processes, is not counted
                    begun, done = now, step.done
                elif step.patch is not None and step.done == step.total:
                    scale = step.total / (step.total - done)
                    found = [scale * (b - a) for a, b in zip(begun, now, strict=True)]
            return found

        return once

    ways = {
        "the evaluator alone": alone,
        "run, with journal and progress": whole(lambda out: run(recipe, str(out))),
        "the same in a child process, as in the window": whole(lambda out: isolated(RUN, recipe, str(out))),
        "the same with one worker besides": whole(
            lambda out: isolated(RUN, recipe.replace(engine="child"), str(out)),
        ),
    }
    found = median(repeats, *ways.values())
    for way, (wall, cpu) in zip(ways, found, strict=True):
        more = 100 * (cpu / found[0][1] - 1)
        yield f"| {name}, {recipe.resolution}×{recipe.resolution}: {way} | {wall:.2f} s wall, {cpu:.2f} s CPU ({more:+.1f} %) |"


def _children() -> list[int]:
    """All processes below this one (Linux)."""
    parents = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with suppress(OSError):
                parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(") ")[2].split()[1])
    below = {os.getpid()}
    while fresh := {pid for pid, parent in parents.items() if parent in below} - below:
        below |= fresh
    return sorted(below - {os.getpid()})


def growth(folder: Folder, repeats: int, quick: bool) -> Iterator[str]:
    """Exponents: seconds ~ sizeᵖ, by least squares of the logarithms."""

    def cost(recipe: Recipe) -> Callable[[], list[float]]:
        blueprint, tasks = job(recipe)
        _ = blueprint.bench

        def once() -> list[float]:
            with timed() as found:
                list(inline(blueprint, tasks))
            return found

        return once

    sides = (11, 21, 31) if quick else (11, 21, 41)
    amounts = (225, 450, 900, 1797)
    for name, sizes, recipes in (
        ("points", [side**2 for side in sides], [folder.recipe("cnn", resolution=side, samples=450) for side in sides]),
        ("samples", amounts, [folder.recipe("cnn", resolution=11, samples=n, batch_size=75) for n in amounts]),
    ):
        cpu = [row[1] for row in median(repeats, *map(cost, recipes))]
        power = np.polyfit(np.log(sizes), np.log(cpu), 1)[0]
        ends = f"{sizes[0]:,} … {sizes[-1]:,}: {cpu[0]:.2f} … {cpu[-1]:.2f} s CPU"
        yield f"| growth with {name} ({ends}) | exponent {power:.2f} |"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--quick", action="store_true", help="smaller grids, fewer repeats")
    options.add_argument(
        "--images", default="", help="CIFAR-10's images, a folder a class: the road for ResNet-56, too"
    )
    options.add_argument("--weights", default="", help="of ResNet-56 for them")
    given = options.parse_args()
    quick, real = given.quick, bool(given.images and given.weights)
    repeats, side = (3, 11) if quick else (5, 21)
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, {torch.get_num_threads()} threads, load {load:.1f} at the start; Python"
    )
    print(
        f"{platform.python_version()}, torch {torch.__version__}, Lossvista {lossvista.__version__}; {repeats} repeats, medians.\n"
    )
    print("| What | Measured |\n|---|---|")
    with tempfile.TemporaryDirectory() as name:
        folder = Folder(Path(name))
        for part in (
            per_tile(folder, repeats, 300 if quick else 1000),
            two_against_one(folder, repeats, side),
            road(folder, "digits CNN", folder.recipe("cnn", resolution=side), repeats),
            road(folder, "ResNet-56, 200 images", resnet56(given.images, given.weights), repeats) if real else (),
            growth(folder, repeats, quick),
        ):
            for line in part:
                print(line)
                sys.stdout.flush()


if __name__ == "__main__":
    main()
