"""Huang et al. 2020: good and bad minima of one training loss. All of these networks are right on the training samples; the bad ones were
poisoned, and are wrong elsewhere. Left the plane through a good and two bad ones, right all of them by their weights, in two embeddings."""

from pathlib import Path

from shared import begin
from stacked import stacked

from lossvista import Style, load, render, study


def main(out: Path, work: Path) -> None:
    file = work / "minefield.h5"
    if not file.exists():
        for _ in study("minefield", out=file, model="mlp", bad=6, epochs=80, resolution=25):
            pass
    landscape = load(file)
    render(landscape, work / "field.png", Style(view="map", title=False), (900, 700))
    render(landscape, work / "minima.png", size=(900, 700), figure="minima")
    stacked([work / "field.png", work / "minima.png"], out, columns=2)


if __name__ == "__main__":
    begin(main, __file__)
