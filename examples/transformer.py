"""Transformer: a classifier of sequences with attention, LayerNorm and embeddings, whose samples are dicts, as those of
tokenizers are: the network is called with their entries as keyword arguments, and "labels" is the target.

python examples/transformer.py
lossvista transformer/landscape.h5
"""

import sys

import torch
from torch import nn
from torch.nn import functional as F

from lossvista import Problem, Recipe, Recorder, run

LENGTH, WORDS = 12, 20


class Classifier(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.words, self.places = nn.Embedding(WORDS, 32), nn.Embedding(LENGTH, 32)
        self.blocks = nn.ModuleList(nn.TransformerEncoderLayer(32, 4, 64, batch_first=True) for _ in range(2))
        self.norm, self.head = nn.LayerNorm(32), nn.Linear(32, 2)

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        x = self.words(input_ids) + self.places(torch.arange(LENGTH))
        for block in self.blocks:
            x = block(x, src_key_padding_mask=attention_mask == 0)
        return self.head(self.norm(x)[:, 0])


def make_data(count=600):
    """Does the first word come again? Sequences of 4 to 12 words, 0 after their end."""
    torch.manual_seed(0)
    ids, lengths = torch.randint(1, WORDS, (count, LENGTH)), torch.randint(4, LENGTH + 1, (count, 1))
    again = torch.rand(count) < 0.4
    ids[again, 2] = ids[again, 0]
    mask = torch.arange(LENGTH) < lengths
    ids = ids * mask
    labels = (ids[:, 1:] == ids[:, :1]).any(1).long()
    return {"input_ids": ids, "attention_mask": mask.long(), "labels": labels}


def make_problem():
    data = make_data()
    parts = [{name: tensor[own] for name, tensor in data.items()} for own in (slice(0, 500), slice(500, None))]
    return Problem(model=Classifier(), train=parts[0], test=parts[1], loss=nn.CrossEntropyLoss())


def main(folder="transformer", epochs=15, resolution=21):
    data, model = make_data(), Classifier()
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3)
    with Recorder(f"{folder}/run", model, problem=f"{__file__}:make_problem", overwrite=True) as recorder:
        for epoch in range(epochs):
            for own in torch.randperm(500).split(50):
                optimizer.zero_grad()
                logits = model.train()(data["input_ids"][own], data["attention_mask"][own])
                loss = F.cross_entropy(logits, data["labels"][own])
                loss.backward()
                optimizer.step()
            recorder.save(epoch=epoch + 1, lr=2e-3, loss=loss.item())
    recipe = Recipe(trajectory=f"{folder}/run", resolution=resolution)
    for step in run(recipe, f"{folder}/landscape.h5", overwrite=True):
        print(f"\r{step.stage}: {step.done} of {step.total} points", end="")
    print(f"\nSee it: lossvista {folder}/landscape.h5")


if __name__ == "__main__":
    main(*sys.argv[1:2])
