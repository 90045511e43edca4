"""Trains in child processes that are killed (SIGKILL) at given moments, one after the other, and then to the end. Run by tests:

    python killed_training.py FOLDER MOMENT…

for each FOLDER/NAME.json, a training, into FOLDER/NAME.
A moment is a number of events in the child: steps of the optimizer, and calls of the system that write, cut, rename or remove."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import torch

from lossvista.compute.progress import drain
from lossvista.compute.training import loop
from lossvista.compute.training.recipe import Training
from lossvista.compute.training.train import train


def killed_at(moment: int) -> None:
    """End this process, the hard way, at its event of that number."""
    seen = 0

    def counted(function):
        def call(*args, **kwargs):
            nonlocal seen
            seen += 1
            if seen >= moment:
                os.kill(os.getpid(), signal.SIGKILL)
            return function(*args, **kwargs)

        return call

    for owner, names in (
        (os, ("write", "fsync", "ftruncate", "open", "unlink")),
        (Path, ("replace", "unlink", "mkdir")),
        (torch.optim.SGD, ("step",)),
        (torch.optim.AdamW, ("step",)),
    ):
        for name in names:
            setattr(owner, name, counted(getattr(owner, name)))


def main(folder: str, *moments: str) -> None:
    torch.set_num_threads(1)
    torch.optim.SGD([torch.zeros(1)])  # which imports much: once here, not in every child
    loop.SAVE_EVERY, loop.SAVE_SHARE, loop.BETWEEN = (
        0.0,
        1e9,
        0.0,
    )  # a state after every step: kills hit its writing, too
    for file in sorted(Path(folder).glob("*.json")):
        choices = Training.model_validate_json(file.read_text())
        for moment in [*map(int, moments), 10**9]:
            child = os.fork()
            if child == 0:
                killed_at(moment)
                drain(train(choices, str(file.with_suffix(""))))
                os._exit(0)
            ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            print("killed" if ended == -signal.SIGKILL else f"ended {ended}", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
