"""ENGINES: what evaluates the points of a plane. An engine is `function(evaluator, tasks) -> Iterator[Patch]`."""

from ..doors import Door

ENGINES: dict[str, Door] = {
    "inline": Door(
        "lossvista.compute.engines.inline:inline", "In this process", "one after the other, in the process that asks"
    ),
}
