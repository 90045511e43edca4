"""What a GPU makes of it, measured: `python benchmarks/gpu.py [--images IMAGES] [--weights LI2018]` prints tables for README.md.

A point by Lossvista in each precision, beside the loop of 15 lines (in batches of 128, and in larger ones), and its loss against
float64's; then what the options of the evaluator are worth. Seconds are wall time, the GPU's work awaited; medians.
"""

from __future__ import annotations

import argparse
import statistics
import time
import warnings
from collections.abc import Callable, Iterator
from typing import NamedTuple

import torch
from evaluation import naive
from evaluation_cases import BATCH, Case, Named, case_of

import lossvista
from lossvista.compute.engines import tensor_cores
from lossvista.compute.engines.evaluator import Evaluator
from lossvista.compute.engines.form import FUSED, Way
from lossvista.compute.problem.problem import Problem

POINT = (0.3, -0.4)
NETWORKS = [
    Named("ResNet-56", "resnet56", "cifar", (50_000, 10_000)),
    Named("ResNet-56 without skips", "resnet56-noshort", "cifar", (50_000, 10_000)),
    Named("VGG-11", "vgg11", "cifar", (50_000, 10_000)),
    Named("DenseNet-121", "densenet121", "cifar", (5_000, 2_000)),
    Named("MobileNet-V2, 32×32", "mobilenet-v2", "cifar", (50_000, 10_000)),
    Named("ResNet-50, 224×224", "torchvision:resnet50", "noise", (1024, 256)),
    Named("digits CNN", "cnn", "digits:all", (1797, 1797)),
    Named("digits MLP", "mlp", "digits:all", (1797, 1797)),
    Named("small transformer", "transformer", "text:all", (1200, 1200)),
]


class Measured(NamedTuple):
    by: str
    seconds: float
    loss: float
    note: str = ""


def seconds(once: Callable[[], float], least: float = 0.6) -> float:
    """Median of a call."""
    once()
    found: list[float] = []
    begun = time.perf_counter()
    while len(found) < 3 or (time.perf_counter() - begun < least and len(found) < 100):
        start = time.perf_counter()
        once()
        found.append(time.perf_counter() - start)
    return statistics.median(found)


def on_gpu(case: Case, batch: int, dtype: torch.dtype = torch.float32) -> Callable[[], float]:
    """The naive loop with everything on the GPU."""
    import copy

    def there(t: torch.Tensor) -> torch.Tensor:
        return t.to("cuda", dtype if t.is_floating_point() else None)

    moved = Case(
        copy.deepcopy(case.model).to("cuda", dtype),
        tuple(there(t) for t in case.samples),
        {k: there(t) for k, t in case.theta.items()},
        [{k: there(t) for k, t in axis.items()} for axis in case.axes],
        batch,
    )
    plain = naive(moved, batch)
    return lambda: plain(*POINT)


def ways(case: Case, precisions: list[str], quick: bool) -> Iterator[Measured]:
    """Lossvista in each precision, then the loop."""
    problem = Problem(case.model, *case.samples)

    def own(precision: str, **changes) -> Measured:
        evaluator = Evaluator(problem, case.theta, case.axes, device="cuda", precision=precision, **changes)
        once = lambda: evaluator.at(*POINT)["train_loss"]  # noqa: E731
        return Measured(f"Lossvista, {precision}", seconds(once), once(), evaluator.note)

    for precision in precisions:
        yield own(precision)
    if not quick:
        yield own("float32", way=Way(0, FUSED))._replace(by="Lossvista without Triton")
    for batch, tf32 in ((BATCH, False), (BATCH, True), (2000, False)):
        for one in (torch.backends.cudnn, torch.backends.cuda.matmul):
            one.allow_tf32 = tf32 and one is torch.backends.cudnn  # as PyTorch comes
        once = on_gpu(case, batch)
        told = f"naive loop, batches of {batch:,}" + (", TF32 as PyTorch comes" if tf32 else "")
        yield Measured(told, seconds(once), once())


def table(named: Named, count: int, options: argparse.Namespace) -> Iterator[str]:
    case = case_of(named, count, options.images, options.weights)
    found = list(ways(case, options.precisions.split(","), options.quick))
    torch.backends.cudnn.allow_tf32 = False
    exact = on_gpu(case, 500, torch.float64)()
    base = next(one.seconds for one in found if one.by.startswith("naive"))
    for one in found:
        yield (
            f"| {named.label} | {count:,} | {one.by} | {1e3 * one.seconds:,.3g} | {base / one.seconds:.2f} "
            f"| {count / one.seconds:,.0f} | {abs(one.loss / exact - 1):.0e} |"
        )
    for one in found:
        if one.note:
            yield f"<!-- {named.label}, {one.by}: {one.note} -->"


def peaks(size: int = 8192) -> str:
    """Of a large matrix product, in Tflop/s."""
    told = []
    for name, dtype, tf32 in (
        ("float32", torch.float32, False),
        ("TF32", torch.float32, True),
        ("bfloat16", torch.bfloat16, False),
    ):
        a = torch.randn(size, size, device="cuda", dtype=dtype)
        torch.backends.cuda.matmul.allow_tf32 = tf32
        told.append(f"{name} {2 * size**3 / seconds(lambda: float((a @ a)[0, 0]), 0.2) / 1e12:.0f}")  # noqa: B023
    torch.backends.cuda.matmul.allow_tf32 = False
    return ", ".join(told)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer samples, and one variant less")
    parser.add_argument("--images", default="", help="CIFAR-10's images, a folder a class; else noise")
    parser.add_argument(
        "--weights", default="", help="folder of li2018-resnet56.t7 and -noshort.t7; else first weights"
    )
    parser.add_argument("--only", default="", help="networks whose names contain one of these, as in digits,vgg")
    parser.add_argument("--precisions", default="float32,tf32,float16,bfloat16")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    if not torch.cuda.is_available():
        raise SystemExit("There is no GPU that PyTorch can use.")
    triton = "with" if tensor_cores.available(torch.device("cuda")) else "without"
    print(
        f"{torch.cuda.get_device_name()}, torch {torch.__version__}, {triton} Triton's kernel, Lossvista {lossvista.__version__}."
    )
    print(f"Peaks of a matrix product: {peaks()} Tflop/s.\n")
    print("| Network | Samples | By | ms a point | × naive | Images/s | Error of the loss |")
    print("|---|---|---|---|---|---|---|", flush=True)
    for named in NETWORKS:
        if any(part in named.label.lower() for part in options.only.lower().split(",")):
            for line in table(named, named.count[options.quick], options):
                print(line, flush=True)
            torch.cuda.empty_cache()


if __name__ == "__main__":
    main()
