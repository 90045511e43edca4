"""Paning: what the actions of the panes do: splitting, linking, the difference of two, and the table. Functions of the desk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt

from ..compute.difference import difference_style, subtract
from ..compute.errors import LossvistaError
from ..compute.style import View
from . import comparing
from .desk import Desk
from .document import Document
from .language import tr
from .pairing import Pairing
from .picture_dialog import SCREEN, PictureDialog, Wanted
from .sharing import derived
from .snapshot import write_image

TABLE: tuple[View, ...] = ("map", "lines", "surface")  # the table's columns: 2-D contours, 3-D contours, mesh


def arrange(rows: int, columns: int) -> Callable[[Desk], None]:
    """A verb that splits the centre into so many panes."""
    return lambda desk: desk.session.places.arrange(rows, columns)


def shown(rows: int, columns: int) -> Callable[[Desk], bool]:
    """Whether the centre is split so."""
    return lambda desk: desk.session.places.shape == (rows, columns)


def step(desk: Desk) -> None:
    """Make the next pane the active one."""
    desk.session.places.step(1)


def enlarge(desk: Desk) -> None:
    """Show the active pane alone, or all again."""
    desk.session.places.enlarge()


def link_cameras(desk: Desk) -> None:
    """See all panes from one camera, or each from its own."""
    places = desk.session.places
    places.link(cameras=not places.linked)


def share_scale(desk: Desk) -> None:
    """One scale, threshold, range, levels and colours for what is compared, or each its own."""
    places = desk.session.places
    places.link(scale=not places.shared)


# --- two of the open ones ---


def difference(desk: Desk) -> Pairing | None:
    """A − B as a new landscape: the current one less the other; where more than two are open, ask which."""
    session = desk.session
    documents = [one for one in session.documents if one.field]
    if len(documents) == 2:
        documents.sort(key=lambda one: one is not session.current)
        return subtract_from(desk, *documents)
    return _ask(desk, documents, tr("Difference of two landscapes"), ("A", "B"), tr("Show A − B"), subtract_from)


def subtract_from(desk: Desk, a: Document, b: Document) -> None:
    """Open A − B, and say why it is not fair to subtract these, where it is not."""
    field = a.field if a.field in b.landscape.surface.fields else ""
    made = subtract(a.landscape, b.landscape, field)
    origin = made.provenance["difference"]
    origin["a"]["file"], origin["b"]["file"] = Path(a.path).name, Path(b.path).name
    style = difference_style(made, desk.session.style.replace(camera=None, pins=()))
    desk.session.add(made, style=style, unsaved=True)
    for sentence in origin["unfair"]:
        desk.notices.say(sentence, "warning")


def table(desk: Desk) -> Pairing | None:
    """A row for each of two landscapes, or one: flat map, floating contour lines, surface. Those chosen in the list, the only
    ones there are, or as the person says."""
    session = desk.session
    planes = [one for one in session.documents if not one.landscape.surface.grid.line and not derived(one)]
    chosen = [one for one in planes if one in session.selected]
    if not planes:
        raise LossvistaError(
            tr("The table shows planes, and only lines are open."), tr("Open a landscape with two axes.")
        )
    if len(chosen) != 2 and len(planes) > 2:
        return _ask(
            desk, planes, tr("Table of two landscapes"), (tr("Upper row"), tr("Lower row")), tr("Show the table"), rows
        )
    rows(desk, *(chosen if len(chosen) == 2 else planes))
    return None


def rows(desk: Desk, *documents: Document) -> None:
    """Lay the table out, one row for each; random directions above others, as the eye expects."""
    desk.session.compare([])
    ordered = sorted(documents, key=lambda one: [axis.method for axis in one.landscape.axes][:1] != ["random"])
    contents = [(document, view) for document in ordered for view in TABLE]
    desk.session.places.fill(len(ordered), len(TABLE), contents)


def _ask(
    desk: Desk,
    documents: list[Document],
    title: str,
    names: tuple[str, str],
    go: str,
    then: Callable[[Desk, Document, Document], object],
) -> Pairing:
    first = [one for one in documents if one in desk.session.selected] or [desk.session.current]
    documents = sorted(documents, key=lambda one: first.index(one) if one in first else len(first))
    dialog = Pairing(desk.window, title, names, go, documents)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.chosen.connect(desk.guarded(lambda a, b: then(desk, a, b)))
    dialog.open()
    return dialog


# --- a picture of all ---


def picture(desk: Desk) -> PictureDialog | None:
    """Ask for a format, a size and a name, and save all panes as one picture; of a comparison, its figure."""
    if desk.session.compared:
        return comparing.export(desk)
    dialog = PictureDialog(desk.window, desk.folder / "panes.png", flat=False, clear=False)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.chosen.connect(desk.guarded(lambda wanted: picture_to(desk, wanted)))
    dialog.open()
    return dialog


def picture_to(desk: Desk, wanted: Wanted) -> None:
    """Save all panes: as they are on the screen, or drawn anew, in a child process."""
    if wanted.size == SCREEN:
        write_image(desk.stage.panes.grab_all(), wanted.path)
        desk.saved(wanted.path)
        return
    cells = [
        None if pane.document is None else (pane.document.landscape, desk.session.seen(pane.place, camera=pane.camera))
        for pane in desk.stage.panes.all
    ]
    desk.pictures.draw_panes(cells, desk.session.places.shape, wanted)
    desk.notices.say(tr("Drawing {name} …", name=Path(wanted.path).name))
