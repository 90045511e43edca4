"""Physics: a network that solves u'' = −u with u(0) = 0, u'(0) = 1; its forward pass takes derivatives of its own inputs.

python examples/physics.py
lossvista physics/landscape.h5
"""

import sys

import torch
from torch import nn

from lossvista import Problem, Recipe, Recorder, run


class Residual(nn.Module):
    """u(x) = x + x²·net(x) fulfils both conditions; what is left of u'' + u: (n, 1) → (n, 1)."""

    def __init__(self) -> None:
        super().__init__()
        self.net = nn.Sequential(nn.Linear(1, 32), nn.Tanh(), nn.Linear(32, 32), nn.Tanh(), nn.Linear(32, 1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = x.detach().requires_grad_()
        u = x + x**2 * self.net(x)
        (slope,) = torch.autograd.grad(u.sum(), x, create_graph=True)
        (curvature,) = torch.autograd.grad(slope.sum(), x, create_graph=True)
        return curvature + u


def make_problem():
    torch.manual_seed(0)
    x = torch.linspace(0, 3, 60)[:, None]
    return Problem(model=Residual(), train=(x, torch.zeros_like(x)), loss=nn.MSELoss())


def main(folder="physics", epochs=300, resolution=25):
    problem = make_problem()
    model, x = problem.model, problem.inputs
    optimizer = torch.optim.Adam(model.parameters(), lr=0.005)
    with Recorder(f"{folder}/run", model, problem=f"{__file__}:make_problem", overwrite=True) as recorder:
        for epoch in range(epochs):
            optimizer.zero_grad()
            loss = model(x).square().mean()
            loss.backward()
            optimizer.step()
            if (epoch + 1) % max(epochs // 20, 1) == 0:
                recorder.save(step=epoch + 1, epoch=epoch + 1, lr=0.005, loss=loss.item())
    recipe = Recipe(trajectory=f"{folder}/run", resolution=resolution)
    for step in run(recipe, f"{folder}/landscape.h5", overwrite=True):
        print(f"\r{step.stage}: {step.done} of {step.total} points", end="")
    print(f"\nSee it: lossvista {folder}/landscape.h5")


if __name__ == "__main__":
    main(*sys.argv[1:2])
