"""How soon a computation stops and goes on, measured: `python benchmarks/jobs.py [--images DIR --weights FILE]` prints a table.

Cancel: from the wish (`generator.close()`, as the window and Ctrl-C do it) to the end of the computing process, at a drawn moment.
Resume: from the start of the same recipe to its first new point, in a process that has its libraries imported (worker start apart).
With images and Li et al.'s weights also on ResNet-56; the digits CNN needs nothing."""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from contextlib import closing
from pathlib import Path

import torch

from lossvista.compute.isolated import isolated
from lossvista.compute.problem.build import build_problem
from lossvista.compute.recipe import Recipe
from lossvista.compute.run import run

RUN = "lossvista.compute.run:run"


def cancelled(recipe: Recipe, out: Path, after: float) -> float:
    """Seconds from the wish to the end."""
    with closing(isolated(RUN, recipe, str(out))) as job:
        for step in job:
            if step.patch is not None:
                break
        until = time.monotonic() + after
        for _ in job:
            if time.monotonic() >= until:
                break
        wished = time.monotonic()
    return time.monotonic() - wished


def first_point(recipe: Recipe, out: Path) -> float:
    """Seconds from the start of a run to its first new point; then it is stopped."""
    begun = time.monotonic()
    with closing(run(recipe, str(out))) as job:
        for step in job:
            if step.patch is not None:
                return time.monotonic() - begun
    raise AssertionError("no point was left")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", help="a folder of images by class (CIFAR-10)")
    parser.add_argument("--weights", help="of ResNet-56 for them")
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    draw = random.Random(0)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        digits = Recipe.of(model="cnn", data="digits:all", weights=(str(folder / "cnn.pt"),), resolution=101)
        torch.save(build_problem(digits).model.state_dict(), folder / "cnn.pt")
        recipes = {"digits CNN, 1,797 samples": digits}
        if options.images and options.weights:
            recipes["ResNet-56, 1,000 images"] = Recipe.of(
                model="resnet56", data=f"imagefolder:{options.images}", weights=(options.weights,), samples=1000
            )
        print(
            "| Network | Cancel, median (largest) | New run: first point | Resume: first new point |\n|---|---|---|---|"
        )
        for name, recipe in recipes.items():
            waits = [
                cancelled(recipe, folder / f"c{len(name)}-{k}.h5", draw.uniform(0, 3)) for k in range(options.repeats)
            ]
            pairs = [
                [first_point(recipe, folder / f"r{len(name)}-{k}.h5") for _ in range(2)] for k in range(options.repeats)
            ]
            new, again = (statistics.median(column) for column in zip(*pairs, strict=True))
            print(
                f"| {name} | {statistics.median(waits):.2f} s ({max(waits):.2f} s) | {new:.2f} s | {again:.2f} s |",
                flush=True,
            )


if __name__ == "__main__":
    main()
