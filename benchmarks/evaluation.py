"""What evaluating a point costs, measured: `python benchmarks/evaluation.py [--quick]` prints a table for README.md.

The same network, samples and directions by Lossvista, by a loop of 15 lines as an engineer would write it, by the packages of the
extra [benchmark] that are installed, and, with `--li CHECKOUT`, by Li et al.'s code, each in a process of its own. All alternate;
medians of CPU seconds (of the children too) stand beside wall seconds. One thread each unless `--threads` says otherwise: of several
threads, those that wait for one another use CPU time as well, on a shared machine most of it. Not part of the tests.
"""

from __future__ import annotations

import argparse
import copy
import importlib.metadata
import multiprocessing
import os
import platform
import resource
import statistics
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import torch
from evaluation_cases import BATCH, NETWORKS, Case, Named, case_of
from evaluation_peers import PEERS, li, peer
from torch.nn import functional as F
from torch.utils.flop_counter import FlopCounterMode

import lossvista
from lossvista.compute.engines.evaluator import Evaluator
from lossvista.compute.problem.problem import Problem

POINT = (0.3, -0.4)


def naive(case: Case, batch: int = BATCH) -> Callable[[float, float], float]:
    """The loop that one writes without a library."""
    model, (x, y) = case.model, case.samples
    weights, delta, eta = ([t[name] for name, _ in model.named_parameters()] for t in (case.theta, *case.axes))

    def at(alpha: float, beta: float) -> float:
        with torch.no_grad():
            for p, w, d, e in zip(model.parameters(), weights, delta, eta, strict=True):
                p.copy_(w + alpha * d + beta * e)
            total = 0.0
            for inputs, targets in zip(x.split(batch), y.split(batch), strict=True):
                total += F.cross_entropy(model(inputs), targets, reduction="sum").item()
        return total / len(x)

    return at


def exact(case: Case) -> float:
    """In float64."""
    wide = Case(
        copy.deepcopy(case.model).double(),
        tuple(t.double() if t.is_floating_point() else t for t in case.samples),
        {k: t.double() for k, t in case.theta.items()},
        [{k: t.double() for k, t in axis.items()} for axis in case.axes],
        16,
    )
    return naive(wide)(*POINT)


def used() -> float:
    """CPU seconds of this process and of the children that it waited for."""
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(u.ru_utime + u.ru_stime for u in both)


def measured(once: Callable[[], object], points: int) -> tuple[float, float]:
    """(CPU, wall) seconds a point."""
    cpu, wall = used(), time.perf_counter()
    for _ in range(points):
        once()
    return (used() - cpu) / points, (time.perf_counter() - wall) / points


class Program:
    """One way to evaluate, in a process of its own: what one program leaves of its memory makes another one's allocations faster or
    slower, by up to a third."""

    def __init__(self, name: str, options: argparse.Namespace) -> None:
        context = multiprocessing.get_context("spawn")
        self.name = name
        self._mine, its = context.Pipe()
        self._process = context.Process(target=_serve, args=(its, name, options))
        self._process.start()

    def ask(self, *what: object) -> Any:
        self._mine.send(what)
        return self._mine.recv()

    def end(self) -> None:
        self._mine.close()
        self._process.join()


def _serve(pipe: Any, name: str, options: argparse.Namespace) -> None:
    """("case", network, samples) → (value, CPU seconds, note), None where it is not installed; ("measure", calls) → (CPU, wall) a point;
    ("exact",) → the value in float64."""
    warnings.simplefilter("ignore")
    torch.set_num_threads(options.threads)
    if (
        "fork" in multiprocessing.get_all_start_methods()
    ):  # as in a program that is started by itself: Li et al.'s loaders fork
        multiprocessing.set_start_method("fork", force=True)
    case, once, points = None, None, 1
    while True:
        try:
            what, *given = pipe.recv()
        except EOFError:  # the end
            return
        if what == "case":
            case = case_of(*given, options.images, options.weights)
            way = _way(name, case, options)
            if way is None:
                pipe.send(None)
                continue
            once, points, note = way
            begun = used()
            pipe.send((once(), used() - begun, note))
        elif what == "measure":
            assert once is not None
            pipe.send([seconds / points for seconds in measured(once, given[0])])
        elif what == "exact":
            assert case is not None
            pipe.send(exact(case))


def _way(name: str, case: Case, options: argparse.Namespace) -> tuple[Callable[[], float], int, str] | None:
    if name == "Lossvista":
        problem = Problem(case.model, *case.samples)
        evaluator = Evaluator(problem, case.theta, case.axes, device="cpu")
        return lambda: evaluator.at(*POINT)["train_loss"], 1, evaluator.note
    if name == "naive loop":
        plain = naive(case)
        return lambda: plain(*POINT), 1, ""
    if name == "Li et al.":
        return (*li(case, POINT, options.li), "")
    found = peer(name, case, POINT)
    return None if found is None else (*found, "")


def table(named: Named, count: int, programs: list[Program], options: argparse.Namespace, peak: float) -> Iterator[str]:
    first = {program: program.ask("case", named, count) for program in programs}
    there = [program for program in programs if first[program] is not None]
    calls = {program: max(1, int(options.seconds / max(first[program][1], 1e-6))) for program in there}
    rounds: dict[Program, list[list[float]]] = {program: [] for program in there}
    for _ in range(options.rounds):
        for program in there:
            rounds[program].append(program.ask("measure", calls[program]))
    case = case_of(named, count, options.images, options.weights)
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        case.model(case.samples[0][:2])
    flops = counter.get_total_flops() / 2 * count
    truth = programs[1].ask("exact")
    found = {program: [statistics.median(r[k] for r in rounds[program]) for k in range(2)] for program in there}
    for program, (cpu, wall) in found.items():
        ratio, error = found[programs[1]][0] / cpu, abs(first[program][0] / truth - 1)
        yield (
            f"| {named.label} | {count:,} | {program.name} | {_ms(cpu)} | {_ms(wall)} | {ratio:.2f} | {count / cpu:,.0f} "
            f"| {100 * flops / cpu / peak:.0f} % | {error:.0e} |"
        )
    yield f"<!-- {named.label}: {first[programs[0]][2]} -->"


def _ms(seconds: float) -> str:
    return f"{1e3 * seconds:,.3g}" if seconds < 1 else f"{1e3 * seconds:,.0f}"


def peaks(size: int = 2048, repeats: int = 5) -> dict[str, float]:
    """Operations a CPU second of a large matrix product, by the two libraries that PyTorch brings."""
    a, b = torch.randn(size, size), torch.randn(size, size)
    ways = {"matmul": lambda: a @ b}
    if torch.backends.mkldnn.is_available():
        ways["oneDNN"] = lambda: torch.ops.mkldnn._linear_pointwise(a, b, None, "none", [], "")
    with torch.inference_mode():
        for once in ways.values():
            once()
        return {name: 2 * size**3 / min(measured(once, 1)[0] for _ in range(repeats)) for name, once in ways.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="fewer samples and rounds, no peer of [benchmark] left out"
    )
    parser.add_argument("--images", default="", help="CIFAR-10's images, a folder a class; else noise")
    parser.add_argument(
        "--weights", default="", help="folder of li2018-resnet56.t7 and -noshort.t7; else first weights"
    )
    parser.add_argument(
        "--li", default="", help="a checkout of Li et al.'s code, github.com/tomgoldstein/loss-landscape"
    )
    parser.add_argument("--only", default="", help="networks whose names contain one of these, as in digits,bert")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=0)
    parser.add_argument(
        "--seconds", type=float, default=0.2, help="CPU seconds of a measurement, where points are shorter"
    )
    options = parser.parse_args()
    options.rounds = options.rounds or (3 if options.quick else 5)
    warnings.simplefilter("ignore")
    torch.set_num_threads(options.threads)
    own = ("torch", "loss-landscapes", "losscape", "loss-landscape-3d")
    versions = [f"{name} {_version(name)}" for name in own]
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, {options.threads} thread(s), load {os.getloadavg()[0]:.1f} at the start;"
    )
    print(f"Python {platform.python_version()}, Lossvista {lossvista.__version__}, {', '.join(versions)};")
    print(f"{options.rounds} rounds, medians; batches of {BATCH} but for Lossvista and loss-landscapes.")
    speeds = peaks()
    print(
        "float32 peak of a thread: " + ", ".join(f"{name} {v / 1e9:.0f} Gflop/s" for name, v in speeds.items()) + ".\n"
    )
    print("| Network | Samples | By | CPU ms a point | Wall ms | × naive | Images/CPU s | Of the peak | Error |")
    print("|---|---|---|---|---|---|---|---|---|")
    names = ["Lossvista", "naive loop", *PEERS, *(["Li et al."] if options.li else [])]
    programs = [Program(name, options) for name in names]
    try:
        for named in NETWORKS:
            count = named.count[options.quick]
            if count and any(part in named.label.lower() for part in options.only.lower().split(",")):
                for line in table(named, count, programs, options, max(speeds.values())):
                    print(line)
                    sys.stdout.flush()
    finally:
        for program in programs:
            program.end()


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


if __name__ == "__main__":
    main()
