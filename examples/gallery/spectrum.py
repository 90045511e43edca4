"""The Hessian's spectral density (Ghorbani, Krishnan & Xiao 2019) at a network after one epoch (above) and after twenty (below): most
eigenvalues are about 0, a few stand out on the right; and what was negative is nearly gone."""

from pathlib import Path

from shared import begin, computed, trained
from stacked import stacked

from lossvista import load, render, study


def main(out: Path, work: Path) -> None:
    pictures = []
    for name, epochs, title in (("early", 1, "after one epoch"), ("late", 20, "after twenty epochs")):
        recording = trained(work, f"spectrum-{name}", model="mlp", epochs=epochs, lr=0.05)
        computed(work, f"spectrum-{name}", trajectory=recording, resolution=3, samples=300, title=title)
        file = work / f"spectrum-{name}.h5"
        for _ in study("curvature", file, probes=8, steps=60):
            pass
        pictures.append(work / f"spectrum-{name}.png")
        render(load(file), pictures[-1], size=(1000, 500), figure="spectrum")
    stacked(pictures, out)


if __name__ == "__main__":
    begin(main, __file__)
