"""Li et al. 2018, Figure 9: a training's path in the plane of its two principal directions, with its epochs and the drops of the
learning rate (red)."""

from pathlib import Path

from shared import begin, example

from lossvista import Style, render


def main(out: Path, work: Path) -> None:
    render(example("digits-pca"), out, Style(view="map", levels=25), (1300, 800))


if __name__ == "__main__":
    begin(main, __file__)
