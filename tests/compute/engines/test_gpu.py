"""A GPU: the same numbers as everywhere, in one graph a point, on tensor cores, from bytes, with less memory, from several workers."""

from __future__ import annotations

import itertools
import subprocess
import sys

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from lossvista.compute.engines import codes, tensor_cores
from lossvista.compute.engines.activations import RELU
from lossvista.compute.engines.auto import auto
from lossvista.compute.engines.child import child
from lossvista.compute.engines.evaluator import Evaluator
from lossvista.compute.engines.form import FORMS, TENSOR_CORES, Way
from lossvista.compute.engines.inline import inline
from lossvista.compute.engines.preview import computing
from lossvista.compute.engines.tensor_cores import TensorCoreConvolution, available
from lossvista.compute.problem.models import build_model
from lossvista.compute.problem.problem import Problem
from lossvista.compute.surface import Patch, Surface
from lossvista.compute.weights import weights_of

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="NO GPU: nothing of CUDA was run")
CUDA = torch.device("cuda")
cores = pytest.mark.skipif(
    not (torch.cuda.is_available() and available(CUDA)),
    reason="NO TRITON, or a GPU without TF32: its kernel was not run",
)


def problem_of(name: str = "resnet20", count: int = 300, **changes) -> Problem:
    """An untrained network with batch-norm statistics of its own, and images made of bytes."""
    torch.manual_seed(0)
    model = build_model(name, (3, 32, 32), 10)
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.running_var, 0.5, 2)
    x = torch.randint(0, 256, (count, 3, 32, 32), dtype=torch.uint8) / 255 - 0.45
    return Problem(model, train=(x, torch.randint(0, 10, (count,))), **changes)


def axes_of(problem: Problem, number: int = 2) -> list[dict[str, torch.Tensor]]:
    theta = weights_of(problem.model)
    return [
        {k: 0.2 * torch.randn_like(t) * t.norm() / t.numel() ** 0.5 for k, t in theta.items()} for _ in range(number)
    ]


def evaluator(problem: Problem, axes, **changes) -> Evaluator:
    return Evaluator(problem, weights_of(problem.model), axes, **{"device": "cuda"} | changes)


@cores
@pytest.mark.parametrize(
    ("inputs", "outputs", "size", "stride", "padding"),
    [(3, 16, 3, 1, 1), (16, 16, 3, 1, 1), (16, 32, 3, 2, 1), (32, 32, 1, 2, 0), (20, 70, 5, 2, 2), (64, 130, 3, 1, 0)],
)
def test_three_products_of_tf32_are_single_precision(inputs, outputs, size, stride, padding) -> None:
    torch.manual_seed(inputs)
    layer = nn.Conv2d(inputs, outputs, size, stride, padding, bias=outputs != 70).cuda().requires_grad_(False)
    norm = nn.BatchNorm2d(outputs).cuda().eval().requires_grad_(False) if outputs % 16 == 0 else None
    x = torch.randn(5, inputs, 13, 11, device="cuda")
    for own, adds in itertools.product((None, RELU), (False, True)):
        part = TensorCoreConvolution(layer, norm, own, torch.channels_last)
        part.refresh()
        wide = F.conv2d(
            x.double(), layer.weight.double(), None if layer.bias is None else layer.bias.double(), stride, padding
        )
        wide = wide if norm is None else wide / (1 + norm.eps) ** 0.5
        other = torch.randn(wide.shape, device="cuda") if adds else None
        wide = wide if other is None else wide + other.double()
        wide = wide if own is None else wide.relu()
        found = part(x, other)
        assert (found.double() - wide).abs().max() < 3e-6 * wide.abs().max()
        for precision, error in (("tf32", 5e-3), ("float16", 5e-3), ("bfloat16", 5e-2)):
            part.precision = precision
            part.refresh()
            with computing(CUDA, precision):
                rough = (part(x, other).double() - wide).abs().max() / wide.abs().max()
            assert 1e-6 < rough < error


@pytest.mark.parametrize("form", [*FORMS[:3], pytest.param(TENSOR_CORES, marks=cores)])
@pytest.mark.parametrize("name", ["resnet20", "resnet20-noshort", "vgg11", "mobilenet-v2"])
def test_every_form_is_within_a_hundred_thousandth_of_float64(name: str, form: str) -> None:
    problem = problem_of(name, 60)
    axes = axes_of(problem)
    exact = evaluator(problem, axes, precision="float64", way=Way(60, "plain"))
    found = evaluator(problem, axes, way=Way(40, form))
    assert found.way.form == form
    for place in ((0.0, 0.0), (0.7, -0.2)):
        assert found.at(*place)["train_loss"] == pytest.approx(exact.at(*place)["train_loss"], rel=1e-5)


def test_torchs_own_tf32_does_not_come_in() -> None:
    """PyTorch takes TF32 for convolutions unless it is told not to; a check made in it fails a fused network that is right."""
    problem = problem_of()
    axes = axes_of(problem)
    found = {}
    before = torch.backends.cudnn.allow_tf32
    try:
        for torch.backends.cudnn.allow_tf32 in (False, True):
            own = evaluator(problem, axes)
            assert "checked against the plain network" in own.note
            found[torch.backends.cudnn.allow_tf32] = own.at(0.4, 0.3)["train_loss"]
    finally:
        torch.backends.cudnn.allow_tf32 = before
    assert found[True] == pytest.approx(found[False], rel=1e-6)


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_graph_gives_the_same_bits(number: int) -> None:
    problem = problem_of()
    own = evaluator(problem, axes_of(problem, number), batch_size=77)
    assert own._graph is not None and "one CUDA graph" in own.note
    for place in [(0.0, 0.0), (0.7, -0.2), (-1.0, 1.0), (0.7, -0.2)]:
        one = own.at(*place[:number])
        own.of(weights_of(problem.model))  # what is called in between leaves nothing behind
        graph, own._graph = own._graph, None
        assert own.at(*place[:number]) == one
        own._graph = graph


def test_what_cannot_be_captured_is_called() -> None:
    class Peeks(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.line = nn.Linear(4, 3)

        def forward(self, x):
            y = self.line(x)
            return y if float(y.sum()) > 0 else -y

    torch.manual_seed(1)
    problem = Problem(Peeks(), train=(torch.randn(50, 4), torch.randint(0, 3, (50,))))
    axes = axes_of(problem, 1)
    own, cpu = evaluator(problem, axes), evaluator(problem, axes, device="cpu")
    assert own._graph is None and "no CUDA graph" in own.note
    for a in (-3.0, 0.0, 3.0):
        assert own.at(a)["train_loss"] == pytest.approx(cpu.at(a)["train_loss"], rel=1e-5)


@pytest.mark.parametrize("policy", ["interpolated", "re-estimated"])
def test_moving_statistics_are_the_cpus(policy: str) -> None:
    problem = problem_of(count=80)
    axes = axes_of(problem, 1)
    shifts: list = [{k: 0.1 * torch.rand_like(t) for k, t in problem.model.named_buffers() if t.is_floating_point()}]
    both = [
        evaluator(
            problem,
            axes,
            device=device,
            batch_norm=policy,
            batch_size=40,
            buffers=shifts if policy == "interpolated" else (),
        )
        for device in ("cpu", "cuda")
    ]
    one, other = (own.at(0.5)["train_loss"] for own in both)
    assert one == pytest.approx(other, rel=1e-5)


def test_images_stay_bytes_and_give_the_same_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    found, sizes = [], []
    for worth in (1, 2**40):
        monkeypatch.setattr(codes, "WORTH", worth)
        problem = problem_of(count=2000)
        own = evaluator(problem, [], way=Way(500, "fused"))
        sizes.append(sum(held.inputs.nbytes for held in own._batches._all))
        found.append(own.at())
    assert found[0] == found[1] and sizes[1] == 4 * sizes[0]


def test_where_the_memory_is_full_the_batch_is_halved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lossvista.compute.engines.evaluator.MOST", 0)  # no graph, which takes memory of its own
    problem = problem_of("resnet20", 4000)
    wanted = evaluator(problem, [], batch_size=100).at()
    torch.cuda.empty_cache()
    free = torch.cuda.mem_get_info()[1]
    try:
        torch.cuda.set_per_process_memory_fraction((torch.cuda.memory_allocated() + 2**29) / free)
        own = evaluator(problem, [], batch_size=4000)
        found = own.at()
        assert own.batch_size < 4000
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0)
    assert found["train_loss"] == pytest.approx(wanted["train_loss"], rel=1e-5)


@cores
def test_without_triton_the_operators_of_cudnn_do(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = problem_of()
    axes = axes_of(problem)
    with_it = evaluator(problem, axes, way=Way(300, TENSOR_CORES))
    monkeypatch.setattr(tensor_cores, "_kernel", lambda: None)
    without = evaluator(problem, axes, way=with_it.way)
    assert with_it.way.form == TENSOR_CORES and without.way.form != TENSOR_CORES
    assert with_it.at(0.3, 0.2)["train_loss"] == pytest.approx(without.at(0.3, 0.2)["train_loss"], rel=1e-6)


def test_two_workers_on_one_gpu_give_the_bits_of_one_process(place) -> None:
    surfaces = []
    for engine, workers in ((inline, 0), (child, 2)):
        blueprint, tasks = place.blueprint(device="cuda", workers=workers)
        surface = Surface(blueprint.recipe.grid())
        for item in engine(blueprint, tasks):
            if isinstance(item, Patch):
                surface.add(item)
        surfaces.append(surface.fields["train_loss"])
    assert np.array_equal(*surfaces)


@pytest.mark.parametrize("engine", [auto, child])
def test_a_fault_of_the_gpu_costs_a_process_and_no_point(place, engine) -> None:
    """Fault 15: an assertion fails on the device, which no process survives that uses it. In processes of their own, since this one
    goes on with other tests."""
    blueprint, tasks = place.blueprint(device="cuda:0")
    wanted = np.concatenate([item.fields["train_loss"] for item in inline(blueprint, tasks) if isinstance(item, Patch)])
    place.order({33: "fault once"}, device="cuda:0")
    script = (
        "import sys, numpy as np; from lossvista.compute.progress import drain; from lossvista.compute.recipe import Recipe\n"
        "from lossvista.compute.run import run\n"
        "recipe = Recipe.of(problem=sys.argv[1], engine=sys.argv[2], ignore='none', normalization='none', resolution=9, device='cuda:0')\n"
        "np.save(sys.argv[3], drain(run(recipe)).surface.fields['train_loss'].ravel())\n"
    )
    found = place.folder / "found.npy"
    command = [sys.executable, "-c", script, str(place.folder / "mine.py"), engine.__name__, str(found)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert np.array_equal(np.load(found)[tasks[0].index], wanted)
    ((_, after),) = place.faults
    assert after == 0 and len(place.processes) >= 2
