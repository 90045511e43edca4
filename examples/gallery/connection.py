"""Garipov et al. 2018, Figures 1 and 2: a curve of low loss between two trainings from different seeds. Left the plane through both and the
curve's bend, right loss along the curve and along the straight line."""

from pathlib import Path

from shared import begin, trained
from stacked import stacked

from lossvista import Style, load, render, study


def main(out: Path, work: Path) -> None:
    runs = [trained(work, f"mlp-{seed}", model="mlp", lr=0.05, batch_size=64, epochs=20, seed=seed) for seed in (0, 1)]
    file = work / "connection.h5"
    if not file.exists():
        for _ in study("connect", out=file, model="mlp", weights=tuple(runs), epochs=40, resolution=31):
            pass
    landscape = load(file)
    render(landscape, work / "plane.png", Style(view="map", title=False), (900, 700))
    render(landscape, work / "along.png", size=(900, 700), figure="connection")
    stacked([work / "plane.png", work / "along.png"], out, columns=2)


if __name__ == "__main__":
    begin(main, __file__)
