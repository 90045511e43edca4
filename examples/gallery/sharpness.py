"""Li et al. 2018, Figure 4: the same minima of small and of large batches, each along a filter-normalized random direction: now widths
can be compared, and the weights' lengths play no part."""

from pathlib import Path

from shared import begin, computed, ends
from stacked import stacked

from lossvista import Style, compare


def main(out: Path, work: Path) -> None:
    pictures = []
    for decay in (0.0, 0.005):
        lines = [
            computed(
                work,
                f"sharpness-{size}-{decay}",
                model="cnn",
                weights=(end,),
                axes=1,
                resolution=61,
                title=f"batches of {size}",
            )
            for size, end in zip((16, 512), ends(work, decay), strict=True)
        ]
        pictures.append(work / f"sharpness-{decay}.png")
        compare(lines, pictures[-1], Style().relieved(field="train_loss", low=1e-5, high=30.0), (800, 640))
    stacked(pictures, out, columns=2)


if __name__ == "__main__":
    begin(main, __file__)
