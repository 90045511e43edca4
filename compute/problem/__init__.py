"""MODELS, LIBRARIES and DATA: the networks and the samples that can be named. To add one, write a function and a line here.

A model is `function(shape: tuple[int, ...], classes: int) -> nn.Module`, shape being that of one sample, as in (3, 32, 32).
A library is `function(name: str, shape, classes) -> nn.Module`, name being what follows the colon, as in torchvision:resnet50.
A data source is `function(argument: str, download: bool) -> Source` (see `data.py`), argument being what follows the first colon
of its name."""

from ..doors import Door

_NETWORKS = "lossvista.compute.problem.networks"
_SOURCES = "lossvista.compute.problem.sources"
_LIBRARIES = "lossvista.compute.problem.libraries"

MODELS: dict[str, Door] = {
    "mlp": Door(f"{_NETWORKS}.mlp:mlp", "Multilayer perceptron", "two hidden layers of 64 and 32 units"),
    "cnn": Door(f"{_NETWORKS}.cnn:cnn", "Small CNN", "three residual blocks, for small images of any size"),
    "cnn-noskip": Door(f"{_NETWORKS}.cnn:cnn_noskip", "Small CNN without skips", "the same layers in a plain chain"),
    "resnet20": Door(f"{_NETWORKS}.cifar_resnet:resnet20", "ResNet-20", "for CIFAR (He et al. 2016)"),
    "resnet56": Door(f"{_NETWORKS}.cifar_resnet:resnet56", "ResNet-56", "for CIFAR (He et al. 2016)"),
    "resnet110": Door(f"{_NETWORKS}.cifar_resnet:resnet110", "ResNet-110", "for CIFAR (He et al. 2016)"),
    "resnet20-noshort": Door(
        f"{_NETWORKS}.cifar_resnet:resnet20_noshort", "ResNet-20 without skips", "for CIFAR (Li et al. 2018)"
    ),
    "resnet56-noshort": Door(
        f"{_NETWORKS}.cifar_resnet:resnet56_noshort", "ResNet-56 without skips", "for CIFAR (Li et al. 2018)"
    ),
    "resnet110-noshort": Door(
        f"{_NETWORKS}.cifar_resnet:resnet110_noshort", "ResNet-110 without skips", "for CIFAR (Li et al. 2018)"
    ),
    "transformer": Door(
        f"{_NETWORKS}.transformer:transformer", "Small transformer", "two blocks, for sequences of words"
    ),
}

LIBRARIES: dict[str, Door] = {
    "torchvision": Door(f"{_LIBRARIES}.torchvision_models:torchvision_model", "torchvision", "torchvision:resnet50"),
    "timm": Door(f"{_LIBRARIES}.timm_models:timm_model", "timm", "timm:vit_tiny_patch16_224, where timm is installed"),
    "transformers": Door(
        f"{_LIBRARIES}.transformers_models:transformers_model",
        "transformers",
        "transformers:distilbert or a folder with a config.json, where transformers is installed",
    ),
}

DATA: dict[str, Door] = {
    "digits": Door(
        f"{_SOURCES}.digits:digits",
        "Handwritten digits",
        "8×8, embedded: digits (to train on), digits:test, digits:all",
    ),
    "imagefolder": Door(
        f"{_SOURCES}.imagefolder:imagefolder", "Image folder", "imagefolder:DIR, one sub-folder a class"
    ),
    "text": Door(
        f"{_SOURCES}.text:text", "Short opinions", "sentences as numbers of words, embedded: text, text:test, text:all"
    ),
    **{
        name: Door(f"{_SOURCES}.torchvision_sets:{name.replace('-', '_')}", label, f"{name}:DIR or {name}:DIR:test")
        for name, label in {
            "cifar10": "CIFAR-10",
            "cifar100": "CIFAR-100",
            "mnist": "MNIST",
            "fashion-mnist": "Fashion-MNIST",
        }.items()
    },
    "npz": Door(f"{_SOURCES}.npz:npz", "NumPy arrays", "npz:FILE with x (uint8 images, or floats) and y (labels)"),
}
