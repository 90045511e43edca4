"""Li et al. 2018, Figure 8: the same training's path in a random plane, where it all but vanishes, and in the plane of its principal
directions."""

from pathlib import Path

from shared import begin, computed, trained
from stacked import stacked

from lossvista import Style, render


def main(out: Path, work: Path) -> None:
    run = trained(work, "cnn", model="cnn", lr=0.05, batch_size=64, epochs=10)
    pictures = []
    for directions, words in (("random", "A random plane"), ("pca", "The plane of the path's principal directions")):
        plane = computed(
            work, directions, trajectory=run, directions=directions, resolution=31, samples=400, title=words
        )
        pictures.append(work / f"{directions}.png")
        render(plane, pictures[-1], Style(view="map"), (900, 700))
    stacked(pictures, out, columns=2)


if __name__ == "__main__":
    begin(main, __file__)
