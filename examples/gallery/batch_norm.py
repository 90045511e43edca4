"""What becomes of batch-norm's statistics: the line from the first epoch's weights (0) to the last ones (1), with the running mean and
variance of the first end, of both ends in proportion, and measured anew at each point."""

from pathlib import Path

from shared import begin, computed, trained

from lossvista import Style, compare


def main(out: Path, work: Path) -> None:
    run = Path(trained(work, "cnn", model="cnn", lr=0.05, batch_size=64, epochs=10))
    first, *_, last = sorted(run.glob("[0-9]*.safetensors"))
    lines = [
        computed(
            work,
            f"batch-norm-{policy}",
            model="cnn",
            weights=(str(last), str(first)),
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
