"""What fewer evaluations cost and how honest they are: `python benchmarks/fewer_evaluations.py SURFACES.npz` prints tables for README.md.

SURFACES.npz holds per-sample losses that were measured at every point: `skip_losses` and `noskip_losses` (ny, nx, images). A
set of 50,000 images is drawn from the measured ones with replacement, so that the true loss of every point is known exactly;
the plan that `lossvista compute --target-se` and `--interpolate` follow, and the stop of `--clip-stop`, then run on it, their
evaluations looked up instead of computed. Not part of the tests.
"""

from __future__ import annotations

import argparse
import platform
from pathlib import Path

import numpy as np

import lossvista
from lossvista.compute.engines.stop import Stop, Tally
from lossvista.compute.grid import Grid, ticks
from lossvista.compute.landscape import Axis, Landscape
from lossvista.compute.saving.adaptive import Adaptive
from lossvista.compute.saving.demand import Demand
from lossvista.compute.surface import Mark, Patch, Surface

IMAGES, BATCH = 50_000, 50
NAMES = {"skip": "ResNet-56", "noskip": "ResNet-56 without skips"}
FIELDS = ("train_loss", "train_loss_se")


def on_demand(losses: np.ndarray, drawn: np.ndarray, target: float, seed: int) -> tuple[Surface, int]:
    """The surface that the plan makes, and the image evaluations that it took. losses (ny, nx, images) measured, drawn: which of
    these make up the set."""
    ny, nx, _ = losses.shape
    landscape = Landscape(Surface(Grid(ticks(-1, 1, nx), ticks(-1, 1, ny))), axes=[Axis("α"), Axis("β")])
    plan = Demand(landscape, target=target, fields=FIELDS, samples=len(drawn), batch=BATCH, seed=seed)
    flat, batches, cost = losses.reshape(ny * nx, -1), drawn.reshape(-1, BATCH), 0
    for task in filter(None, plan.tasks()):
        for place, index in enumerate(task.index):
            low, high = task.portion[place]
            each = flat[index][batches[np.arange(low, high) % len(batches)].ravel()][None]
            cost += each.size
            whole = {"train_loss": each.mean(dtype=float), "train_loss_se": 0.0, "train_loss_estimation_se": 0.0}
            fields = {name: np.array([v]) for name, v in whole.items()} if high - low == len(batches) else {}
            landscape.add(plan.stored(Patch(np.array([index]), fields, len(drawn), each=[each])))
    return landscape.surface, cost


def plain(losses: np.ndarray, drawn: np.ndarray, target: float) -> float:
    """Share of the evaluations that random subsets alone would take for the same error, their spread known beforehand."""
    weights = np.bincount(drawn, minlength=losses.shape[2]) / len(drawn)
    mean, square = losses @ weights, np.square(losses) @ weights
    spread = np.sqrt(np.maximum(square - mean**2, 0))
    return float((1 / (1 / len(drawn) + np.square(target * mean / spread))).mean() / len(drawn))


def stopped(losses: np.ndarray, order: np.ndarray, stop: Stop, batch: int) -> tuple[float, int, int, int]:
    """(share of the evaluations saved, points stopped, of those whose true mean is not above the clip, points above the clip) over
    the measured images, in one drawn order."""
    flat = losses.reshape(-1, losses.shape[2])
    used = wrong = ended = 0
    means = flat.mean(1, dtype=float)
    for point, mean in zip(flat, means, strict=True):
        tally = Tally()
        for start in range(0, len(order), batch):
            tally.add(point[order[start : start + batch]])
            if stop.met(tally, len(order)):
                ended, wrong = ended + 1, wrong + int(mean <= stop.clip)
                break
        used += tally.count
    return 1 - used / flat.size, ended, wrong, int((means > stop.clip).sum())


def interpolated(means: np.ndarray, tolerance: float) -> Surface:
    """The surface of a plan that leaves points out where held-out ones allow it. means (ny, nx)."""
    ny, nx = means.shape
    landscape = Landscape(Surface(Grid(ticks(-1, 1, nx), ticks(-1, 1, ny))), axes=[Axis("α"), Axis("β")])
    plan = Adaptive(landscape, tolerance=tolerance)
    for task in filter(None, plan.tasks()):
        landscape.add(Patch(task.index, {"train_loss": means.flat[task.index]}, 1))
    rest = plan.last()
    if rest is not None:
        landscape.add(rest)
    return landscape.surface


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("surfaces", type=Path)
    parser.add_argument("--seeds", type=int, default=3, help="sets and orders drawn")
    asked = parser.parse_args()
    surfaces = np.load(asked.surfaces)
    print(
        f"{platform.machine()}, Python {platform.python_version()}, NumPy {np.__version__}, Lossvista {lossvista.__version__}\n"
    )
    print(
        "| Network | Standard error | Image evaluations | Plain subsets | Stated ≤ target | True error within 3 s.e. | Largest true error |"
    )
    print("|---|---|---|---|---|---|---|")
    for key, name in NAMES.items():
        losses = surfaces[f"{key}_losses"]
        for target in (0.01, 0.003):
            shares, honest, stated, worst, subsets = [], [], [], [], []
            for seed in range(asked.seeds):
                drawn = np.random.default_rng(seed).integers(0, losses.shape[2], IMAGES)
                truth = losses.astype(float) @ np.bincount(drawn, minlength=losses.shape[2]) / IMAGES
                surface, cost = on_demand(losses, drawn, target, seed)
                loss, error = surface.values("train_loss"), surface.values("train_loss_estimation_se")
                estimated, away = surface.evaluated == Mark.ESTIMATED, np.abs(loss - truth)
                shares.append(cost / loss.size / IMAGES)
                honest.append((away <= 3 * error)[estimated].mean())
                stated.append((error <= target * loss).mean())
                worst.append((away / truth).max())
                subsets.append(plain(losses.astype(float), drawn, target))
            cells = (f"{100 * np.mean(shares):.1f} %", f"{100 * np.mean(subsets):.1f} %", f"{100 * min(stated):.1f} %")
            told = f"{100 * min(honest):.1f}–{100 * max(honest):.1f} % of points", f"{100 * max(worst):.1f} %"
            print("| " + " | ".join((name, f"{100 * target:g} %", *cells, *told)) + " |", flush=True)
    print("\n| Network | Clip | Stop | Evaluations saved | Points above the clip | Stopped | Wrongly |")
    print("|---|---|---|---|---|---|---|")
    for key, name in NAMES.items():
        losses = surfaces[f"{key}_losses"]
        for rule in ("proved", "six-sigma"):
            orders = [np.random.default_rng(seed).permutation(losses.shape[2]) for seed in range(asked.seeds)]
            saved, ended, wrong, above = zip(*(stopped(losses, o, Stop(rule, 5.0), 25) for o in orders), strict=True)
            cells = f"{100 * np.mean(saved):.0f} %", f"{above[0]:,} of {losses[..., 0].size:,}"
            print(
                "| " + " | ".join((name, "5", rule, *cells, f"{np.mean(ended):,.0f}", f"{sum(wrong)}")) + " |",
                flush=True,
            )
    print("\n| Network | Tolerance | Points evaluated | Within the tolerance | Largest error |\n|---|---|---|---|---|")
    for key, name in NAMES.items():
        means = surfaces[f"{key}_losses"].mean(-1, dtype=float)
        for tolerance in (0.01, 0.02, 0.05):
            surface = interpolated(means, tolerance)
            away = np.abs(surface.values("train_loss") - means) / means
            cells = (
                f"{100 * (surface.evaluated == Mark.EVALUATED).mean():.0f} %",
                f"{100 * (away <= tolerance).mean():.1f} %",
            )
            print(
                "| " + " | ".join((name, f"{100 * tolerance:g} %", *cells, f"{100 * away.max():.1f} %")) + " |",
                flush=True,
            )


if __name__ == "__main__":
    main()
