"""PCA: seconds and memory for the principal directions of a recorded path, beside scikit-learn on the stacked matrix.

    python benchmarks/pca.py --checkpoints 30 300 --million 25.6 --folder SCRATCH

Writes recordings of a random walk (checkpoints × parameters × 4 bytes, 28.6 GiB for 300 × 25.6 million) and removes them again.
Anonymous memory (RssAnon) is what the process itself takes; pages of mapped files can be given back at any time and do not count."""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
import torch

NAMES = [f"layer{k}.weight" for k in range(8)]


def record(folder: Path, count: int, parameters: int) -> None:
    """A walk with a drift in two directions and noise, as a Recorder writes one."""
    from lossvista.compute.training.recorder import Recorder

    torch.set_num_threads(1)  # on a busy machine, threads that share an operator mostly wait
    model = torch.nn.Module()
    each = parameters // len(NAMES)
    for name in NAMES:
        model.add_module(name.partition(".")[0], torch.nn.Linear(each, 1, bias=False))
    generator = torch.Generator().manual_seed(0)
    drift = [torch.randn(2, each, generator=generator) for _ in NAMES]
    with Recorder(folder, model) as recorder, torch.no_grad():
        for k in range(count):
            t = k / count
            for (a, b), weight in zip(drift, model.parameters(), strict=True):
                weight.add_(t * a + (1 - t) * b, alpha=1 / count).add_(
                    torch.randn(each, generator=generator), alpha=1e-4
                )
            recorder.save(step=k)


class Watch:
    """The largest anonymous memory of this process while the block runs, in bytes, beyond what there was before."""

    def __enter__(self) -> Watch:
        self.before = self.most = anonymous()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def _watch(self) -> None:
        while not self._stop.wait(0.01):
            self.most = max(self.most, anonymous())

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()


def anonymous() -> int:
    status = Path("/proc/self/status").read_text()
    return 1024 * int(status.split("RssAnon:")[1].split()[0])


def measure(what: str, folder: Path) -> dict[str, float]:
    """One method on one recording, in a process of its own."""
    from lossvista.compute.directions.pca import principal_directions
    from lossvista.compute.plane import Plane
    from lossvista.compute.training.recording import Recording

    recording = Recording(folder)
    count = len(recording)
    began, busy = time.perf_counter(), time.process_time()
    with Watch() as watch:
        states = [recording.stored(k) for k in range(count)]
        if what == "ours":
            origin = {name: tensor.clone() for name, tensor in states[-1].items()}
            found, explained, _ = principal_directions(states, origin, list(origin), 2)
            half = time.perf_counter()
            Plane(origin, found).projections(states)
        else:
            from sklearn.decomposition import PCA

            rows = np.stack([np.concatenate([t.reshape(-1).numpy() for t in state.values()]) for state in states])
            half = time.perf_counter()
            explained = PCA(2, svd_solver="full").fit(rows - rows[-1]).explained_variance_ratio_
    ended = time.perf_counter()
    seconds = (half - began, ended - half) if what == "ours" else (ended - began, 0.0)
    return {
        "directions_s": seconds[0],
        "projection_s": seconds[1],
        "cpu_s": time.process_time() - busy,
        "own_gib": watch.most / 2**30,
        "explained": float(explained[0]),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoints", type=int, nargs="+", default=[30])
    parser.add_argument("--million", type=float, default=25.6, help="parameters")
    parser.add_argument("--folder", default=tempfile.gettempdir(), help="for the recordings")
    parser.add_argument("--measure", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measure(options.measure[0], Path(options.measure[1]))))
        return
    print("| Checkpoints | Method | Directions | Projection | CPU | Anonymous memory |\n|---|---|---|---|---|---|")
    for count in options.checkpoints:
        folder = Path(tempfile.mkdtemp(dir=options.folder))
        try:
            record(folder / "run", count, round(options.million * 1e6))
            for what in ("ours", "scikit-learn") if count <= 30 else ("ours",):
                command = [sys.executable, __file__, "--measure", what, str(folder / "run")]
                done = subprocess.run(command, capture_output=True, text=True)
                if done.returncode:
                    print(
                        f"| {count} | {what} | failed: {done.stderr.strip().splitlines()[-1] if done.stderr else done.returncode} |"
                    )
                    continue
                found = json.loads(done.stdout)
                print(
                    f"| {count} | {what} | {found['directions_s']:.1f} s | {found['projection_s']:.1f} s | {found['cpu_s']:.1f} s | "
                    f"{found['own_gib']:.2f} GiB |",
                    flush=True,
                )
        finally:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
