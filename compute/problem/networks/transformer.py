"""Transformer: a small encoder in BERT's manner (Devlin et al. 2019) that classifies sequences of numbers."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..tokens import PADDING, VOCABULARY
from .shapes import expect_words

WIDTH, HEADS, BLOCKS = 32, 4, 2


class Block(nn.Module):
    """Attention, then two linear layers with GELU, each added to its input and then layer-normalized."""

    def __init__(self) -> None:
        super().__init__()
        self.mixing, self.attention = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.attention_norm, self.output_norm = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.hidden, self.output = nn.Linear(WIDTH, 4 * WIDTH), nn.Linear(4 * WIDTH, WIDTH)

    def forward(self, x: Tensor, seen: Tensor) -> Tensor:
        """x (n, length, width), seen (n, 1, 1, length) → (n, length, width)"""
        n, length, _ = x.shape
        query, key, value = self.mixing(x).view(n, length, 3, HEADS, -1).permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(query, key, value, attn_mask=seen)
        x = self.attention_norm(x + self.attention(mixed.transpose(1, 2).reshape(n, length, WIDTH)))
        return self.output_norm(x + self.output(F.gelu(self.hidden(x))))


class Transformer(nn.Module):
    """(n, length) numbers of words → (n, classes) logits, from the mean over the words that are there."""

    def __init__(self, length: int, classes: int) -> None:
        super().__init__()
        self.words, self.places = nn.Embedding(VOCABULARY, WIDTH), nn.Embedding(length, WIDTH)
        self.norm = nn.LayerNorm(WIDTH)
        self.blocks = nn.ModuleList(Block() for _ in range(BLOCKS))
        self.head = nn.Linear(WIDTH, classes)

    def forward(self, tokens: Tensor) -> Tensor:
        there = tokens != PADDING
        x = self.norm(self.words(tokens) + self.places(torch.arange(tokens.shape[1], device=tokens.device)))
        for block in self.blocks:
            x = block(x, there[:, None, None])
        share = there.to(x.dtype) / there.sum(1, keepdim=True).clamp(min=1)
        return self.head((x * share[..., None]).sum(1))


def transformer(shape: tuple[int, ...], classes: int) -> nn.Module:
    """For samples of numbers of words, (length,). Raises LossvistaError for others."""
    expect_words("transformer", shape)
    return Transformer(shape[0], classes)
