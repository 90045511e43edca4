"""Networks of other packages by name: torchvision's always, the others' where they are installed."""

from __future__ import annotations

import importlib.util

import pytest
import torch

from lossvista.compute.errors import LossvistaError
from lossvista.compute.problem.losses import logits_of
from lossvista.compute.problem.models import build_model

IMAGE, WORDS = (3, 64, 64), (12,)


def outputs(name: str, shape: tuple[int, ...]) -> torch.Tensor:
    model = build_model(name, shape, 7, seed=2)
    samples = torch.zeros(2, *shape) if len(shape) == 3 else torch.ones(2, *shape, dtype=torch.long)
    with torch.inference_mode():
        return logits_of(model.eval()(samples))


@pytest.mark.parametrize("name", ["resnet18", "mobilenet_v2", "squeezenet1_1", "lraspp_mobilenet_v3_large"])
def test_torchvisions_networks_have_the_datas_classes(name: str) -> None:
    assert outputs(f"torchvision:{name}", IMAGE).shape[:2] == (2, 7)
    model = build_model(f"torchvision:{name}", IMAGE, 7)
    assert model.normalization[0] == (0.485, 0.456, 0.406)
    assert not hasattr(build_model(f"torchvision:{name}", (1, 8, 8), 7), "normalization")


def test_the_seed_decides_their_weights() -> None:
    first, again, other = (build_model("torchvision:squeezenet1_1", IMAGE, 7, seed).state_dict() for seed in (3, 3, 4))
    assert all(torch.equal(first[k], again[k]) for k in first) and not all(
        torch.equal(first[k], other[k]) for k in first
    )


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("torchvision:resnet51", "no model called 'resnet51'. Did you mean 'resnet50'?"),
        ("torchvision:", "Which model of torchvision"),
        ("torchvision:detection.fcos", "no model called"),
        ("torchvision:fasterrcnn_resnet50_fpn", "takes other samples than labelled images"),
        ("torchvison:resnet50", "Did you mean 'torchvision:…'?"),
    ],
)
def test_an_unknown_name_says_the_nearest(name: str, sentence: str) -> None:
    with pytest.raises(LossvistaError, match=sentence):
        build_model(name, IMAGE, 7)


@pytest.mark.parametrize("package", ["timm", "transformers"])
def test_a_package_that_is_missing_is_named_with_its_extra(package: str) -> None:
    if importlib.util.find_spec(package):
        pytest.skip(f"{package} is installed here")
    with pytest.raises(
        LossvistaError, match=rf"{package}, which is not installed. .*pip install 'lossvista\[models\]'"
    ):
        build_model(f"{package}:anything", IMAGE, 7)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("timm:resnet10t", IMAGE),
        ("timm:vit_tiny_patch16_224", IMAGE),
        ("transformers:distilbert", WORDS),
        ("transformers:mobilevit", IMAGE),
    ],
)
def test_their_networks_where_installed(name: str, shape: tuple[int, ...]) -> None:
    if not importlib.util.find_spec(name.partition(":")[0]):
        pytest.skip("the extra lossvista[models] is not installed")
    assert outputs(name, shape).shape == (2, 7)
    with pytest.raises(LossvistaError, match="no model called 'zork'"):
        build_model(f"{name.partition(':')[0]}:zork", shape, 7)
