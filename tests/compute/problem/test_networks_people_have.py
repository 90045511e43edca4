"""Networks as people have them: wrapped, compiled, hooked, in half precision, writing over their inputs, taking statistics of the
batch; and those that cannot have a landscape, refused in one sentence (invariants 1–3, 6)."""

from __future__ import annotations

import copy
import math
from collections import namedtuple
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils import prune
from torch.utils.data import DataLoader, Subset, SubsetRandomSampler, TensorDataset, WeightedRandomSampler

from lossvista.compute.directions.gaussian import gaussian
from lossvista.compute.directions.normalization import normalize
from lossvista.compute.engines.evaluator import Evaluator
from lossvista.compute.errors import LossvistaError
from lossvista.compute.measures.derivatives import Derivatives
from lossvista.compute.prepare import plane_of, prepare
from lossvista.compute.problem.fitting import fit_weights
from lossvista.compute.problem.problem import Problem
from lossvista.compute.progress import drain
from lossvista.compute.recipe import Recipe
from lossvista.compute.run import run
from lossvista.compute.training.recorder import Recorder
from lossvista.compute.training.recording import Recording
from lossvista.compute.trust import figures
from lossvista.compute.weights import Weights, norm, units, weights_of

N = 13
X, Y = torch.randn(N, 6, generator=torch.Generator().manual_seed(1)), torch.arange(N) % 3


def mlp() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 3))


def axis_of(problem: Problem) -> Weights:
    theta = weights_of(problem.model)
    return normalize(gaussian(theta, list(theta), 0, 0), theta, units(problem.model), "filter")


def curve(problem: Problem, **options: Any) -> list[float]:
    problem.check()
    axis = axis_of(problem)
    evaluator = Evaluator(problem, weights_of(problem.model), [axis], **{"batch_size": 5, **options})
    return [evaluator.at(a)["train_loss"] for a in (0.0, 0.5, -1.0, 0.0)]


# --- Wrapped and compiled ---


@pytest.mark.parametrize("wrap", [nn.DataParallel, lambda net: nn.DataParallel(nn.DataParallel(net)), torch.compile])
def test_a_wrapped_network_is_the_network_inside(wrap: Callable[[nn.Module], nn.Module]) -> None:
    problem = Problem(wrap(mlp()), train=(X, Y))
    assert list(weights_of(problem.model)) == ["0.weight", "0.bias", "2.weight", "2.bias"]
    assert curve(problem) == curve(Problem(mlp(), train=(X, Y)))


def test_a_recording_of_a_wrapped_network_fits_the_network_inside(tmp_path) -> None:
    wrapped = torch.compile(nn.DataParallel(mlp()))
    with Recorder(tmp_path / "run", wrapped) as recorder:
        recorder.save()
    inside = Problem(wrapped, train=(X, Y)).model
    found = Recording(tmp_path / "run").fitted(inside).weights(0)
    assert all(torch.equal(found[name], tensor) for name, tensor in inside.state_dict().items())


class Partly(nn.Module):
    """A network with a compiled part."""

    def __init__(self) -> None:
        super().__init__()
        self.body, self.head = torch.compile(mlp()), nn.Linear(3, 3)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.body(x))


def test_a_compiled_part_runs_as_it_was_written(tmp_path) -> None:
    """Its names have _orig_mod. in them, and those of checkpoints have not; compiling would take longer than the landscape."""
    net = Partly()
    plain = nn.Sequential(mlp(), copy.deepcopy(net.head))
    compiled, written = Problem(net, train=(X, Y)), Problem(plain, train=(X, Y))
    axis = axis_of(compiled)
    of_plain = dict(zip(weights_of(plain), axis.values(), strict=True))
    at = Evaluator(compiled.check(), weights_of(net), [axis]).at(0.7)
    assert at == Evaluator(written.check(), weights_of(plain), [of_plain]).at(0.7)
    assert compiled.losses(weights_of(net)).shape == (N,)
    clean = {name.replace("_orig_mod.", ""): tensor for name, tensor in net.state_dict().items()}
    assert fit_weights(net, clean, "a.pt").keys() == net.state_dict().keys()


# --- Precision ---


@pytest.mark.parametrize("kind", [torch.float16, torch.bfloat16])
def test_half_precision_is_computed_in_single(kind: torch.dtype) -> None:
    """L(θ) of the half-precision weights, without the rounding of half-precision arithmetic; directions are not rounded either."""
    net = mlp().to(kind)
    problem = Problem(net, train=(X, Y))
    found = curve(problem)
    assert found == curve(Problem(copy.deepcopy(net).float(), train=(X, Y)))
    assert problem.losses(weights_of(net)).double().mean().item() == pytest.approx(found[0], rel=1e-6)
    theta, axis = weights_of(net), axis_of(problem)
    assert axis["0.weight"].dtype == torch.float32 == problem.inputs.dtype
    assert torch.allclose(axis["0.weight"].norm(dim=1), theta["0.weight"].norm(dim=1), rtol=1e-6)
    assert next(net.parameters()).dtype == kind and norm(Derivatives(problem, list(theta)).gradient()) > 0


class Rotating(nn.Module):
    """Positions as rotations: a buffer of complex numbers, as some language models have."""

    def __init__(self) -> None:
        super().__init__()
        self.head = nn.Linear(6, 3)
        self.register_buffer("turn", torch.polar(torch.ones(3), torch.arange(3.0)))

    def forward(self, x: Tensor) -> Tensor:
        pairs = torch.view_as_complex(x.reshape(-1, 3, 2)) * self.turn
        return self.head(torch.view_as_real(pairs).flatten(1))


@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_complex_buffers_stay_complex(precision: str) -> None:
    net = Rotating()
    with torch.no_grad():
        wanted = F.cross_entropy(net(X), Y).item()
    assert curve(Problem(net, train=(X, Y)), precision=precision)[0] == pytest.approx(wanted, rel=1e-6)


# --- Networks and losses that write over what they are given ---


class Overwriting(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.head = nn.Linear(6, 3)

    def forward(self, x: Tensor) -> Tensor:
        x += 1
        return self.head(x.clamp_(min=0))


class Images(nn.Module):
    """The same with a convolution, which is fused."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.head = nn.Conv2d(1, 3, 2), nn.Linear(6, 3)  # of images of 2×3

    def forward(self, x: Tensor) -> Tensor:
        x.mul_(2)
        return self.head(self.conv(x).relu().flatten(1))


@pytest.mark.parametrize("net, x", [(Overwriting(), X), (Images(), X.view(N, 1, 2, 3))])
@pytest.mark.parametrize("policy", ["frozen", "re-estimated"])
def test_the_samples_stay_as_they_were(net: nn.Module, x: Tensor, policy: str) -> None:
    given, labels = x.clone(), Y.clone()
    with torch.no_grad():
        wanted = F.cross_entropy(net(x.clone()), Y).item()
    problem = Problem(net, train=(given, labels))
    found = curve(problem, batch_norm=policy)
    assert problem.overwrites and torch.equal(given, x) and torch.equal(labels, Y)
    assert found[0] == found[-1] == pytest.approx(wanted, rel=1e-6)
    assert problem.losses(weights_of(net)).double().mean().item() == pytest.approx(wanted, rel=1e-6)
    Derivatives(problem, list(weights_of(net))).gradient()
    assert torch.equal(given, x)


def test_a_loss_that_writes_over_its_targets_leaves_the_data_alone() -> None:
    def relabelling(outputs: Tensor, targets: Tensor) -> Tensor:
        targets[targets == 2] = 0
        targets += 1  # a second time, and there is no such class
        return F.cross_entropy(outputs, targets, reduction="none")

    labels = Y.clone()
    problem = Problem(mlp(), train=(X, labels), loss=relabelling)
    with torch.no_grad():
        wanted = F.cross_entropy(mlp()(X), torch.where(Y == 2, 0, Y) + 1).item()
    found = curve(problem)
    assert torch.equal(labels, Y) and found[0] == found[-1] == pytest.approx(wanted, rel=1e-6)


# --- Outputs of all shapes ---

Pair = namedtuple("Pair", "logits aux")


class Several(nn.Module):
    def __init__(self, way: str) -> None:
        super().__init__()
        self.body, self.way = mlp(), way

    def forward(self, x: Tensor) -> Any:
        logits = self.body(x)
        aux = logits.sum(1)
        ways = {
            "tuple": (logits, {"aux": aux}),
            "dict": {"aux": aux, "logits": logits},
            "named": Pair(logits, aux),
            "nested": [(logits, aux), {"deep": (aux,)}],
        }
        return ways[self.way]


def own_loss(way: str) -> Callable[[Any, Tensor], Tensor]:
    def loss(outputs: Any, targets: Tensor) -> Tensor:
        logits, aux = {
            "tuple": lambda o: (o[0], o[1]["aux"]),
            "dict": lambda o: (o["logits"], o["aux"]),
            "named": lambda o: (o.logits, o.aux),
            "nested": lambda o: (o[0][0], o[1]["deep"][0]),
        }[way](outputs)
        return F.cross_entropy(logits, targets) + 0.1 * aux.square().mean()

    return loss


@pytest.mark.parametrize("way", ["tuple", "dict", "named", "nested"])
def test_networks_that_return_several_things(way: str) -> None:
    net = Several(way)
    with torch.no_grad():
        logits = net.body(X)
        plain = F.cross_entropy(logits, Y).item()
        whole = plain + 0.1 * logits.sum(1).square().mean().item()
    own = Problem(net, train=(X, Y), loss=own_loss(way)).check()
    at = Evaluator(own, weights_of(net), [], batch_size=5).at()
    assert at["train_loss"] == pytest.approx(whole, rel=1e-6) and at["train_loss_se"] > 0 and own.notes == []
    for loss in (nn.CrossEntropyLoss(), F.cross_entropy):
        problem = Problem(net, train=(X, Y), loss=loss).check()
        assert Evaluator(problem, weights_of(net), []).at()["train_loss"] == pytest.approx(plain, rel=1e-6)


# --- Standard errors that there are not ---


class BatchStatistics(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.body, self.norm = nn.Linear(6, 3), nn.BatchNorm1d(3, track_running_stats=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.norm(self.body(x))


class Centring(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Linear(6, 3)

    def forward(self, x: Tensor) -> Tensor:
        return self.body(x - x.mean(0))


@pytest.mark.parametrize("net", [BatchStatistics(), Centring()])
def test_a_network_that_takes_statistics_of_its_batch_is_found_out_and_has_no_standard_error(net: nn.Module) -> None:
    problem = Problem(net, train=(X, Y)).check()
    assert "depend on the samples beside it" in problem.notes[0] and "no standard error" in problem.notes[0]
    at = Evaluator(problem, weights_of(net), [], batch_size=5).at()
    with torch.no_grad():
        sums = [F.cross_entropy(net(x), y, reduction="sum") for x, y in zip(X.split(5), Y.split(5), strict=True)]
    assert at["train_loss"] == pytest.approx(float(sum(sums)) / N, rel=1e-6) and math.isnan(at["train_loss_se"])


def test_an_ordinary_network_and_a_random_one_are_not_mistaken_for_it() -> None:
    class Noisy(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.body = mlp()

        def forward(self, x: Tensor) -> Tensor:
            return self.body(x + torch.rand_like(x))

    for net in (mlp(), Noisy(), nn.Sequential(nn.BatchNorm1d(6), mlp())):
        assert Problem(net, train=(X, Y)).check().notes == []


def test_a_loss_over_pairs_of_samples_has_no_standard_error() -> None:
    def contrast(outputs: Tensor, targets: Tensor) -> Tensor:
        return F.cross_entropy(outputs @ outputs.T, torch.arange(len(outputs)))

    problem = Problem(mlp(), train=(X, Y), loss=contrast, metrics={}).check()
    at = Evaluator(problem, weights_of(problem.model), [], batch_size=N).at()
    with torch.no_grad():
        out = mlp()(X)
    assert at["train_loss"] == pytest.approx(contrast(out, Y).item(), rel=1e-6) and math.isnan(at["train_loss_se"])
    assert "samples contribute jointly" in problem.notes[0]


def test_a_single_sample_has_no_standard_error(tmp_path) -> None:
    found = Evaluator(Problem(mlp(), train=(X[:1], Y[:1])).check(), weights_of(mlp()), []).at()
    assert math.isfinite(found["train_loss"]) and math.isnan(found["train_loss_se"])
    torch.save({"w": X, "y": Y}, tmp_path / "data.pt")
    (tmp_path / "mine.py").write_text(
        "import torch\nfrom lossvista import Problem\n"
        "def make_problem():\n    return Problem(torch.nn.Linear(6, 3), train=(torch.ones(1, 6), torch.zeros(1).long()))\n"
    )
    landscape = drain(run(Recipe(problem=str(tmp_path / "mine.py"), resolution=3)))
    line = next(line for line in figures(landscape) if line.label == "Samples")
    assert line.value == "1 of 1  (no standard error)" and line.verdict == "good"  # it is the whole data set


# --- Data loaders ---


def test_the_subset_that_a_loader_draws_from_is_respected() -> None:
    chosen = [11, 2, 7, 5]
    loaders = {
        "sampler": DataLoader(TensorDataset(X, Y), batch_size=2, sampler=SubsetRandomSampler(chosen)),
        "batch sampler": DataLoader(
            TensorDataset(X, Y), batch_sampler=torch.utils.data.BatchSampler(SubsetRandomSampler(chosen), 3, True)
        ),
        "tensor of numbers": DataLoader(TensorDataset(X, Y), sampler=SubsetRandomSampler(torch.tensor(chosen))),
        "subset": DataLoader(Subset(TensorDataset(X, Y), chosen), shuffle=True),
    }
    for name, loader in loaders.items():
        problem = Problem(mlp(), train=loader)
        assert torch.equal(problem.inputs, X[chosen]) and torch.equal(problem.targets, Y[chosen]), name
        assert problem.available == 4


def test_a_loader_that_weighs_samples_is_said() -> None:
    loader = DataLoader(TensorDataset(X, Y), sampler=WeightedRandomSampler(torch.rand(N), N))
    problem = Problem(mlp(), train=loader).check()
    assert len(problem) == N and "each of them counts once" in problem.notes[0]


# --- Hooks ---


class Convolving(nn.Sequential):
    def __init__(self) -> None:
        torch.manual_seed(0)
        super().__init__(nn.Conv2d(1, 4, 2), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), nn.Linear(8, 3))


HOOKS: dict[str, Callable[[nn.Module], Any]] = {
    "on the convolution, changing its output a little": lambda net: net[0].register_forward_hook(
        lambda module, inputs, output: output * 1.0001
    ),
    "before the convolution": lambda net: net[0].register_forward_pre_hook(
        lambda module, inputs: (inputs[0] * 1.0001,)
    ),
    "on the whole network": lambda net: net.register_forward_hook(lambda module, inputs, output: output * 1.0001),
    "on the batch-norm, keeping what it sees": lambda net: net[1].register_forward_hook(
        lambda module, inputs, output: module.__dict__.setdefault("seen", []).append(output.shape)
    ),
    "of the old weight norm": lambda net: nn.utils.weight_norm(net[0]),
    "of pruning": lambda net: prune.l1_unstructured(net[0], "weight", amount=0.5),
}


@pytest.mark.filterwarnings("ignore:.*weight_norm.* is deprecated")
@pytest.mark.parametrize("where", HOOKS)
def test_hooks_are_called_at_every_point(where: str) -> None:
    """A fused network would leave them out, or call them once, while it is traced."""
    net = Convolving()
    x = X.view(N, 1, 2, 3)
    assert "fused" in Evaluator(Problem(net, train=(x, Y)).check(), weights_of(net), []).note
    HOOKS[where](net)
    problem = Problem(net, train=(x, Y)).check()
    axis = axis_of(problem)
    evaluator = Evaluator(problem, weights_of(net), [axis], batch_size=N)
    assert evaluator.note.startswith("Evaluating with the plain network") and evaluator.note.endswith(": it has hooks.")
    for a in (0.0, 0.6):
        there = {name: t + a * axis[name] for name, t in weights_of(net).items()}
        wanted = problem.losses(there, batch_size=N).double().mean().item()
        assert evaluator.at(a)["train_loss"] == pytest.approx(wanted, rel=1e-7)


# --- What cannot have a landscape ---


class Waves(nn.Module):
    def __init__(self, parameter: Tensor) -> None:
        super().__init__()
        self.inner = nn.Linear(6, 3)
        self.inner.register_parameter("phase", nn.Parameter(parameter, requires_grad=False))


class Scripted(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.body = torch.jit.script(mlp())


@pytest.mark.filterwarnings("ignore:.*torch.jit.* is deprecated")
@pytest.mark.parametrize(
    "make, words",
    [
        (
            lambda: nn.Sequential(nn.LazyLinear(3)),
            r"'0\.weight' has no shape yet: its layer is lazy\. Call the network once",
        ),
        (
            lambda: torch.jit.script(mlp()),
            r"network is a TorchScript program: its weights cannot be moved\. Give the nn\.Module",
        ),
        (lambda: Scripted(), r"holds a part that is a TorchScript program, 'body'"),
        (
            lambda: Waves(torch.zeros(2, dtype=torch.complex64)),
            r"'inner\.phase' holds complex64 numbers.*real and imaginary",
        ),
        (
            lambda: Waves(torch.zeros(2, dtype=torch.int8)),
            r"'inner\.phase' holds int8 numbers.*before it was quantized",
        ),
    ],
)
def test_what_cannot_be_moved_is_refused_in_a_sentence(make: Callable[[], nn.Module], words: str) -> None:
    with pytest.raises(LossvistaError, match=words):
        Problem(make(), train=(X, Y))


def test_a_lazy_network_that_was_called_once_is_an_ordinary_one() -> None:
    net = nn.Sequential(nn.LazyLinear(3))
    net(X)
    assert len(curve(Problem(net, train=(X, Y)))) == 4


def diverged(value: float, where: str) -> nn.Module:
    net = nn.Sequential(nn.Flatten(), nn.Linear(64, 10), nn.BatchNorm1d(10))
    dict(net.state_dict())[where].view(-1)[0] = value
    return net


MINE = """
import torch
from torch import nn
from lossvista import Problem
def make_problem():
    net = nn.Sequential(nn.Flatten(), nn.Linear(64, 10), nn.BatchNorm1d(10))
    return Problem(net, train=(torch.rand(20, 1, 8, 8), torch.arange(20) % 10))
"""


@pytest.mark.parametrize("value, where", [(math.nan, "1.weight"), (math.inf, "1.bias"), (math.nan, "2.running_var")])
def test_a_diverged_checkpoint_is_refused(tmp_path, value: float, where: str) -> None:
    (tmp_path / "mine.py").write_text(MINE)
    torch.save(diverged(value, where).state_dict(), tmp_path / "bad.pt")
    torch.save(diverged(1.0, where).state_dict(), tmp_path / "good.pt")
    bad, good = str(tmp_path / "bad.pt"), str(tmp_path / "good.pt")
    for weights in ((bad,), (good, bad)):
        with pytest.raises(
            LossvistaError, match=rf"bad\.pt' is of a training that diverged: '{where}' holds NaN"
        ) as caught:
            prepare(Recipe(problem=str(tmp_path / "mine.py"), weights=weights, directions="between"))
        assert caught.value.hint.startswith("Take a checkpoint from before")


@pytest.mark.parametrize("directions", ["pca", "random"])
def test_a_path_that_diverged_on_its_way_is_refused(tmp_path, directions: str) -> None:
    (tmp_path / "mine.py").write_text(MINE)
    net = diverged(1.0, "1.weight")
    with Recorder(tmp_path / "run", net, problem=str(tmp_path / "mine.py")) as recorder:
        for number in range(4):
            nn.init.normal_(net[1].weight)
            if number == 2:
                net[1].weight.data[3, 3] = math.nan
            recorder.save()
    recipe = Recipe(
        problem=str(tmp_path / "mine.py"), trajectory=str(tmp_path / "run"), directions=directions, resolution=3
    )
    with pytest.raises(LossvistaError, match=r"Checkpoint 2 of .* is of a training that diverged"):
        drain(run(recipe))


def test_weights_that_are_all_zero_are_refused_where_directions_take_their_lengths(tmp_path) -> None:
    (tmp_path / "mine.py").write_text(MINE)
    net = diverged(1.0, "1.weight")
    nn.init.zeros_(net[1].weight)
    torch.save(net.state_dict(), tmp_path / "zero.pt")
    recipe = Recipe(problem=str(tmp_path / "mine.py"), weights=(str(tmp_path / "zero.pt"),))
    with pytest.raises(LossvistaError, match="has no length: all weights that it would move are zero"):
        plane_of(prepare(recipe))
    plane, _ = plane_of(prepare(recipe.replace(normalization="none")))
    assert plane.norms.min() > 0
