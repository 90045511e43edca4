"""ENGINES: what evaluates the points of a landscape, and where. To add one, write a function and a line here.

An engine is `function(blueprint, tasks)`, a generator. From the blueprint, which pickles, any process builds the same bench, and
`bench.patch(tile)` gives the values of a few of a task's points. The engine deals out the tasks' points, coarse to fine, and
yields their patches as they come, a line for the log as `str`, and `None` in silence, so that whoever drains it can stop at any
time. A point that cannot be evaluated comes as a patch marked FAILED. A task may be `None`, a pause: what follows is asked for when all
patches before it were drained, and may depend on them. Closing the generator ends all that it started; engines
write no files."""

from ..doors import Door

ENGINES: dict[str, Door] = {
    "auto": Door(
        "lossvista.compute.engines.auto:auto",
        "Automatic",
        "worker processes where there are several GPUs or --workers asks for them, else this process",
    ),
    "inline": Door(
        "lossvista.compute.engines.inline:inline", "In this process", "one after the other, in the process that asks"
    ),
    "child": Door(
        "lossvista.compute.engines.child:child",
        "Worker processes here",
        "one a device, or as many as --workers says; one that is killed is replaced",
    ),
    "ray": Door(
        "lossvista.compute.engines.cluster:cluster",
        "Ray",
        "workers on the machines of the Ray cluster at --address, or on this one; needs lossvista[cluster]",
    ),
}
