"""Places: whatever is arranged, put, closed, restyled and undone, in whatever order, what panes promise holds."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lossvista.app.places import SHAPES
from lossvista.app.session import Session
from lossvista.app.sharing import RELIEF, STYLE, alike, derived
from lossvista.compute.difference import subtract
from lossvista.compute.grid import Grid, ticks
from lossvista.compute.landscape import Landscape
from lossvista.compute.surface import Mark, Surface


def landscape(title: str, *fields: str, line: bool = False) -> Landscape:
    beta = np.zeros(1) if line else ticks(-1, 1, 3)
    grid = Grid(ticks(-1, 1, 3), beta, line)
    surface = Surface(grid, {name: np.full(grid.shape, 1.0 + len(title)) for name in fields})
    surface.evaluated[:] = Mark.EVALUATED
    return Landscape(surface, title)


def opened() -> Session:
    session = Session()
    a, b = landscape("a", "train_loss", "test_loss"), landscape("bb", "train_loss")
    for one in (a, b, landscape("ccc", "test_loss"), landscape("line", "train_loss", line=True), subtract(a, b)):
        session.add(one)
    return session


STYLES = (
    {"view": "map"},
    {"view": "lines"},
    {"colormap": "magma"},
    {"levels": 7},
    {"relief_clip": 2.0},
    {"relief_scale": "linear"},
    {"relief_field": "test_loss"},
    {"theme": "dark"},
    {"axes": False},
)
number = st.integers(0, 99)
steps = st.one_of(
    st.tuples(st.just("arrange"), st.sampled_from(SHAPES)),
    st.tuples(st.just("restyle"), st.sampled_from(STYLES)),
    st.tuples(
        st.sampled_from(["activate", "put", "empty", "focus", "swap", "vacate", "close"]), st.tuples(number, number)
    ),
    st.tuples(st.sampled_from(["undo", "redo", "cameras", "scale", "enlarge", "step"]), st.none()),
)


def do(session: Session, what: str, how) -> None:
    places, documents = session.places, session.documents
    one, other = (k % len(places.all) for k in how) if isinstance(how, tuple) and what != "arrange" else (0, 0)
    document = documents[how[1] % len(documents)] if documents and what in ("activate", "put", "close") else None
    match what:
        case "arrange":
            places.arrange(*how)
        case "restyle":
            session.restyle("look", **how)
        case "activate" | "close" if document is not None:
            getattr(session, what)(document)
        case "put" if document is not None:
            places.put(document, places.all[one])
        case "empty":
            places.put(None, places.all[one])
        case "focus" | "vacate":
            getattr(places, what)(places.all[one])
        case "swap":
            places.swap(places.all[one], places.all[other])
        case "undo" | "redo":
            getattr(session.undo, what)()
        case "cameras" | "scale":
            places.link(**{what: not (places.linked if what == "cameras" else places.shared)})
        case "enlarge":
            places.enlarge()
        case "step":
            places.step(1)


@given(st.lists(steps, max_size=20))
def test_what_is_promised_holds(qapp, done):
    session = opened()
    places = session.places
    for what, how in done:
        do(session, what, how)
        assert len(places.all) == places.shape[0] * places.shape[1] == len(set(places.all))
        assert places.active in places.all and session.current is places.active.document
        assert session.undo.activeStack() is (session.current.stack if session.current else None)
        shown = places.documents
        assert all(one in session.documents for one in shown)
        assert all(
            place.style.view in (place.document.style.view, *place.own.values()) for place in places.all if place.style
        )
        if not places.shared:
            continue
        assert len({one.style.theme for one in shown}) <= 1
        for one in shown:
            for other in shown:
                if alike(one, other) and alike(other, one):
                    assert one.field == other.field
                    assert all(getattr(one.style.relief, n) == getattr(other.style.relief, n) for n in RELIEF)
                    assert all(getattr(one.style, n) == getattr(other.style, n) for n in STYLE)
        ranges = {
            (place.document.field, place.document.landscape.surface.grid.line): session.seen(place).relief
            for place in places.all
            if place.document is not None and not derived(place.document)
        }
        for place in places.all:
            if place.document is not None and not derived(place.document):
                assert (
                    session.seen(place).relief.low
                    == ranges[place.document.field, place.document.landscape.surface.grid.line].low
                )


@given(st.lists(st.sampled_from(STYLES), max_size=8))
def test_undo_in_panes_goes_back_to_where_it_began(qapp, looks):
    session = opened()
    document = session.documents[0]
    session.places.fill(1, 2, [(document, None), (document, "map")])
    before = [place.style for place in session.places.all]
    for at, look in enumerate(looks):
        session.places.focus(session.places.all[at % 2])
        session.restyle(f"look {at}", **look)
    after = [place.style for place in session.places.all]
    while session.undo.canUndo():
        session.undo.undo()
    assert [place.style for place in session.places.all] == before
    while session.undo.canRedo():
        session.undo.redo()
    assert [place.style for place in session.places.all] == after
