"""Li et al. 2018, Figure 7: where a slice looks convex, is the loss? The ratio |λ_min/λ_max| of the full Hessian at points of the plane:
dark, about convex; bright, as much negative curvature as positive. Left around a network after one epoch, right after twenty: both slices
are bowls."""

from pathlib import Path

from shared import begin, trained
from stacked import stacked

from lossvista import Landscape, Recipe, load, render, run, study


def mapped(work: Path, name: str, recording: str, title: str, **choices) -> Landscape:
    """The landscape of 21 × 21 points around the recording's end, its eigenvalues at every second line."""
    file = work / f"{name}.h5"
    if not file.exists():
        for _ in run(Recipe(trajectory=recording, resolution=21, samples=200, title=title, **choices), str(file)):
            pass
        for _ in study("convexity", file, every=2):
            pass
    return load(file)


def main(out: Path, work: Path) -> None:
    pictures = []
    for name, epochs, title in (("early", 1, "after one epoch"), ("late", 20, "after twenty epochs")):
        recording = trained(work, f"convexity-{name}", model="mlp", epochs=epochs, lr=0.05)
        landscape = mapped(work, f"convexity-{name}", recording, title)
        pictures.append(work / f"convexity-{name}.png")
        render(landscape, pictures[-1], size=(640, 530), figure="convexity")
    stacked(pictures, out, columns=2)


if __name__ == "__main__":
    begin(main, __file__)
