"""Point: what can be done with the network at a point of the landscape."""

from __future__ import annotations

from .. import here
from .action import Action, Entry, dock

ACTIONS = (
    Action(
        "point.look",
        "&Look at this network…",
        "search",
        ("N",),
        here.look,
        "Loss, accuracy and mistakes of the network at the point that was right-clicked, or else the latest pin",
        "network",
    ),
    Action(
        "point.checkpoint",
        "Save its &checkpoint…",
        "save",
        (),
        here.save_checkpoint,
        "Save the network at this point as a file that your own code loads",
        "network",
    ),
    Action(
        "point.centre",
        "&New centre here…",
        "cube-iso",
        (),
        here.new_centre,
        "Compute a landscape around the network at this point",
        "network",
    ),
    Action(
        "point.zoom",
        "&Zoom in here…",
        "fit",
        (),
        here.zoom,
        "Compute the part around this point finer, on the same plane",
        "network",
    ),
    Action(
        "point.drop",
        "&Drop a ball here",
        "ball",
        ("D",),
        here.drop,
        "Let optimizers race from this point, on the slice or in the full weight space",
        "landscape",
    ),
    dock("point", "Ctrl+9", "Network at a point", "search"),
    dock("balls", "Ctrl+0", "Drop a ball", "ball"),
)

MENU: list[Entry] = ["point.look", "point.checkpoint", None, "point.centre", "point.zoom", None, "point.drop"]
CONTEXT: list[Entry] = ["pins.add", None, *MENU]
