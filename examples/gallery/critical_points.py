"""The critical points of a surface (ResNet-56 without skip connections) whose persistence is above noise, and the tree of how its basins
merge as the loss rises."""

from pathlib import Path

from shared import EXAMPLES, begin
from stacked import stacked

from lossvista import Style, load, render, study


def main(out: Path, work: Path) -> None:
    file = work / "critical.h5"
    for _ in study("critical", EXAMPLES / "resnet56-noshort.h5", file):
        pass
    landscape = load(file)
    render(landscape, work / "points.png", Style(view="map", critical_least=0.05, title=False), (900, 700))
    render(landscape, work / "tree.png", size=(900, 700), figure="merge-tree")
    stacked([work / "points.png", work / "tree.png"], out, columns=2)


if __name__ == "__main__":
    begin(main, __file__)
