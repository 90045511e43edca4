"""Li et al. 2018, §4: one ReLU network twice, the second with one layer ten times as large and the next a tenth. Both compute the
same function. Without normalization (left) one looks sharper; with filter normalization (right) the curves are the same."""

from pathlib import Path

import torch
from shared import begin, computed
from stacked import stacked
from torch import nn

from lossvista import Problem, Style, compare

FACTOR = 10.0


def make_problem():
    from sklearn.datasets import load_digits

    images, digits = load_digits(return_X_y=True)
    x, y = torch.tensor(images / 8 - 1, dtype=torch.float32), torch.tensor(digits)
    network = nn.Sequential(nn.Linear(64, 64, bias=False), nn.ReLU(), nn.Linear(64, 10, bias=False))
    return Problem(model=network, train=(x, y), loss=nn.CrossEntropyLoss())


def main(out: Path, work: Path) -> None:
    torch.manual_seed(0)
    problem = make_problem()
    network, x, y = problem.model.train(), problem.inputs, problem.targets
    optimizer = torch.optim.Adam(network.parameters(), lr=0.005)
    for _ in range(150):
        optimizer.zero_grad()
        nn.functional.cross_entropy(network(x), y).backward()
        optimizer.step()
    torch.save(network.state_dict(), work / "plain.pt")
    weights = network.state_dict()
    torch.save(
        {"0.weight": FACTOR * weights["0.weight"], "2.weight": weights["2.weight"] / FACTOR}, work / "rescaled.pt"
    )

    pictures = []
    for normalization in ("none", "filter"):
        lines = [
            computed(
                work,
                f"{name}-{normalization}",
                problem=f"{__file__}:make_problem",
                weights=(str(work / f"{name}.pt"),),
                normalization=normalization,
                axes=1,
                reach=1.0 if normalization == "filter" else 0.3,
                resolution=61,
                samples=600,
                title={"plain": "as trained", "rescaled": "rescaled, the same function"}[name],
            )
            for name in ("plain", "rescaled")
        ]
        pictures.append(work / f"{normalization}.png")
        compare(lines, pictures[-1], Style().relieved(field="train_loss"), (900, 640))
    stacked(pictures, out, columns=2)


if __name__ == "__main__":
    begin(main, __file__)
