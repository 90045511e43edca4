"""What becomes of batch-norm's statistics on the line between two trainings from different seeds: with the running mean and variance of
the first end (then the second end is no longer the network that was trained), of both ends in proportion, and measured anew at each
point."""

from pathlib import Path

from shared import begin, computed, trained

from lossvista import Style, compare


def main(out: Path, work: Path) -> None:
    runs = [trained(work, f"seed-{seed}", model="cnn", lr=0.05, batch_size=64, epochs=10, seed=seed) for seed in (0, 1)]
    lines = [
        computed(
            work,
            f"batch-norm-{policy}",
            model="cnn",
            weights=tuple(f"{run}/final.safetensors" for run in runs),
            directions="between",
            batch_norm=policy,
            axes=1,
            alpha="-0.25:1.25",
            resolution=61,
            samples=600,
            title=f"statistics {policy}",
        )
        for policy in ("frozen", "interpolated", "re-estimated")
    ]
    compare(lines, out, Style().relieved(field="train_loss"), (1100, 700))


if __name__ == "__main__":
    begin(main, __file__)
