"""Do other directions look alike? The same minimum along ten draws of the random direction, with their mean and spread."""

from pathlib import Path

from shared import begin, computed, trained

from lossvista import Style, compare


def main(out: Path, work: Path) -> None:
    run = trained(work, "cnn", model="cnn", lr=0.05, batch_size=64, epochs=10)
    draws = [
        computed(work, f"draw-{k}", trajectory=run, axes=1, repeat=k, resolution=41, samples=600, title="CNN on digits")
        for k in range(10)
    ]
    compare(draws, out, Style(), (1100, 700))


if __name__ == "__main__":
    begin(main, __file__)
