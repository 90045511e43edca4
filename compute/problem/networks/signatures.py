"""Signature: by what the tensors of a built-in network are recognized, without building it. tests/compute/problem holds the table
against the networks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from torch import Tensor


class Signature(NamedTuple):
    """tensors: parameters and buffers, counters of batch-norm left out. first: the first parameter's name; units: its length,
    0 where that depends on the data. output: the name of the last layer's matrix, (classes, …)."""

    tensors: int
    first: str
    units: int
    output: str

    def may_be(self, weights: Mapping[str, Tensor], count: int) -> bool:
        """Whether `weights`, of which `count` are no counters, may be this network's."""
        own = self.first in weights and self.output in weights and count == self.tensors
        return own and self.units in (0, len(weights[self.first])) and weights[self.output].dim() == 2


SIGNATURES: dict[str, Signature] = {
    "linear": Signature(2, "output.weight", 0, "output.weight"),
    "mlp": Signature(6, "hidden1.weight", 64, "output.weight"),
    "deep-mlp": Signature(14, "hidden1.weight", 23, "output.weight"),
    "cnn": Signature(39, "stem.weight", 8, "output.weight"),
    "cnn-noskip": Signature(37, "stem.weight", 8, "output.weight"),
    "mnist-cnn": Signature(8, "conv1.weight", 32, "fc2.weight"),
    "vgg9": Signature(50, "features.0.weight", 64, "classifier.weight"),
    "vgg11": Signature(50, "features.0.weight", 64, "classifier.weight"),
    "resnet20": Signature(107, "conv1.weight", 16, "linear.weight"),
    "resnet56": Signature(287, "conv1.weight", 16, "linear.weight"),
    "resnet110": Signature(557, "conv1.weight", 16, "linear.weight"),
    "resnet20-noshort": Signature(97, "conv1.weight", 16, "linear.weight"),
    "resnet56-noshort": Signature(277, "conv1.weight", 16, "linear.weight"),
    "resnet110-noshort": Signature(547, "conv1.weight", 16, "linear.weight"),
    "resnet50": Signature(267, "conv1.weight", 64, "linear.weight"),
    **{f"wide-resnet56-k{k}": Signature(287, "conv1.weight", 16 * k, "linear.weight") for k in (1, 2, 4, 8)},
    **{f"wide-resnet56-k{k}-noshort": Signature(277, "conv1.weight", 16 * k, "linear.weight") for k in (1, 2, 4, 8)},
    "densenet121": Signature(602, "conv1.weight", 64, "linear.weight"),
    "mobilenet-v2": Signature(262, "features.0.0.weight", 32, "classifier.1.weight"),
    "transformer": Signature(30, "words.weight", 128, "head.weight"),
    "bert": Signature(41, "bert.embeddings.word_embeddings.weight", 128, "classifier.weight"),
}
