"""The next word, causally; a loss of one's own, one number a batch; the network returns a tuple."""

import torch
from torch import nn
from torch.nn import functional as F

from lossvista import Problem


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.words, self.places = nn.Embedding(11, 8), nn.Embedding(6, 8)
        self.block = nn.TransformerEncoderLayer(8, 2, 16, dropout=0.2, batch_first=True, norm_first=True)
        self.norm, self.head = nn.RMSNorm(8), nn.Linear(8, 11, bias=False)

    def forward(self, ids):
        x = self.words(ids) + self.places(torch.arange(ids.shape[1]))
        mask = nn.Transformer.generate_square_subsequent_mask(ids.shape[1], dtype=x.dtype)
        x = self.block(x, mask, is_causal=True)
        return self.head(self.norm(x)), x


def token_loss(outputs, targets):
    return F.cross_entropy(outputs[0].flatten(0, 1), targets.flatten())


def make_problem():
    text = torch.randint(0, 11, (14, 7))
    return Problem(Net(), train=(text[:, :-1], text[:, 1:]), loss=token_loss)
