"""Your own CNN: a Dataset of your own, mini-batches with a DataLoader, batch-norm and dropout, train and test accuracy.

python examples/own_cnn.py
lossvista own_cnn/landscape.h5
"""

import sys

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, Dataset

from lossvista import Problem, Recipe, Recorder, run


class Digits(Dataset):
    """(image, digit), every fifth one for testing."""

    def __init__(self, test: bool) -> None:
        images, digits = load_digits(return_X_y=True)
        chosen = [k for k in range(len(digits)) if (k % 5 == 4) == test]
        self.images, self.digits = images[chosen].reshape(-1, 1, 8, 8) / 8 - 1, digits[chosen]

    def __len__(self) -> int:
        return len(self.digits)

    def __getitem__(self, k: int) -> tuple[torch.Tensor, int]:
        return torch.tensor(self.images[k], dtype=torch.float32), int(self.digits[k])


class CNN(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(1, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2))
        self.head = nn.Sequential(nn.Flatten(), nn.Dropout(0.2), nn.Linear(8 * 16, 10))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.features(x))


def make_problem():
    return Problem(model=CNN(), train=Digits(test=False), test=Digits(test=True), loss=nn.CrossEntropyLoss())


def main(folder="own_cnn", epochs=8, resolution=25):
    torch.manual_seed(0)
    model, loss_function = CNN(), nn.CrossEntropyLoss()
    loader = DataLoader(Digits(test=False), batch_size=64, shuffle=True)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    with Recorder(f"{folder}/run", model, problem=f"{__file__}:make_problem", overwrite=True) as recorder:
        recorder.save(epoch=0)
        for epoch in range(epochs):
            for images, digits in loader:
                optimizer.zero_grad()
                loss = loss_function(model.train()(images), digits)
                loss.backward()
                optimizer.step()
            recorder.save(epoch=epoch + 1, lr=0.05, loss=loss.item())
    recipe = Recipe(trajectory=f"{folder}/run", samples=300, resolution=resolution)
    for step in run(recipe, f"{folder}/landscape.h5", overwrite=True):
        print(f"\r{step.stage}: {step.done} of {step.total} points", end="")
    print(f"\nSee it: lossvista {folder}/landscape.h5")


if __name__ == "__main__":
    main(*sys.argv[1:2])
