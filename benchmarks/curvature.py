"""Curvature: eigenvalues and trace of one network's Hessian by Lossvista, curvlinops and PyHessian, on the same weights and samples, in a
table as the manual has it.

    python benchmarks/curvature.py [--model mlp] [--epochs 5] [--resnet50]

curvlinops and PyHessian are not needed by the program: pip install curvlinops-for-pytorch pyhessian. What is not there is left out. With
--resnet50, one product with the Hessian of torchvision's ResNet-50 by all its 25.6 million parameters, with the memory that it took."""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
import warnings
from collections.abc import Callable

import numpy as np
import torch
from torch import nn

from lossvista.compute.measures.asking import answered
from lossvista.compute.measures.density import Estimate, probe
from lossvista.compute.measures.derivatives import Derivatives
from lossvista.compute.measures.extremes import extremes
from lossvista.compute.measures.lanczos import lanczos
from lossvista.compute.prepare import prepare
from lossvista.compute.problem.problem import Problem
from lossvista.compute.progress import drain
from lossvista.compute.recipe import Recipe
from lossvista.compute.training.recipe import Training
from lossvista.compute.training.train import train

COUNT = 3
PROBES = 30
Found = tuple[np.ndarray, np.ndarray, float]  # largest, smallest, trace


def trained(model: str, epochs: int) -> Problem:
    """A network trained on the digits, with 1,000 of its samples: no multiple of a batch of 128."""
    with tempfile.TemporaryDirectory() as folder:
        drain(train(Training(model=model, epochs=epochs, lr=0.05), folder))
        return prepare(Recipe.of(trajectory=folder, samples=1000)).problem


def ours(problem: Problem, dtype: torch.dtype) -> Found:
    names = [name for name, _ in problem.model.named_parameters()]
    derivatives = Derivatives(problem, names, dtype)
    kind = np.float64 if dtype == torch.float64 else np.float32
    found = answered(extremes(derivatives.size, COUNT, tolerance=1e-6, dtype=kind), derivatives.product)
    traces = [
        derivatives.size * answered(lanczos(probe(derivatives.size, 0, k, kind), 1), derivatives.product).mean
        for k in range(PROBES)
    ]
    trace = Estimate.of(traces)
    print(f"    products for the ends: {found.products}, residuals ≤ {found.residuals.max():.1e}")
    print(f"    trace's interval: {trace.low:.4f} … {trace.high:.4f}")
    return found.values[::-1][:COUNT], found.values[:COUNT], trace.value


def curvlinops(problem: Problem, dtype: torch.dtype) -> Found:
    from curvlinops import HessianLinearOperator
    from scipy.sparse.linalg import eigsh

    model, x, y = _placed(problem, dtype)
    batches = [(x[k : k + 128], y[k : k + 128]) for k in range(0, len(x), 128)]
    operator = HessianLinearOperator(
        model, nn.CrossEntropyLoss(), list(model.parameters()), batches, check_deterministic=False
    ).to_scipy()
    rng = np.random.default_rng(0)
    start = rng.standard_normal(operator.shape[0]).astype(operator.dtype)
    high, low = (
        np.sort(eigsh(operator, COUNT, which=which, tol=1e-6, v0=start, return_eigenvectors=False))
        for which in ("LA", "SA")
    )
    draws = [v @ (operator @ v) for v in (probe(len(start), 0, k, operator.dtype.type) for k in range(PROBES))]
    return high[::-1], low, float(np.mean(draws))


def pyhessian(problem: Problem, dtype: torch.dtype) -> Found:
    from pyhessian import hessian

    model, x, y = _placed(problem, dtype)
    torch.manual_seed(0)
    made = hessian(model, nn.CrossEntropyLoss(), data=(x, y), cuda=False)
    usual, _ = made.eigenvalues(top_n=COUNT)
    print(f"    largest in magnitude, with its default tolerance: {'  '.join(f'{value:.6f}' for value in usual)}")
    values, _ = made.eigenvalues(maxIter=500, tol=1e-5, top_n=COUNT)
    return np.array(values), np.full(COUNT, np.nan), float(np.mean(made.trace(maxIter=PROBES, tol=0)))


def _placed(problem: Problem, dtype: torch.dtype) -> tuple[nn.Module, torch.Tensor, torch.Tensor]:
    model = problem.copy_of_model().to(dtype).requires_grad_(True)
    return model, problem.inputs.to(dtype), problem.targets


def compare(model: str, epochs: int) -> None:
    problem = trained(model, epochs)
    ways: dict[str, Callable[[Problem, torch.dtype], Found]] = {
        "Lossvista": ours,
        "curvlinops": curvlinops,
        "PyHessian": pyhessian,
    }
    print(f"{model} on {len(problem)} digits, {sum(p.numel() for p in problem.model.parameters()):,} parameters")
    rows, reference = list[tuple[str, ...]](), None
    for dtype in (torch.float64, torch.float32):
        for name, way in ways.items():
            called = f"{name}, {str(dtype).removeprefix('torch.')}"
            print(f"  {called}")
            begun = time.process_time()
            try:
                found = way(problem, dtype)
            except (ImportError, RuntimeError) as error:
                print(f"    not measured: {error}")
                continue
            reference = reference or found
            seconds = time.process_time() - begun
            rows.append((called, *_cells(found, reference), f"{seconds:.1f} s"))
    heads = [f"λ_{k + 1}" for k in range(COUNT)], [f"λ_n{f'−{k}' if k else ''}" for k in range(COUNT)]
    _print_table([("", *heads[0], *heads[1], f"trace, {PROBES} probes", "apart at most", "CPU"), *rows])


def _cells(found: Found, reference: Found) -> list[str]:
    """Ends and trace; and how far the ends are from the reference's, against the largest."""
    ends, expected = np.r_[found[0], found[1]], np.r_[reference[0], reference[1]]
    apart = float(np.nanmax(np.abs(ends - expected)) / np.abs(expected).max())
    return [*(f"{end:.6f}" if np.isfinite(end) else "–" for end in ends), f"{found[2]:.3f}", f"{apart:.1e}"]


def _print_table(rows: list[tuple[str, ...]]) -> None:
    """As Markdown has it."""
    print()
    for number, row in enumerate(rows):
        print(f"| {' | '.join(row)} |")
        if number == 0:
            print(f"|{'---|' * len(row)}")


def resnet50() -> None:
    """One product with the Hessian by all parameters, and its memory."""
    from torchvision.models import resnet50 as network

    torch.set_num_threads(1)
    torch.manual_seed(0)
    problem = Problem(network().eval(), torch.randn(2, 3, 224, 224), torch.tensor([1, 7]))
    names = [name for name, _ in problem.model.named_parameters()]
    before = _peak()
    derivatives = Derivatives(problem, names, keep=False, batch=1)
    copied, vector = _peak(), np.random.default_rng(0).standard_normal(derivatives.size, np.float32)
    begun = time.process_time()
    product = derivatives.product(vector)
    own = 4 * derivatives.size / 2**20
    print(
        f"ResNet-50 at 224², {derivatives.size:,} parameters ({own:.0f} MiB in single precision), 2 samples one by one"
    )
    print(
        f"  {time.process_time() - begun:.0f} s of CPU, ‖Hv‖/‖v‖ = {np.linalg.norm(product) / np.linalg.norm(vector):.3g}"
    )
    print(
        f"  peak memory: {before:.0f} MiB with the network, {copied:.0f} with its copy, {_peak():.0f} after the product"
    )
    print(f"  so a product took {(_peak() - copied) / own:.1f} copies of the weights, one sample's graph included")


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10  # MiB, on Linux


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", default="mlp")
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--resnet50", action="store_true")
    chosen = parser.parse_args()
    warnings.simplefilter("ignore")
    if chosen.resnet50:
        resnet50()
    else:
        compare(chosen.model, chosen.epochs)
