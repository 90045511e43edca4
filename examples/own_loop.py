"""Your own loop: a training script as one has it, with a scheduler and early stopping, and the three lines that record its path.

python examples/own_loop.py
lossvista own_loop/landscape.h5
"""

import sys

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, TensorDataset, random_split

from lossvista import Problem, Recipe, Recorder, run


def make_data():
    images, digits = load_digits(return_X_y=True)
    data = TensorDataset(torch.tensor(images / 8 - 1, dtype=torch.float32), torch.tensor(digits))
    return random_split(data, [1200, 597], torch.Generator().manual_seed(0))


def make_network():
    return nn.Sequential(nn.Linear(64, 40), nn.LayerNorm(40), nn.ReLU(), nn.Dropout(0.1), nn.Linear(40, 10))


def make_problem():
    """What the landscape is of: the loop below does not need it."""
    train, test = make_data()
    return Problem(model=make_network(), train=train, test=test, loss=nn.CrossEntropyLoss())


def validated(model, data):
    model.eval()
    with torch.no_grad():
        return sum(nn.functional.cross_entropy(model(x), y, reduction="sum").item() for x, y in data) / len(
            data.dataset
        )


def main(folder="own_loop", epochs=12, resolution=21):
    torch.manual_seed(0)
    train, test = make_data()
    loader, held_out = DataLoader(train, batch_size=50, shuffle=True), DataLoader(test, batch_size=200)
    model, loss_function = make_network(), nn.CrossEntropyLoss()
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs)
    best = float("inf")

    recorder = Recorder(f"{folder}/run", model, problem=f"{__file__}:make_problem", overwrite=True)  # line 1
    for epoch in range(epochs):
        total = 0.0
        for x, y in loader:
            optimizer.zero_grad()
            loss = loss_function(model.train()(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(y)
        recorder.save(epoch=epoch + 1, lr=scheduler.get_last_lr()[0], loss=total / len(train))  # line 2
        scheduler.step()
        now = validated(model, held_out)
        if now > 1.2 * best:
            break  # it only gets worse
        best = min(best, now)
    recorder.close()  # line 3

    recipe = Recipe(trajectory=f"{folder}/run", samples=600, resolution=resolution)
    for step in run(recipe, f"{folder}/landscape.h5", overwrite=True):
        print(f"\r{step.stage}: {step.done} of {step.total} points", end="")
    print(f"\nSee it: lossvista {folder}/landscape.h5")


if __name__ == "__main__":
    main(*sys.argv[1:2])
