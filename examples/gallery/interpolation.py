"""Li et al. 2018, Figures 2 and 3 (after Keskar et al. 2017): the line from a minimum of small batches (0) to one of large batches (1),
above without weight decay, below with it."""

from pathlib import Path

from shared import begin, computed, ends
from stacked import stacked

from lossvista import Style, render


def main(out: Path, work: Path) -> None:
    pictures = []
    for decay in (0.0, 0.005):
        line = computed(
            work,
            f"interpolation-{decay}",
            model="cnn",
            test_data="digits:test",
            weights=ends(work, decay),
            directions="between",
            axes=1,
            alpha="-0.5:1.5",
            resolution=61,
            title=f"Batches of 16 (0) to batches of 512 (1), weight decay {decay:g}",
        )
        pictures.append(work / f"interpolation-{decay}.png")
        render(line, pictures[-1], Style(), (1100, 520))
    stacked(pictures, out)


if __name__ == "__main__":
    begin(main, __file__)
