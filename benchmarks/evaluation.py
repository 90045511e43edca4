"""What evaluating a point costs, measured: `python benchmarks/evaluation.py [--quick]` prints a table for README.md.

The same network, samples and directions by Lossvista, by a loop of 15 lines as an engineer would write it, by the packages of the
extra [benchmark] that are installed, and, with `--li CHECKOUT`, by Li et al.'s code. All alternate within one run; medians of CPU
seconds (of the children too) stand beside wall seconds. One thread each unless `--threads` says otherwise: of several threads, those
that wait for one another use CPU time as well, on a shared machine most of it. Not part of the tests.
"""

from __future__ import annotations

import argparse
import copy
import importlib.metadata
import os
import platform
import resource
import statistics
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import torch
from evaluation_peers import Case, li, peers
from torch import nn
from torch.nn import functional as F
from torch.utils.flop_counter import FlopCounterMode

import lossvista
from lossvista.compute.directions.gaussian import gaussian
from lossvista.compute.directions.normalization import normalize
from lossvista.compute.engines.evaluator import Evaluator
from lossvista.compute.problem.build import build_problem
from lossvista.compute.problem.data import load_data
from lossvista.compute.problem.models import build_model
from lossvista.compute.problem.problem import Problem
from lossvista.compute.recipe import Recipe
from lossvista.compute.weights import biases_and_norms, units, weights_of

POINT = (0.3, -0.4)
BATCH = 128  # of everybody else: Li et al.'s
CIFAR_MEAN, CIFAR_SPREAD = (125.3, 123.0, 113.9), (63.0, 62.1, 66.7)  # of 255: Li et al.'s


def naive(case: Case) -> Callable[[float, float], float]:
    """The loop that one writes without a library."""
    model, (x, y) = case.model, case.samples
    weights = [p.detach().clone() for p in model.parameters()]
    delta, eta = ([axis[name] for name, _ in model.named_parameters()] for axis in case.axes)

    def at(alpha: float, beta: float) -> float:
        with torch.no_grad():
            for p, w, d, e in zip(model.parameters(), weights, delta, eta, strict=True):
                p.copy_(w + alpha * d + beta * e)
            total = 0.0
            for inputs, targets in zip(x.split(BATCH), y.split(BATCH), strict=True):
                total += F.cross_entropy(model(inputs), targets, reduction="sum").item()
        return total / len(x)

    return at


class Named(NamedTuple):
    """A network of the table. count: samples, and with --quick."""

    label: str
    model: str
    samples: str
    count: tuple[int, int]


NETWORKS = [
    Named("ResNet-56", "resnet56", "cifar", (500, 200)),
    Named("ResNet-56", "resnet56", "cifar", (1000, 0)),
    Named("ResNet-56 without skips", "resnet56-noshort", "cifar", (500, 200)),
    Named("ResNet-56 without skips", "resnet56-noshort", "cifar", (1000, 0)),
    Named("VGG-11", "vgg11", "cifar", (500, 200)),
    Named("DenseNet-121", "densenet121", "cifar", (200, 64)),
    Named("MobileNet-V2, 32×32", "mobilenet-v2", "cifar", (1000, 500)),
    Named("MobileNet-V2, 224×224", "mobilenet-v2", "noise", (64, 32)),
    Named("ResNet-50, 224×224", "torchvision:resnet50", "noise", (32, 16)),
    Named("digits CNN", "cnn", "digits:all", (1797, 1797)),
    Named("digits MLP", "mlp", "digits:all", (1797, 1797)),
    Named("small transformer", "transformer", "text:all", (1200, 1200)),
    Named("BERT-Tiny", "bert", "text:all", (1200, 1200)),
]


def case_of(named: Named, count: int, images: str, weights: str) -> Case:
    """The network in evaluation mode, samples, centre, and two filter-normalized random directions."""
    torch.manual_seed(0)
    if named.samples in ("cifar", "noise"):
        side = 32 if named.samples == "cifar" else 224
        x, y = torch.randn(count, 3, side, side), torch.randint(0, 10, (count,))
        if images and named.samples == "cifar":
            data = load_data(f"imagefolder:{images}", count)
            mean, spread = (torch.tensor(v).view(3, 1, 1) for v in (CIFAR_MEAN, CIFAR_SPREAD))
            pixels = data.inputs * (255 if data.inputs.max() <= 1 else 1)
            x, y = ((pixels - mean) / spread).contiguous(), data.targets
        model = build_model(named.model, (3, side, side), 10)
    else:
        problem = build_problem(Recipe.of(model=named.model, data=named.samples))
        model, x, y = problem.model, problem.inputs, problem.targets
    file = Path(weights, f"li2018-{named.model}.t7")
    if weights and file.is_file():
        state = torch.load(file, map_location="cpu", weights_only=True)["state_dict"]
        model.load_state_dict({k.removeprefix("module."): v for k, v in state.items()}, strict=False)
    else:
        _settle(model, x)
    model.eval().requires_grad_(False)
    theta = weights_of(model)
    moved = [name for name in theta if name not in biases_and_norms(model)]
    axes = [normalize(gaussian(theta, moved, 0, k), theta, units(model), "filter") for k in range(2)]
    axes = [{name: axis.get(name, torch.zeros_like(t)) for name, t in theta.items()} for axis in axes]
    return Case(model, (x, y), theta, axes, BATCH)


def _settle(model: nn.Module, x: torch.Tensor) -> None:
    """Batch-norm statistics of the samples, so that an untrained network has values of an ordinary size."""
    norms = [m for m in model.modules() if isinstance(m, (nn.BatchNorm1d, nn.BatchNorm2d))]
    for norm in norms:
        norm.momentum = None  # a plain mean
    if norms:
        with torch.no_grad():
            model.train()
            for part in x[:64].split(32):
                model(part)


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


def table(named: Named, count: int, options: argparse.Namespace, peak: float) -> Iterator[str]:
    case = case_of(named, count, options.images, options.weights)
    x, y = case.samples
    evaluator = Evaluator(Problem(copy.deepcopy(case.model), x, y), case.theta, case.axes, device="cpu")
    ways: dict[str, tuple[Callable[[], float], int]] = {}  # → (value at the point, points that one call evaluates)
    plain = naive(case.copied())
    ways["Lossvista"] = (lambda: evaluator.at(*POINT)["train_loss"], 1)
    ways["naive loop"] = (lambda: plain(*POINT), 1)
    ways |= peers(case.copied(), POINT)
    if options.li:
        ways |= li(case.copied(), POINT, options.li)
    values, points = dict[str, float](), dict[str, int]()
    for name, (once, _) in ways.items():  # a first time, to warm up and to see how long it takes
        begun = used()
        values[name] = once()
        points[name] = max(1, int(options.seconds / max(used() - begun, 1e-6)))
    rounds: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    for _ in range(options.rounds):
        for name, (once, _) in ways.items():
            rounds[name].append(measured(once, points[name]))
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        case.model(x[:2])
    flops, truth = counter.get_total_flops() / 2 * len(x), exact(case)
    found = {name: [statistics.median(r[k] for r in rounds[name]) / ways[name][1] for k in range(2)] for name in ways}
    for name, (cpu, wall) in found.items():
        ratio = found["naive loop"][0] / cpu
        yield (
            f"| {named.label} | {len(x):,} | {name} | {_ms(cpu)} | {_ms(wall)} | {ratio:.2f} | {len(x) / cpu:,.0f} "
            f"| {100 * flops / cpu / peak:.0f} % | {abs(values[name] / truth - 1):.0e} |"
        )
    yield f"<!-- {named.label}: {evaluator.note} -->"


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
    parser.add_argument("--only", default="", help="networks whose name contains this")
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
    for named in NETWORKS:
        count = named.count[options.quick]
        if count and options.only.lower() in named.label.lower():
            for line in table(named, count, options, max(speeds.values())):
                print(line)
                sys.stdout.flush()


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


if __name__ == "__main__":
    main()
