"""The term project's table: flat contour map, contour lines in space and surface, of a random plane (above) and of the plane of the
descent path (below)."""

from pathlib import Path

from shared import begin, computed, trained
from stacked import stacked

from lossvista import Style, render


def main(out: Path, work: Path) -> None:
    run = trained(work, "cnn", model="cnn", lr=0.05, batch_size=64, epochs=10)
    pictures = []
    for directions in ("random", "pca"):
        plane = computed(work, directions, trajectory=run, directions=directions, resolution=31, samples=400)
        for view in ("map", "lines", "surface"):
            pictures.append(work / f"{directions}-{view}.png")
            look = Style(view=view, title=False, colormap="magma", theme="dark", colorbar=view == "map")
            render(plane, pictures[-1], look, (640, 520))
    stacked(pictures, out, columns=3)


if __name__ == "__main__":
    begin(main, __file__)
