"""Ranking: does a wide basin mean a small test error? The same network trained with several batch sizes and weight decays, from several
seeds (Keskar et al. 2017; Li et al. 2018, §5), each measured (basin, sharpness), and ranked beside its test error.

python benchmarks/ranking.py
lossvista rank ranking/*.h5
"""

import sys
from pathlib import Path

from lossvista import Recipe, load, run
from lossvista.compute.cli_rank import rank
from lossvista.compute.studies import STUDIES
from lossvista.compute.studies.studied import studied
from lossvista.compute.training.recipe import Training
from lossvista.compute.training.train import train

MEASURES = {
    "basin": {"directions": 30, "level": 0.5},
    "sharpness": {"draws": 0},
    "curvature": {"eigenvalues": 1, "probes": 20, "steps": 1},
}


def drained(job):
    """What a job returns."""
    while True:
        try:
            next(job)
        except StopIteration as end:
            return end.value


def made(folder, batch_size, decay, seed, epochs, samples):
    """A landscape's file: a plane of 21 × 21 points around the trained network, with its test error and its measures."""
    name = f"b{batch_size}-wd{decay:g}-s{seed}"
    training = Training(
        model="mlp",
        data="digits",
        batch_size=batch_size,
        weight_decay=decay,
        seed=seed,
        epochs=epochs,
        samples=samples,
        lr=0.03,
    )
    recording = drained(train(training, f"{folder}/{name}"))
    recipe = Recipe(
        trajectory=recording, test_data="digits:test", resolution=21, samples=samples, seed=seed, title=name
    )
    file = Path(folder, f"{name}.h5")
    drained(run(recipe, str(file), overwrite=True))
    for study, choices in MEASURES.items():
        drained(studied(STUDIES[study], file, STUDIES[study].model(**choices)))
    return file


def main(folder="ranking", epochs=80, sizes=(16, 64, 256), decays=(0.0, 5e-3), seeds=(0, 1), samples=600):
    Path(folder).mkdir(parents=True, exist_ok=True)
    files = []
    for batch_size in sizes:
        for decay in decays:
            for seed in seeds:
                files.append(made(folder, batch_size, decay, seed, epochs, samples))
                known = load(files[-1])
                print(f"{files[-1].name}: ‖θ‖ = {known.trust['weight_norm']:.2f}", flush=True)
    return rank(*files)


if __name__ == "__main__":
    main(*sys.argv[1:2])
