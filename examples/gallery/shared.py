"""Shared: what several scripts of the gallery begin with: networks trained on the embedded digits, in a few seconds each."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

from lossvista import Landscape, Recipe, Training, load, run, train

EXAMPLES = Path(str(files("lossvista.resources") / "examples"))


def example(name: str) -> Landscape:
    """A landscape that comes with the program."""
    return load(EXAMPLES / f"{name}.h5")


def trained(work: Path, name: str, **choices) -> str:
    """The recording of a training; what is there already is not trained again."""
    for _ in train(Training(**choices), str(work / name)):
        pass
    return str(work / name)


def computed(work: Path, name: str, **choices) -> Landscape:
    """A landscape, likewise."""
    file = work / f"{name}.h5"
    for _ in run(Recipe(**choices), str(file), overwrite=True):
        pass
    return load(file)


def ends(work: Path, decay: float) -> tuple[str, str]:
    """The weights of a CNN trained with batches of 16, and of one trained with batches of 512, with this weight decay."""
    given = {"model": "cnn", "lr": 0.05, "epochs": 30, "weight_decay": decay}
    small, large = (trained(work, f"batches-{size}-{decay}", batch_size=size, **given) for size in (16, 512))
    return f"{small}/final.safetensors", f"{large}/final.safetensors"


def begin(main: Callable[[Path, Path], None], script: str) -> None:
    """`python SCRIPT.py [PICTURE.png]`: draws the picture; what it has trained and computed stays in the folder gallery-work."""
    out = Path(sys.argv[1] if len(sys.argv) > 1 else Path(script).with_suffix(".png").name)
    work = Path("gallery-work")
    work.mkdir(exist_ok=True)
    main(out, work)
    print(out)
