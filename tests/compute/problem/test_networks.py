"""The networks of the sources: their sizes, names of parameters, units, and each trained and computed by its name, end to end."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn
from torchvision import models as torchvisions

from lossvista.compute.errors import LossvistaError
from lossvista.compute.problem import MODELS
from lossvista.compute.problem.checkpoints import load_weights
from lossvista.compute.problem.data import normalize
from lossvista.compute.problem.fitting import fit_weights
from lossvista.compute.problem.models import build_model
from lossvista.compute.problem.networks.bert import Bert
from lossvista.compute.problem.networks.signatures import SIGNATURES
from lossvista.compute.progress import drain
from lossvista.compute.recipe import Recipe
from lossvista.compute.run import run
from lossvista.compute.training.recipe import Training
from lossvista.compute.training.train import train
from lossvista.compute.weights import perturbed, units

WORDS, CIFAR, MNIST, DIGIT = (12,), (3, 32, 32), (1, 28, 28), (1, 8, 8)
SHAPES = {
    **dict.fromkeys(("transformer", "bert"), WORDS),
    **dict.fromkeys(("linear", "mlp", "mnist-cnn"), MNIST),
    **dict.fromkeys(("cnn", "cnn-noskip"), DIGIT),
}


@cache
def bare(name: str) -> nn.Module:
    """The network for 10 classes, without memory for its weights."""
    with torch.device("meta"):
        return MODELS[name].open()(SHAPES.get(name, CIFAR), 10).eval()


def size(model: nn.Module) -> int:
    return sum(parameter.numel() for parameter in model.parameters())


def published(weights: torchvisions.WeightsEnum) -> int:
    """The number of parameters that torchvision's documentation gives."""
    return weights.meta["num_params"]


def wide(k: int, skip: bool) -> int:
    """Parameters of ResNet-56 k times as wide (He et al. 2016 §4.2; projections where the shape changes), counted by hand."""
    a, b, c = 16 * k, 32 * k, 64 * k
    convolutions = 9 * (3 * a + 18 * a * a + (a * b + 17 * b * b) + (b * c + 17 * c * c))
    norms = 2 * (19 * a + 18 * b + 18 * c)
    projections = a * b + 2 * b + b * c + 2 * c
    return convolutions + norms + (c * 10 + 10) + skip * projections


# 7×7 convolutions of ImageNet's stems are 3×3 here, and 10 classes are in place of 1,000
STEM = 64 * 3 * (7 * 7 - 3 * 3)
SIZES = {
    "linear": 28 * 28 * 10 + 10,
    "mlp": (28 * 28 + 1) * 64 + 65 * 32 + 33 * 10,
    "mnist-cnn": 1_199_882,  # the summary in Keras' example mnist_cnn
    "resnet20": 272_474,  # He et al. 2016, Table 6: 0.27 M; and 1×1 projections, 2,752 parameters
    "resnet20-noshort": 272_474 - 2_752,
    **{f"wide-resnet56-k{k}{end}": wide(k, not end) for k in (1, 2, 4, 8) for end in ("", "-noshort")},
    "resnet56": wide(1, True),
    "resnet56-noshort": wide(1, False),
    # the convolutions and batch-norms of VGG-11, without the three linear layers for 224×224, and one for 10 classes
    "vgg11": published(torchvisions.VGG11_BN_Weights.IMAGENET1K_V1)
    - (25_088 * 4096 + 4096 + 4096 * 4096 + 4096 + 4096 * 1000 + 1000)
    + (512 * 10 + 10),
    "resnet50": published(torchvisions.ResNet50_Weights.IMAGENET1K_V1) - STEM - 2049 * 1000 + 2049 * 10,
    # no batch-norm after the stem
    "densenet121": published(torchvisions.DenseNet121_Weights.IMAGENET1K_V1) - STEM - 2 * 64 - 1025 * 1000 + 1025 * 10,
    "mobilenet-v2": published(torchvisions.MobileNet_V2_Weights.IMAGENET1K_V1) - 1281 * 1000 + 1281 * 10,
}


@pytest.mark.parametrize("name", SIZES)
def test_a_network_has_as_many_parameters_as_published(name: str) -> None:
    assert size(bare(name)) == SIZES[name]


def test_he_et_als_table_of_sizes() -> None:
    """He et al. 2016, Table 6: 0.27, 0.85 and 1.7 million; ours have 1×1 projections besides."""
    found = [size(bare(f"resnet{depth}-noshort")) / 1e6 for depth in (20, 56, 110)]
    assert found == pytest.approx([0.27, 0.85, 1.7], abs=0.03)


def test_vgg9_is_the_beginning_of_vgg16() -> None:
    """Li et al. 2018, appendix: VGG-16's first seven convolutions and two linear layers, batch-norm after each but the last."""
    with torch.device("meta"):
        reference = torchvisions.vgg16_bn().features
    assert sum(isinstance(layer, nn.Conv2d) for layer in reference[:24]) == 7
    assert size(bare("vgg9")) == size(reference[:24]) + (4096 * 256 + 256) + 2 * 256 + (256 * 10 + 10)


def test_bert_has_the_size_of_bert_tiny() -> None:
    """Turc et al. 2019: 4.4 million (4,385,920) with BERT's 30,522 words, and the classifier besides."""
    with torch.device("meta"):
        assert size(Bert(2, vocabulary=30_522)) == 4_385_920 + 129 * 2


@pytest.mark.parametrize("name", MODELS)
def test_every_network_gives_one_logit_a_class_and_declares_its_inputs(name: str) -> None:
    model, shape = bare(name), SHAPES.get(name, CIFAR)
    samples = torch.zeros(2, *shape, dtype=torch.long if shape == WORDS else torch.float32, device="meta")
    assert model(samples).shape == (2, 10)
    known = getattr(model, "normalization", None)
    assert (known is None) == (shape == WORDS)
    if known:
        assert normalize(torch.rand(2, *shape), "model", model).shape == (2, *shape)


@pytest.mark.parametrize("name", MODELS)
def test_directions_move_every_matrix_and_no_bias_or_norm(name: str) -> None:
    model = bare(name)
    layers = [(path, m) for path, m in model.named_modules() if isinstance(m, (nn.Conv2d, nn.Linear, nn.Embedding))]
    assert set(perturbed(model, "biases-and-norms", "")) == {f"{path}.weight" for path, _ in layers}
    own = units(model)
    assert own.keys() == dict(model.named_parameters()).keys()
    for path, layer in layers:
        assert len(own[f"{path}.weight"].rows(layer.weight)) == len(layer.weight)


def test_the_signatures_are_the_networks() -> None:
    assert list(SIGNATURES) == list(MODELS)
    for name, signature in SIGNATURES.items():
        model = bare(name)
        state = {k: v for k, v in model.state_dict().items() if not k.endswith("num_batches_tracked")}
        first = next(iter(dict(model.named_parameters())))
        fixed = 0 if name == "linear" else len(state[first])
        last = [k for k, v in state.items() if v.dim() == 2][-1]
        assert signature == (len(state), first, fixed, last), name


# Name → (tensors of the published layout, in its order, and some of their shapes). Counters of batch-norm are left out.
def published_names(name: str) -> dict[str, tuple[int, ...]]:
    def norm(path: str, width: int) -> dict[str, tuple[int, ...]]:
        return {f"{path}.{part}": (width,) for part in ("weight", "bias", "running_mean", "running_var")}

    found: dict[str, tuple[int, ...]] = {}
    if name == "vgg9":
        channels = 3
        for place, width in zip((0, 3, 7, 10, 14, 17, 20), (64, 64, 128, 128, 256, 256, 256), strict=True):
            found |= {f"features.{place}.weight": (width, channels, 3, 3), f"features.{place}.bias": (width,)}
            found |= norm(f"features.{place + 1}", width)
            channels = width
        found |= {"fc.0.weight": (256, 4096), "fc.0.bias": (256,), **norm("fc.1", 256)}
        return found | {"classifier.weight": (10, 256), "classifier.bias": (10,)}
    if name == "densenet121":
        found = {"conv1.weight": (64, 3, 3, 3)}
        channels = 64
        for stage, layers in enumerate((6, 12, 24, 16), 1):
            for k in range(layers):
                path = f"dense{stage}.{k}"
                found |= norm(f"{path}.bn1", channels) | {f"{path}.conv1.weight": (128, channels, 1, 1)}
                found |= norm(f"{path}.bn2", 128) | {f"{path}.conv2.weight": (32, 128, 3, 3)}
                channels += 32
            if stage < 4:
                path = f"trans{stage}"
                found |= norm(f"{path}.bn", channels) | {f"{path}.conv.weight": (channels // 2, channels, 1, 1)}
                channels //= 2
        return found | norm("bn", 1024) | {"linear.weight": (10, 1024), "linear.bias": (10,)}
    if name == "resnet50":
        found = {"conv1.weight": (64, 3, 3, 3), **norm("bn1", 64)}
        channels = 64
        for stage, (inner, blocks) in enumerate(((64, 3), (128, 4), (256, 6), (512, 3)), 1):
            for k in range(blocks):
                path = f"layer{stage}.{k}"
                found |= {f"{path}.conv1.weight": (inner, channels, 1, 1), **norm(f"{path}.bn1", inner)}
                found |= {f"{path}.conv2.weight": (inner, inner, 3, 3), **norm(f"{path}.bn2", inner)}
                found |= {f"{path}.conv3.weight": (4 * inner, inner, 1, 1), **norm(f"{path}.bn3", 4 * inner)}
                if k == 0:
                    found[f"{path}.shortcut.0.weight"] = (4 * inner, channels, 1, 1)
                    found |= norm(f"{path}.shortcut.1", 4 * inner)
                channels = 4 * inner
        return found | {"linear.weight": (10, 2048), "linear.bias": (10,)}
    if name == "bert":
        inside = {"word_embeddings": 128, "position_embeddings": 512, "token_type_embeddings": 2}
        found = {f"bert.embeddings.{part}.weight": (rows, 128) for part, rows in inside.items()}
        pair = {"weight": (128,), "bias": (128,)}
        found |= {f"bert.embeddings.LayerNorm.{part}": shape for part, shape in pair.items()}
        for k in range(2):
            layers = {f"attention.{p}": (128, 128) for p in ("self.query", "self.key", "self.value", "output.dense")}
            layers |= {"intermediate.dense": (512, 128), "output.dense": (128, 512)}
            for path, shape in layers.items():
                found |= {
                    f"bert.encoder.layer.{k}.{path}.weight": shape,
                    f"bert.encoder.layer.{k}.{path}.bias": shape[:1],
                }
            for path in ("attention.output", "output"):
                found |= {f"bert.encoder.layer.{k}.{path}.LayerNorm.{part}": shape for part, shape in pair.items()}
        found |= {"bert.pooler.dense.weight": (128, 128), "bert.pooler.dense.bias": (128,)}
        return found | {"classifier.weight": (10, 128), "classifier.bias": (10,)}
    assert name == "mnist-cnn"
    shapes = {"conv1": (32, 1, 3, 3), "conv2": (64, 32, 3, 3), "fc1": (128, 9216), "fc2": (10, 128)}
    return {f"{k}.{part}": s if part == "weight" else s[:1] for k, s in shapes.items() for part in ("weight", "bias")}


@pytest.mark.parametrize("name", ["vgg9", "densenet121", "resnet50", "bert", "mnist-cnn"])
def test_checkpoints_of_the_published_layout_fit_and_are_recognized(name: str, tmp_path: Path) -> None:
    weights = {key: torch.full(shape, 0.5) for key, shape in published_names(name).items()}
    torch.save({"state_dict": {f"module.{key}": t for key, t in weights.items()}, "epoch": 300}, tmp_path / "m.t7")
    read = load_weights(tmp_path / "m.t7")
    fitted = fit_weights(build_model(name, SHAPES.get(name, CIFAR), 10), read, "m.t7")
    assert all(torch.equal(fitted[key], weights[key]) for key in weights)
    assert {key for key in fitted if not key.endswith("num_batches_tracked")} == weights.keys()
    with pytest.raises(LossvistaError, match=f"--model {name}$"):
        fit_weights(build_model("linear", DIGIT, 10), dict(sorted(weights.items())), "m.t7")


@pytest.mark.parametrize("name", ["wide-resnet56-k2", "wide-resnet56-k8-noshort", "resnet110"])
def test_wide_and_deep_checkpoints_are_recognized(name: str) -> None:
    weights = {key: t for key, t in bare(name).state_dict().items() if not key.endswith("num_batches_tracked")}
    with pytest.raises(LossvistaError, match=f"--model {name}$"):
        fit_weights(build_model("linear", DIGIT, 10), weights, "m.t7")


def test_mobilenet_takes_torchvisions_weights_and_any_number_of_classes() -> None:
    reference = torchvisions.mobilenet_v2(weights=None).eval()
    model = build_model("mobilenet-v2", (3, 64, 64), 1000).eval()
    model.load_state_dict(fit_weights(model, reference.state_dict(), "mobilenet_v2.pth"))
    images = torch.rand(2, 3, 64, 64)
    with torch.inference_mode():
        assert torch.equal(model(images), reference(images))
    with pytest.raises(LossvistaError, match="trained for 1000 classes, and the data has 7"):
        fit_weights(build_model("mobilenet-v2", CIFAR, 7), reference.state_dict(), "mobilenet_v2.pth")


def test_dropout_is_on_in_training_and_off_in_evaluation() -> None:
    for name in ("mnist-cnn", "bert"):
        shape = SHAPES[name]
        model, samples = build_model(name, shape, 10), torch.ones(4, *shape)
        samples = samples.long() if shape == WORDS else samples
        for training in (True, False):
            model.train(training)
            with torch.no_grad():
                assert torch.equal(model(samples), model(samples)) != training


def test_bert_does_not_look_at_padding() -> None:
    model = build_model("bert", WORDS, 2).eval()
    sentence = torch.tensor([[5, 9, 17, 3]])
    padded = torch.cat([sentence, torch.zeros(1, 8, dtype=torch.long)], 1)
    with torch.inference_mode():
        assert torch.allclose(model(sentence), model(padded), atol=1e-6)
        assert not torch.allclose(model(sentence), model(sentence.flip(1)), atol=1e-6)  # but at the order of words


@pytest.mark.parametrize(
    ("name", "shape", "sentence"),
    [
        ("vgg9", DIGIT, "vgg9 takes colour images of 3×32×32"),
        ("densenet121", MNIST, "densenet121 takes colour images"),
        ("resnet50", (3, 64, 64), "resnet50 takes colour images of 3×32×32"),
        ("wide-resnet56-k4-noshort", DIGIT, "wide-resnet56-k4-noshort takes colour images"),
        ("mobilenet-v2", MNIST, r"mobilenet-v2 takes images \(3 × height × width, at least 32×32\)"),
        ("mnist-cnn", (1, 4, 4), "mnist-cnn takes images"),
        ("bert", CIFAR, "bert takes sequences"),
        ("bert", (600,), "up to 512 words"),
    ],
)
def test_samples_that_do_not_fit_are_refused(name: str, shape: tuple[int, ...], sentence: str) -> None:
    with pytest.raises(LossvistaError, match=sentence):
        build_model(name, shape, 10)


@pytest.mark.parametrize(
    ("wrong", "right"),
    [("vgg-9", "vgg9"), ("wide-resnet56-k3", "wide-resnet56-k"), ("mobilenetv2", "mobilenet-v2"), ("brt", "bert")],
)
def test_a_misspelled_name_is_answered_with_the_nearest(wrong: str, right: str) -> None:
    with pytest.raises(LossvistaError, match=f"Did you mean '{right}"):
        build_model(wrong, CIFAR, 10)


# The larger widths and the deepest networks are the same code as these
TRIED = [
    "linear", "mlp", "cnn", "cnn-noskip", "mnist-cnn", "vgg9", "vgg11", "resnet20", "resnet20-noshort", "resnet50",
    "wide-resnet56-k2", "densenet121", "mobilenet-v2", "transformer", "bert",
]  # fmt: skip


@pytest.mark.parametrize("name", TRIED)
def test_a_step_of_training_and_a_line_through_the_result(name: str, tmp_path: Path) -> None:
    shape, data = SHAPES.get(name, CIFAR), "text"
    if shape != WORDS:
        random = np.random.default_rng(0)
        np.savez(tmp_path / "few.npz", x=random.random((2, *shape), np.float32), y=np.arange(2))
        data = f"npz:{tmp_path / 'few.npz'}"
    training = Training(model=name, data=data, samples=2, batch_size=2, epochs=1, lr=0.01)
    folder = drain(train(training, str(tmp_path / "run")))
    landscape = drain(run(Recipe(trajectory=folder, samples=2, axes=1, resolution=3)))
    losses = landscape.surface.fields["train_loss"]
    assert losses.shape == (1, 3) and np.isfinite(losses).all() and len(np.unique(losses)) == 3
    assert losses[0, 1] == landscape.trust["centre_loss"] == pytest.approx(landscape.trust["checkpoint_loss"], rel=1e-5)
