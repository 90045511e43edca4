"""The kernel of a GPU's tensor cores, in Triton's interpreter: its arithmetic, wherever there is no GPU."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys

import pytest
import torch

from lossvista.compute.engines.form import TENSOR_CORES, Way, way_of
from lossvista.compute.engines.tensor_cores import available

INTERPRETED = """
import itertools, torch
from torch import nn
from torch.nn import functional as F
from lossvista.compute.engines.convolution import output_shape
from lossvista.compute.engines.tensor_cores import launched

torch.manual_seed(0)
for inputs, outputs, size, stride, padding in ((3, 16, 3, 1, 1), (16, 32, 3, 2, 1), (40, 70, 1, 2, 0), (5, 4, (3, 1), (1, 2), (0, 1))):
    layer = nn.Conv2d(inputs, outputs, size, stride, padding).requires_grad_(False)
    x = torch.randn(3, inputs, 9, 7)
    weight = layer.weight.permute(2, 3, 1, 0).reshape(-1, outputs).contiguous()
    shape = output_shape(x, layer)
    wanted = F.conv2d(x.double(), layer.weight.double(), layer.bias.double(), stride, padding)
    assert shape == wanted.shape
    for adds, clamps in itertools.product((False, True), repeat=2):
        other = torch.randn(shape).to(memory_format=torch.channels_last) if adds else None
        whole = wanted if other is None else wanted + other.double()
        whole = whole.relu() if clamps else whole
        laid = x.contiguous(memory_format=torch.channels_last)
        found = launched(laid, weight, layer.bias, other, shape, layer, clamps, "ieee")
        assert (found - whole).abs().max() < 1e-5, (inputs, outputs, adds, clamps)
x = torch.full((1, 16, 4, 4), float("nan")).to(memory_format=torch.channels_last)
layer = nn.Conv2d(16, 16, 1).requires_grad_(False)
weight = layer.weight.reshape(16, 16).t().contiguous()
assert launched(x, weight, layer.bias, None, x.shape, layer, True, "ieee").isnan().all()
print("right")
"""


@pytest.mark.skipif(importlib.util.find_spec("triton") is None, reason="NO TRITON: its kernel was not interpreted")
def test_the_kernel_is_a_convolution() -> None:
    environment = os.environ | {"TRITON_INTERPRET": "1"}
    done = subprocess.run([sys.executable, "-c", INTERPRETED], capture_output=True, text=True, env=environment)
    assert done.stdout.strip() == "right", done.stderr


def test_a_cpu_has_none_and_goes_on_with_what_it_has() -> None:
    assert not available(torch.device("cpu"))
    assert way_of({"evaluation": {"batch": 7, "form": TENSOR_CORES}}) == Way(7, TENSOR_CORES)


def test_without_the_text_of_the_kernel_there_is_none(run_python, tmp_path) -> None:
    """Triton compiles it from its file, which a frozen program need not hold: here it is there only as bytecode."""
    script = f"""
import py_compile
from pathlib import Path
from lossvista.compute import engines
from lossvista.compute.engines.tensor_cores import _kernel
source = Path(engines.__file__).with_name("tensor_cores_kernel.py")
py_compile.compile(str(source), cfile={str(tmp_path / "tensor_cores_kernel.pyc")!r}, dfile="gone.py")
engines.__path__.insert(0, {str(tmp_path)!r})
print("RESULT", _kernel())
"""
    assert "RESULT None" in run_python(script)
