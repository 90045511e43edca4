"""Fault 14: a memory that is really full. Batches are halved until they fit; where not even one sample does, a sentence says so."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

NEEDS = """
import resource, sys
import torch
from pathlib import Path
from lossvista.compute.engines.evaluator import Evaluator
from lossvista.compute.errors import LossvistaError
from lossvista.compute.problem.problem import Problem
from lossvista.compute.weights import weights_of

class Wide(torch.nn.Module):
    '''Takes some megabytes of memory for each sample.'''
    def __init__(self, size):
        super().__init__()
        self.line, self.size = torch.nn.Linear(3, 2), size
        self.most = 0
    def forward(self, x):
        blown = self.line(x)[:, :, None] * torch.ones(self.size)
        Wide.most = max(Wide.most, len(x))
        return blown[:, :, 0]

Wide.most = 0
def evaluator(size, batch):
    torch.manual_seed(0)
    draw = torch.Generator().manual_seed(1)
    x, y = torch.randn(60, 3, generator=draw), torch.randint(0, 2, (60,), generator=draw)
    problem = Problem(Wide(size), train=(x, y))
    origin = weights_of(problem.model)
    return Evaluator(problem, origin, [{n: torch.ones_like(t) for n, t in origin.items()}], device="cpu", batch_size=batch)

torch.set_num_threads(1)
wanted = evaluator(4, 60).at(0.3)
mapped = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (mapped + int(sys.argv[2]) * 2**20, resource.RLIM_INFINITY))
Wide.most = 0
try:
    found = evaluator(int(sys.argv[1]), 60).at(0.3)
except LossvistaError as error:
    print(type(error).__name__, error.exit_code, error)
else:
    again = max(abs(found[k] - wanted[k]) for k in wanted)
    print("fits", Wide.most, again < 1e-6)
"""


def evaluated(size: int, room: int) -> str:
    """What became of 60 samples of `size` × 8 bytes each, with so many MiB of memory free."""
    done = subprocess.run([sys.executable, "-c", NEEDS, str(size), str(room)], capture_output=True, text=True)
    return done.stdout or done.stderr


@pytest.mark.skipif(sys.platform != "linux" or os.name == "nt", reason="limits of Linux")
def test_a_batch_for_which_there_is_no_memory_is_halved():
    said = evaluated(1_000_000, 300)  # 8 MB a sample, 480 MB a batch
    assert said.startswith("fits") and said.endswith("True\n"), said
    assert int(said.split()[1]) < 60


@pytest.mark.skipif(sys.platform != "linux" or os.name == "nt", reason="limits of Linux")
def test_where_not_one_sample_fits_that_is_said():
    said = evaluated(60_000_000, 200)
    assert said.startswith("OutOfSpace 4 The memory has no room for this network and its samples."), said
