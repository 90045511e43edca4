"""Demo: from nothing to two landscapes: a small network, trained here on the embedded digits, on a random and a PCA plane."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from .info import judgements
from .progress import Job
from .recipe import Recipe
from .storage import load
from .training.recipe import Training

TRAINING = Training(model="cnn", data="digits", lr=0.05, batch_size=64, epochs=10, lr_drops=(8,), record_every=5)
PLANES = {
    "digits-random": {"directions": "random", "title": "CNN on digits: filter-normalized random plane"},
    "digits-pca": {"directions": "pca", "title": "CNN on digits: PCA plane of the descent path"},
}
RESOLUTION = 25  # both planes, all samples: under a minute on two cores


def demo(out: str) -> Job[list[str]]:
    """Train, compute both planes, save them in the folder `out` and return their paths. What is there already is not computed
    again. Raises LossvistaError where the folder cannot be written."""
    from .run import run
    from .training.recording import Recording
    from .training.train import train

    folder = Path(out)
    recording = folder / "recording"
    if not (recording / "final.safetensors").exists():
        yield from train(TRAINING, str(recording))
    Recording(recording)  # a damaged recording is said here, not in the middle of a plane
    files = []
    for name, choices in PLANES.items():
        file = folder / f"{name}.h5"
        recipe = Recipe(**choices, trajectory=str(recording), resolution=RESOLUTION)  # type: ignore[arg-type]
        yield from run(recipe, str(file), overwrite=True)
        files.append(str(file))
    return files


def report(files: list[str], pictures: list[str]) -> None:
    """Print what was made, where, and the trust figures."""
    for file in files:
        landscape = load(file)
        print(f"\n{landscape.title}")
        print(f"  {os.path.relpath(file)}")
        stem = str(Path(file).with_suffix(""))
        for picture in pictures:
            if picture.startswith(stem):
                print(f"  {os.path.relpath(picture)}")
        utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
        for line in judgements(landscape, whole=False, utf8=utf8):
            print(f"    {line}")
