"""LoRA: a frozen network with small trained adapters (Hu et al. 2021), and the landscape of the adapters alone: only='*lora_*'.

python examples/lora.py
lossvista lora/landscape.h5
"""

import sys

import torch
from torch import nn
from torch.nn import functional as F

from lossvista import Problem, Recipe, Recorder, run


class Adapted(nn.Module):
    """W x + b + B A x with W and b frozen, A and B of rank 2."""

    def __init__(self, layer: nn.Linear) -> None:
        super().__init__()
        self.layer = layer.requires_grad_(False)
        self.lora_a = nn.Parameter(torch.randn(2, layer.in_features) / layer.in_features**0.5)
        self.lora_b = nn.Parameter(torch.zeros(layer.out_features, 2))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.layer(x) + x @ self.lora_a.T @ self.lora_b.T


def make_problem():
    torch.manual_seed(0)
    x = torch.randn(400, 10)
    y = (x[:, 0] * x[:, 1] > 0).long()
    layers = [nn.Linear(10, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 2)]
    net = nn.Sequential(*(Adapted(layer) if isinstance(layer, nn.Linear) else layer for layer in layers))
    return Problem(model=net, train=(x, y), loss=nn.CrossEntropyLoss())


def main(folder="lora", epochs=30, resolution=25):
    problem = make_problem()
    model, x, y = problem.model, problem.inputs, problem.targets
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.Adam(trained, lr=0.01)
    with Recorder(f"{folder}/run", model, problem=f"{__file__}:make_problem", overwrite=True) as recorder:
        for epoch in range(epochs):
            for own in torch.randperm(len(x)).split(40):
                optimizer.zero_grad()
                loss = F.cross_entropy(model(x[own]), y[own])
                loss.backward()
                optimizer.step()
            recorder.save(epoch=epoch + 1, lr=0.01, loss=loss.item())
    recipe = Recipe(trajectory=f"{folder}/run", only="*lora_*", resolution=resolution)
    for step in run(recipe, f"{folder}/landscape.h5", overwrite=True):
        print(f"\r{step.stage}: {step.done} of {step.total} points", end="")
    print(f"\nSee it: lossvista {folder}/landscape.h5")


if __name__ == "__main__":
    main(*sys.argv[1:2])
