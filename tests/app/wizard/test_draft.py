"""Draft: which choices count for which source, what dropped files stand for, and undo."""

from hypothesis import given
from hypothesis import strategies as st

from lossvista.app.wizard.draft import KINDS, PROBLEM, History, Source, counting, dropped, source_of, stem_of
from lossvista.compute.recipe import Recipe

DEFAULTS = {name: field.default for name, field in Recipe.model_fields.items()}


def test_every_field_of_the_problem_is_asked_for_by_some_source() -> None:
    asked = {name for kind in KINDS.values() for name in (*kind.shown, *kind.more)}
    assert asked == set(PROBLEM)
    group = {n for n, f in Recipe.model_fields.items() if f.json_schema_extra["group"] == "Problem"}
    assert group == {*PROBLEM, "trust_pickle"}


def test_a_recording_s_own_choices_stay_unset() -> None:
    values = DEFAULTS | {"trajectory": "run", "model": "", "data": "", "resolution": 21}
    assert counting(Source.RECORDED, values) == {"trajectory": "run", "resolution": 21}
    assert counting(Source.RECORDED, values | {"model": "mlp"})["model"] == "mlp"


def test_what_belongs_to_another_source_is_left_out() -> None:
    values = DEFAULTS | {"problem": "a.py", "weights": ("w.pt",), "trajectory": "run"}
    assert counting(Source.FILE, values) == {"problem": "a.py", "weights": ("w.pt",)}
    assert counting(Source.NAMED, values) == {"model": "cnn", "data": "digits", "weights": ("w.pt",)}


def test_a_default_that_was_typed_counts() -> None:
    assert "seed" not in counting(Source.NAMED, DEFAULTS)
    assert counting(Source.NAMED, DEFAULTS, {"seed"})["seed"] == 0


def test_the_source_of_a_recipe() -> None:
    assert source_of({"weights": ("a.pt",)}) is Source.NAMED
    assert source_of({"problem": "a.py"}) is Source.FILE
    assert source_of({"problem": "a.py", "trajectory": "run"}) is Source.RECORDED


def test_names() -> None:
    assert stem_of(Source.FILE, DEFAULTS | {"problem": "/x/my nets.py:make"}) == "my nets"
    assert stem_of(Source.RECORDED, DEFAULTS | {"trajectory": "/x/run"}) == "run"
    assert stem_of(Source.NAMED, DEFAULTS | {"model": "nets.py:f"}) == "nets"


def test_dropped_files(tmp_path) -> None:
    for name in ("a.pt", "b.safetensors", "nets.py", "picture.png", "landscape.h5"):
        (tmp_path / name).write_text("")
    there = lambda name: str(tmp_path / name)  # noqa: E731
    assert dropped([there("a.pt"), there("b.safetensors")]) == {"weights": (there("a.pt"), there("b.safetensors"))}
    assert dropped([there("nets.py"), there("a.pt")]) == {"problem": there("nets.py"), "weights": (there("a.pt"),)}
    assert dropped([there("picture.png"), there("landscape.h5"), there("gone.txt")]) == {}
    for name, held in (
        ("run", "recording.json"),
        ("epochs", "epoch_1.pt"),
        ("bert", "config.json"),
        ("empty", "x.txt"),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / held).write_text("")
    assert dropped([there("run"), there("epochs")]) == {"trajectory": there("run"), "also": (there("epochs"),)}
    assert dropped([there("bert")]) == {"weights": (there("bert"),)}
    assert dropped([there("empty")]) == {}


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 3)), max_size=20))
def test_undo_leads_back_to_the_beginning_and_redo_to_the_end(changes) -> None:
    state = {"a": 0, "b": 0, "c": 0}
    history = History(state)
    for name, value in changes:
        state = state | {name: value}
        history.add(state, name)
    while (back := history.step(-1)) is not None:
        first = back
    assert history.can[0] is False and history.states[0] == {"a": 0, "b": 0, "c": 0}
    assert not changes or history.at == 0
    while (forth := history.step(1)) is not None:
        first = forth
    if len(history.states) > 1:
        assert first == state


def test_typing_in_one_field_is_one_step() -> None:
    history = History({"a": 0})
    for value in (1, 12, 123):
        history.add({"a": value}, "a")
    assert history.step(-1) == {"a": 0} and history.step(1) == {"a": 123} and history.step(1) is None
