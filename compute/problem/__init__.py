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
    "linear": Door(f"{_NETWORKS}.mlp:linear", "Linear model", "softmax regression, for samples of any shape"),
    "mlp": Door(f"{_NETWORKS}.mlp:mlp", "Multilayer perceptron", "two hidden layers of 64 and 32 units"),
    "deep-mlp": Door(
        f"{_NETWORKS}.mlp:deep_mlp",
        "Deep multilayer perceptron",
        "six hidden layers of 23, 16, 26, 32, 28 and 31 units, for the swiss roll (Huang et al. 2020)",
    ),
    "cnn": Door(f"{_NETWORKS}.cnn:cnn", "Small CNN", "three residual blocks, for small images of any size"),
    "cnn-noskip": Door(f"{_NETWORKS}.cnn:cnn_noskip", "Small CNN without skips", "the same layers in a plain chain"),
    "mnist-cnn": Door(
        f"{_NETWORKS}.mnist_cnn:mnist_cnn",
        "MNIST CNN",
        "two convolutions with dropout, for MNIST and other small images",
    ),
    "vgg9": Door(f"{_NETWORKS}.vgg:vgg9", "VGG-9", "for CIFAR (Li et al. 2018)"),
    "vgg11": Door(f"{_NETWORKS}.vgg:vgg11", "VGG-11", "for CIFAR (Simonyan & Zisserman 2015)"),
    **{
        f"resnet{depth}{end}": Door(
            f"{_NETWORKS}.cifar_resnet:resnet{depth}{end.replace('-', '_')}",
            f"ResNet-{depth}{without}",
            f"for CIFAR ({source})",
        )
        for end, without, source in (("", "", "He et al. 2016"), ("-noshort", " without skips", "Li et al. 2018"))
        for depth in (20, 56, 110)
    },
    "resnet50": Door(
        f"{_NETWORKS}.bottleneck_resnet:resnet50", "ResNet-50", "bottleneck blocks, for CIFAR (He et al. 2016)"
    ),
    **{
        f"wide-resnet56-k{k}{end}": Door(
            f"{_NETWORKS}.cifar_resnet:wide_resnet56_k{k}{end.replace('-', '_')}",
            f"ResNet-56, {k}× as wide{without}",
            "for CIFAR (Li et al. 2018)",
        )
        for end, without in (("", ""), ("-noshort", " without skips"))
        for k in (1, 2, 4, 8)
    },
    "densenet121": Door(f"{_NETWORKS}.densenet:densenet121", "DenseNet-121", "for CIFAR (Huang et al. 2017)"),
    "mobilenet-v2": Door(
        f"{_NETWORKS}.mobilenet:mobilenet_v2",
        "MobileNet-V2",
        "for colour images, made for 224×224; takes torchvision's ImageNet weights (Sandler et al. 2018)",
    ),
    "transformer": Door(
        f"{_NETWORKS}.transformer:transformer", "Small transformer", "two blocks, for sequences of words"
    ),
    "bert": Door(f"{_NETWORKS}.bert:bert", "BERT-Tiny", "two layers, for sequences of words (Turc et al. 2019)"),
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
    "swiss-roll": Door(
        f"{_SOURCES}.swiss_roll:swiss_roll",
        "Swiss roll",
        "points of the plane in two spiral arms: swiss-roll (400), swiss-roll:test (2,000)",
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
