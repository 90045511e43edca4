"""BERT: the encoder of Devlin et al. 2019 in the size BERT-Tiny of Turc et al. 2019 (two layers, 128 wide, two heads), with a
classifier on its first word.

Parameters are named as in Hugging Face's BertForSequenceClassification: bert.embeddings.word_embeddings, …,
bert.encoder.layer.0.attention.self.query, …, bert.pooler.dense, classifier. The vocabulary is that of the embedded text."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ...errors import LossvistaError
from ..tokens import PADDING, VOCABULARY
from .shapes import expect_words

LAYERS, WIDTH, HEADS, LONGEST = 2, 128, 2, 512
_EPS, _DROPOUT = 1e-12, 0.1


def _named(**parts: nn.Module) -> nn.ModuleDict:
    return nn.ModuleDict(parts)


class Embeddings(nn.Module):
    """(n, length) numbers of words → (n, length, 128): word, place and segment, of which there is one here."""

    def __init__(self, vocabulary: int) -> None:
        super().__init__()
        self.word_embeddings = nn.Embedding(vocabulary, WIDTH)
        self.position_embeddings = nn.Embedding(LONGEST, WIDTH)
        self.token_type_embeddings = nn.Embedding(2, WIDTH)
        self.LayerNorm = nn.LayerNorm(WIDTH, _EPS)
        self.dropout = nn.Dropout(_DROPOUT)

    def forward(self, tokens: Tensor) -> Tensor:
        places = torch.ones_like(tokens[:1]).cumsum(1) - 1  # 0, 1, …: not of a shape, so that torch.fx can trace it
        segments = torch.zeros_like(tokens[:1])
        x = self.word_embeddings(tokens) + self.position_embeddings(places) + self.token_type_embeddings(segments)
        return self.dropout(self.LayerNorm(x))


class Layer(nn.Module):
    """Attention, then two linear layers with GELU, each added to its input and then layer-normalized."""

    def __init__(self) -> None:
        super().__init__()
        self.attention = _named(
            self=_named(**{name: nn.Linear(WIDTH, WIDTH) for name in ("query", "key", "value")}),
            output=_named(dense=nn.Linear(WIDTH, WIDTH), LayerNorm=nn.LayerNorm(WIDTH, _EPS)),
        )
        self.intermediate = _named(dense=nn.Linear(WIDTH, 4 * WIDTH))
        self.output = _named(dense=nn.Linear(4 * WIDTH, WIDTH), LayerNorm=nn.LayerNorm(WIDTH, _EPS))
        self.dropout = nn.Dropout(_DROPOUT)

    def forward(self, x: Tensor, seen: Tensor) -> Tensor:
        """x (n, length, width), seen (n, 1, 1, length) → (n, length, width)"""
        own: Any = self.attention["self"]
        after: Any = self.attention["output"]
        query, key, value = (
            own[name](x).unflatten(2, (HEADS, -1)).transpose(1, 2) for name in ("query", "key", "value")
        )
        share = _DROPOUT if self.training else 0.0
        mixed = F.scaled_dot_product_attention(query, key, value, attn_mask=seen, dropout_p=share)
        mixed = after["dense"](mixed.transpose(1, 2).flatten(2))
        x = after["LayerNorm"](x + self.dropout(mixed))
        y = self.output["dense"](F.gelu(self.intermediate["dense"](x)))
        return self.output["LayerNorm"](x + self.dropout(y))


class Encoder(nn.Module):
    """(n, length) numbers of words → (n, 128): the first word's, when all words have looked at one another."""

    def __init__(self, vocabulary: int) -> None:
        super().__init__()
        self.embeddings = Embeddings(vocabulary)
        self.encoder = _named(layer=nn.ModuleList(Layer() for _ in range(LAYERS)))
        self.pooler = _named(dense=nn.Linear(WIDTH, WIDTH))

    def forward(self, tokens: Tensor) -> Tensor:
        seen = (tokens != PADDING)[:, None, None]
        x = self.embeddings(tokens)
        for layer in self.encoder["layer"]:  # type: ignore[union-attr]
            x = layer(x, seen)
        return torch.tanh(self.pooler["dense"](x[:, 0]))


class Bert(nn.Module):
    """(n, length) numbers of words → (n, classes) logits."""

    def __init__(self, classes: int, vocabulary: int = VOCABULARY) -> None:
        super().__init__()
        self.bert = Encoder(vocabulary)
        self.dropout = nn.Dropout(_DROPOUT)
        self.classifier = nn.Linear(WIDTH, classes)
        for module in self.modules():  # as published: N(0, 0.02²), biases zero
            if isinstance(module, (nn.Linear, nn.Embedding)):
                nn.init.normal_(module.weight, std=0.02)
            if isinstance(module, nn.Linear):
                nn.init.zeros_(module.bias)

    def forward(self, tokens: Tensor) -> Tensor:
        return self.classifier(self.dropout(self.bert(tokens)))


def bert(shape: tuple[int, ...], classes: int) -> nn.Module:
    """For samples of up to 512 numbers of words, (length,). Raises LossvistaError for others."""
    expect_words("bert", shape)
    if shape[0] > LONGEST:
        raise LossvistaError(
            f"The model bert takes up to {LONGEST} words, but a sample of the data has {shape[0]}.", "Cut them shorter."
        )
    return Bert(classes)
