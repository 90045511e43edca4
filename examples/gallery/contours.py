"""Li et al. 2018, Figures 5 and 6: contour maps of several networks, with the same levels, colours and limits."""

from pathlib import Path

from shared import begin, example

from lossvista import Style, compare


def main(out: Path, work: Path) -> None:
    compare([example("resnet56"), example("resnet56-noshort")], out, Style(view="map"), (1400, 700))


if __name__ == "__main__":
    begin(main, __file__)
