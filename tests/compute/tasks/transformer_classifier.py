"""A sentence's class: embeddings, attention with stacked and with separate projections, LayerNorm; samples are dicts with a mask."""

import torch
from torch import nn

from lossvista import Problem


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.words, self.places = nn.Embedding(11, 8, padding_idx=0), nn.Parameter(0.1 * torch.randn(1, 6, 8))
        layer = nn.TransformerEncoderLayer(8, 2, 16, dropout=0.2, batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
        self.look = nn.MultiheadAttention(8, 2, kdim=8, vdim=4, add_bias_kv=True, batch_first=True)
        self.narrow, self.norm, self.head = nn.Linear(8, 4), nn.LayerNorm(8), nn.Linear(8, 3)

    def forward(self, input_ids, attention_mask):
        hidden = attention_mask == 0
        x = self.encoder(self.words(input_ids) + self.places, src_key_padding_mask=hidden)
        x = self.look(x[:, :1], x, self.narrow(x), key_padding_mask=hidden)[0]
        return {"logits": self.head(self.norm(x[:, 0])), "hidden": x}


def make_problem():
    lengths = torch.randint(2, 7, (14, 1))
    mask = (torch.arange(6) < lengths).long()
    ids = torch.randint(1, 11, (14, 6)) * mask
    labels = torch.randint(0, 3, (14,))
    samples = [{"input_ids": ids[k], "attention_mask": mask[k], "labels": labels[k]} for k in range(14)]
    return Problem(Net(), train=samples)
