"""The same surface (ResNet-56 without skip connections) from every fifth, every second and every point of its grid: what a coarse grid
does not show."""

from pathlib import Path

from shared import begin, example

from lossvista import Landscape, Style, compare
from lossvista.compute.grid import Grid
from lossvista.compute.surface import Surface


def main(out: Path, work: Path) -> None:
    whole = example("resnet56-noshort")
    kept = []
    for every in (5, 2, 1):
        own, grid = slice(None, None, every), whole.surface.grid
        fields = {"train_loss": whole.surface.values("train_loss")[own, own]}
        part = Surface(
            Grid(grid.alpha[own], grid.beta[own]), fields, whole.surface.evaluated[own, own], info=whole.surface.info
        )
        count = len(part.grid.alpha)
        kept.append(Landscape(part, f"{count} × {count} points", axes=whole.axes, recipe=whole.recipe))
    compare(kept, out, Style(view="map"), (1600, 640))


if __name__ == "__main__":
    begin(main, __file__)
