"""Scale invariance: rescaled networks compute the same; under filter normalization they have the same landscape, and without it another."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from matplotlib.figure import Figure
from torch import nn

from lossvista.compute.cli import main
from lossvista.compute.errors import LossvistaError
from lossvista.compute.figures.studies import draw_study
from lossvista.compute.problem.models import build_model
from lossvista.compute.problem.rescaled import rescaled
from lossvista.compute.progress import drain
from lossvista.compute.storage import load
from lossvista.compute.studies.rescaling import TABLE, Rescaling, apart, lines
from lossvista.compute.studies.scale_invariance import scale_invariance


class Tied(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.one, self.two = nn.Linear(4, 4), nn.Linear(4, 4)
        self.two.weight = self.one.weight

    def forward(self, x):
        return self.two(torch.relu(self.one(x)))


class Forked(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.one, self.two = nn.Linear(4, 4), nn.Linear(4, 4)

    def forward(self, x):
        y = torch.relu(self.one(x))
        return self.two(y) + y


class Branching(nn.Module):
    def forward(self, x):
        return x if x.sum() > 0 else -x


@pytest.mark.parametrize("name", ["mlp", "cnn", "cnn-noskip", "mnist-cnn"])
@pytest.mark.parametrize("factor", [10.0, 0.1])
def test_a_rescaled_network_computes_the_same(name, factor) -> None:
    shape = (1, 28, 28) if name == "mnist-cnn" else (1, 8, 8)
    net, x = build_model(name, shape, 10), torch.randn(6, *shape)
    net(x)  # statistics of its own
    net.eval()
    before = {key: value.clone() for key, value in net.state_dict().items()}
    made, told = rescaled(net, factor)
    with torch.no_grad():
        torch.testing.assert_close(made(x), net(x), rtol=1e-3, atol=1e-4)
    assert told and all(torch.equal(net.state_dict()[key], value) for key, value in before.items())
    changed = [key for key, value in made.named_parameters() if not torch.equal(value, before[key])]
    assert len(changed) >= 2


@pytest.mark.parametrize(
    "net", [Tied(), Forked(), nn.Sequential(nn.Linear(3, 3), nn.Tanh(), nn.Linear(3, 2)), Branching()]
)
def test_what_cannot_be_rescaled_says_so(net) -> None:
    with pytest.raises(LossvistaError, match=r"no layers that can be rescaled|cannot be followed"):
        rescaled(net, 10.0)
    with pytest.raises(LossvistaError, match="positive factor"):
        rescaled(nn.Linear(2, 2), 1.0)


@pytest.fixture(scope="module")
def lesson(tmp_path_factory):
    out = tmp_path_factory.mktemp("scale") / "mlp.h5"
    drain(scale_invariance(Rescaling(epochs=2, samples=100, resolution=7), str(out)))
    return out


def test_invariant_15(lesson) -> None:
    """Li et al. 2018, §3: the same to 1e-5 under filter normalization with the same raw draw, and another one without it."""
    landscape = load(lesson)
    table = landscape.tables[TABLE]
    np.testing.assert_allclose(table["original_filter"], table["rescaled_filter"], rtol=1e-5)
    assert not np.allclose(table["original_none"], table["rescaled_none"], rtol=0.05)
    assert apart(landscape, "filter") < 1 + 1e-5 < 1.05 < apart(landscape, "none")
    np.testing.assert_array_equal(table["original_filter"], landscape.surface.fields["train_loss"].ravel())
    assert table["original_none"][3] == pytest.approx(table["original_filter"][3])  # the centre
    assert "hidden1 × 10 and hidden2 ÷ 10" in lines(landscape)[0]
    assert len(draw_study(Figure(), landscape, "scale-invariance").figure.axes) == 3


def test_the_same_command_again_has_nothing_to_do_and_a_plane_goes_too(lesson, capsys) -> None:
    flags = ["--epochs", "2", "--samples", "100", "--resolution", "7"]
    assert main(["scale", *flags, "--out", str(lesson)]) == 0
    told = capsys.readouterr()
    assert "with filter normalization: the losses of the two are the same to" in told.out
    assert told.err.count("holds this landscape already") == 4
    file = lesson.with_name("plane.h5")
    weights = lesson.with_suffix(".scaled") / "training" / "final.safetensors"
    choices = Rescaling(weights=(str(weights),), samples=40, resolution=3, axes=2, factor=0.1)
    landscape = drain(scale_invariance(choices, str(file)))
    assert len(landscape.tables[TABLE]) == 9 and apart(landscape, "filter") < 1.001
    assert len(draw_study(Figure(), landscape, "scale-invariance", "dark").figure.axes) == 5
