"""Render: all figures of the gallery, into docs/images/gallery; `make gallery`. A picture that is still like the one that is there stays
as it is, since another machine draws a few pixels otherwise. Names as arguments: only these."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from lossvista import LossvistaError
from lossvista.compute.likeness import expect_like

HERE = Path(__file__).resolve().parent
PICTURES = HERE.parents[1] / "docs" / "images" / "gallery"
WORK = HERE.parents[1] / "build" / "gallery"  # what is trained and computed stays there
AIDS = ("render", "shared", "stacked")


def names() -> list[str]:
    """The scripts that draw a figure."""
    return sorted(file.stem for file in HERE.glob("*.py") if file.stem not in AIDS)


def render(name: str, work: Path, pictures: Path) -> bool:
    """Draw one, in a process of its own; whether it replaced the picture, or is new."""
    drawn, kept = work / f"{name}.png", pictures / f"{name}.png"
    subprocess.run([sys.executable, HERE / f"{name}.py", drawn], check=True, cwd=work, stdout=subprocess.DEVNULL)
    if kept.exists():
        try:
            expect_like(drawn, kept)
            return False
        except LossvistaError:
            pass
    kept.write_bytes(drawn.read_bytes())
    return True


def main(*wanted: str) -> None:
    for folder in (WORK, PICTURES):
        folder.mkdir(parents=True, exist_ok=True)
    for name in wanted or names():
        begun = time.monotonic()
        new = render(name, WORK, PICTURES)
        print(f"{name}: {time.monotonic() - begun:.0f} s, {'new' if new else 'as before'}", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
