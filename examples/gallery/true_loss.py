"""A path at its true loss, with stems down to the slice: where they are long, the surface says nothing about the path."""

from pathlib import Path

from shared import begin, example

from lossvista import Style, render


def main(out: Path, work: Path) -> None:
    render(example("digits-pca"), out, Style(view="surface", title=False), (1300, 900))


if __name__ == "__main__":
    begin(main, __file__)
