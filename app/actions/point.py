"""Point: what can be done with the network at a point of the landscape."""

from __future__ import annotations

from .. import here
from ..language import tr
from .action import Action, Entry, dock

ACTIONS = (
    Action(
        "point.look",
        tr("&Look at this network…"),
        "search",
        ("N",),
        here.look,
        tr("Loss, accuracy and mistakes of the network at the point that was right-clicked, or else the latest pin"),
        "network",
    ),
    Action(
        "point.checkpoint",
        tr("Save its &checkpoint…"),
        "save",
        (),
        here.save_checkpoint,
        tr("Save the network at this point as a file that your own code loads"),
        "network",
    ),
    Action(
        "point.centre",
        tr("&New centre here…"),
        "cube-iso",
        (),
        here.new_centre,
        tr("Compute a landscape around the network at this point"),
        "network",
    ),
    Action(
        "point.zoom",
        tr("&Zoom in here…"),
        "fit",
        (),
        here.zoom,
        tr("Compute the part around this point finer, on the same plane"),
        "network",
    ),
    Action(
        "point.drop",
        tr("&Drop a ball here"),
        "ball",
        ("D",),
        here.drop,
        tr("Let optimizers race from this point, on the slice or in the full weight space"),
        "landscape",
    ),
    dock("point", "Ctrl+9", tr("Network at a point"), "search"),
    dock("balls", "Ctrl+0", tr("Drop a ball"), "ball"),
)

MENU: list[Entry] = ["point.look", "point.checkpoint", None, "point.centre", "point.zoom", None, "point.drop"]
CONTEXT: list[Entry] = ["pins.add", None, *MENU]
