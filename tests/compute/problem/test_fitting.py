"""Weights into a network: all of them or none, with the likely cause and a table."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import torch
from torch.nn import functional as F

from lossvista.compute.errors import LossvistaError
from lossvista.compute.problem.checkpoints import load_weights
from lossvista.compute.problem.data import load_data, normalize
from lossvista.compute.problem.fitting import fit_weights
from lossvista.compute.problem.models import build_model

DIGIT, CIFAR = (1, 8, 8), (3, 32, 32)


def state(name: str, shape: tuple[int, ...] = DIGIT, classes: int = 10) -> dict[str, torch.Tensor]:
    return build_model(name, shape, classes, seed=1).state_dict()


def test_a_fitting_checkpoint_comes_back_whole_and_the_model_stays():
    model, weights = build_model("cnn", DIGIT, 10), state("cnn")
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    fitted = fit_weights(model, dict(reversed(weights.items())), "w.pt")
    assert list(fitted) == list(before)
    assert all(torch.equal(fitted[name], weights[name]) for name in weights)
    assert all(torch.equal(tensor, before[name]) for name, tensor in model.state_dict().items())


def test_counters_of_batch_norm_may_be_missing_or_left_over():
    model, weights = build_model("cnn", DIGIT, 10), state("cnn")
    bare = {name: tensor for name, tensor in weights.items() if not name.endswith("num_batches_tracked")}
    assert len(bare) < len(weights)
    assert fit_weights(model, bare, "w.pt").keys() == weights.keys()
    extra = {**weights, "other.num_batches_tracked": torch.tensor(3)}
    assert fit_weights(model, extra, "w.pt").keys() == weights.keys()


def test_types_become_the_models():
    weights = {name: tensor.double() for name, tensor in state("mlp").items()}
    fitted = fit_weights(build_model("mlp", DIGIT, 10), weights, "w.pt")
    assert {tensor.dtype for tensor in fitted.values()} == {torch.float32}


@pytest.mark.parametrize("prefix", ["model.", "net.encoder."])
def test_a_prefix_that_all_names_share_is_taken_off(prefix: str):
    weights = state("cnn")
    fitted = fit_weights(build_model("cnn", DIGIT, 10), {prefix + name: t for name, t in weights.items()}, "w.pt")
    assert all(torch.equal(fitted[name], weights[name]) for name in weights)


def without(weights: dict[str, torch.Tensor], *parts: str) -> dict[str, torch.Tensor]:
    return {name: tensor for name, tensor in weights.items() if not any(part in name for part in parts)}


def foreign(weights: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The same names with tensors that no built-in model has."""
    return {name: torch.zeros(*tensor.shape, 2) if "block3" in name else tensor for name, tensor in weights.items()}


CASES = {
    "another model": ("cnn", lambda: state("mlp"), "37 missing, 4 left over.*--model mlp"),
    "skips in the file": ("cnn-noskip", lambda: state("cnn"), "2 left over.*--model cnn"),
    "no skips in the file": ("cnn", lambda: state("cnn-noskip"), "2 missing.*--model cnn-noskip"),
    "classes": (
        "cnn",
        lambda: state("cnn", classes=100),
        "2 of another shape.*trained for 100 classes, and the data has 10",
    ),
    "unknown skips": (
        "cnn-noskip",
        lambda: {**state("cnn-noskip"), "block9.shortcut.weight": torch.zeros(1)},
        "1 left over.*skip connections, the model has none",
    ),
    "some skips missing": ("cnn", lambda: without(state("cnn"), "block1.skip"), "1 missing.*without skip connections"),
    "widths": ("cnn", lambda: foreign(state("cnn")), "of another shape.*other widths"),
    "prefix beside others": (
        "cnn",
        lambda: {"loss.scale": torch.zeros(1), **{f"net.{n}": t for n, t in state("cnn").items()}},
        "prefix",
    ),
    "a part": ("mlp", lambda: without(state("mlp"), "output"), "2 missing.*Part of the model is not in the checkpoint"),
    "more": (
        "mlp",
        lambda: {**state("mlp"), "hidden3.weight": torch.zeros(1)},
        "1 left over.*holds more than the model",
    ),
    "nothing agrees": (
        "mlp",
        lambda: {"a": torch.zeros(2), "b": torch.zeros(2, 2)},
        "6 missing, 2 left over.*another architecture",
    ),
    "partly": ("mlp", lambda: {**without(state("mlp"), "output"), "head.weight": torch.zeros(1)}, "another variant"),
}


@pytest.mark.parametrize("case", CASES)
def test_what_does_not_fit_is_refused_with_its_likely_cause(case: str):
    name, make, sentence = CASES[case]
    model = build_model(name, DIGIT, 10)
    with pytest.raises(LossvistaError) as caught:
        fit_weights(model, make(), "w.pt")
    assert re.search(sentence, str(caught.value)), caught.value
    assert "'w.pt' does not fit" in str(caught.value)


def test_the_table_shows_both_shapes():
    with pytest.raises(LossvistaError) as caught:
        fit_weights(build_model("cnn", DIGIT, 10), state("cnn", classes=100), "w.pt")
    rows = [row.split() for row in caught.value.details.splitlines()]
    assert rows[1:] == [["output.weight", "100×32", "10×32"], ["output.bias", "100", "10"]]


@pytest.mark.real_data
@pytest.mark.parametrize("name", ["resnet56", "resnet56-noshort"])
def test_li_et_als_weights_fit_their_network_and_are_recognized_in_others(real_data: Path, name: str):
    weights = load_weights(real_data / f"li2018-{name}.t7")
    fitted = fit_weights(build_model(name, CIFAR, 10), weights, "w.t7")
    assert all(torch.equal(fitted[key], weights[key]) for key in weights)
    for other in ("mlp", "resnet56", "resnet56-noshort"):
        if other != name:
            with pytest.raises(LossvistaError, match=f"--model {name}$"):
                fit_weights(build_model(other, CIFAR, 10), weights, "w.t7")


@pytest.mark.real_data
@pytest.mark.parametrize(("name", "accuracy"), [("resnet56", 0.845), ("resnet56-noshort", 0.773)])
def test_li_et_als_networks_classify_real_images(real_data: Path, cifar: Path, name: str, accuracy: float):
    data = load_data(f"imagefolder:{cifar}")
    assert len(data) == 200
    path = real_data / f"li2018-{name}.t7"
    model = build_model(name, data.shape, len(data.classes))
    model.load_state_dict(fit_weights(model, load_weights(path), path))
    with torch.inference_mode():
        outputs = torch.cat([model.eval()(x) for x in normalize(data.inputs, "model", model).split(100)])
    right = (outputs.argmax(1) == data.targets).double()
    losses = F.cross_entropy(outputs, data.targets, reduction="none")
    # Known from 2,000 other images: mean loss 0.77 of both; 4 standard errors of 200 samples
    assert abs(right.mean() - accuracy) < 4 * (accuracy * (1 - accuracy) / 200) ** 0.5
    assert abs(losses.mean() - 0.77) < 4 * losses.std() / 200**0.5
