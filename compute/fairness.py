"""Fairness: why two or more landscapes may not be compared as they are, aspect by aspect, in sentences.

Fair is: the same normalization, samples, reach, batch-norm policy, precision, kind of directions and resolution, the same field
of the same split. What may differ is what one compares: the network, its weights, and the draw of the directions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from .captions import captions, listed
from .landscape import Landscape
from .levels import number
from .surface import Mark

START = "Not a fair comparison: "


@dataclass(frozen=True)
class Difference:
    """aspect: what differs, as in "normalization". values: what it is and for whom, "filter (A), none (B)". why: what follows."""

    aspect: str
    values: str
    why: str

    @property
    def short(self) -> str:
        return f"{self.aspect}: {self.values}" if self.values else self.aspect

    @property
    def sentence(self) -> str:
        return f"{START}{self.short}. {self.why}"


def differences(
    landscapes: Sequence[Landscape], field: str = "", names: Sequence[str] | None = None
) -> list[Difference]:
    """What makes it unfair to compare these landscapes by `field` ("": each one's main field); empty where nothing does. names:
    what they are called in the sentences, where not by their captions."""
    if len(landscapes) < 2:
        return []
    names = list(names or captions(landscapes))
    found = []
    for aspect, (value_of, why) in _ASPECTS.items():
        values = [value_of(one) for one in landscapes]
        if len(set(values)) > 1:
            found.append(Difference(aspect, _told(values, names), why))
    return [*found, *_field(landscapes, names, field), *_data(landscapes, names), *_scale(landscapes)]


def sentences(landscapes: Sequence[Landscape], field: str = "") -> list[str]:
    """One sentence for each difference: "Not a fair comparison: reach: ±1 (A), ±2 (B). …"."""
    return [difference.sentence for difference in differences(landscapes, field)]


def verdict(landscapes: Sequence[Landscape], field: str = "", names: Sequence[str] | None = None) -> str:
    """All differences in one line; "" where the comparison is fair."""
    found = differences(landscapes, field, names)
    return START + "; ".join(difference.short for difference in found) + "." if found else ""


# --- what is compared as it is written ---


def _method(landscape: Landscape) -> str:
    return ", ".join(dict.fromkeys(axis.method for axis in landscape.axes if axis.method)) or "not known"


def _normalization(landscape: Landscape) -> str:
    return ", ".join(dict.fromkeys(axis.normalization for axis in landscape.axes if axis.normalization)) or "not known"


def _unperturbed(landscape: Landscape) -> str:
    """The rule, not the names: these differ from network to network."""
    recipe = landscape.recipe
    rule = str(recipe.get("ignore", "auto"))
    if rule == "auto":
        rule = "biases-and-norms" if _method(landscape) == "random" else "none"
    return rule + (f", only {recipe['only']}" if recipe.get("only") else "")


def _reach(landscape: Landscape) -> str:
    grid = landscape.surface.grid
    spans = [_span(axis) for axis in ((grid.alpha,) if grid.line else (grid.alpha, grid.beta))]
    return spans[0] if len(set(spans)) == 1 else " × ".join(spans)


def _span(axis: np.ndarray) -> str:
    low, high = float(axis[0]), float(axis[-1])
    return f"±{number(high, 3)}" if np.isclose(-low, high) else f"{number(low, 3)} to {number(high, 3)}"


def _resolution(landscape: Landscape) -> str:
    ny, nx = landscape.surface.grid.shape
    return f"{nx} points" if landscape.surface.grid.line else f"{nx} × {ny}"


def _samples(landscape: Landscape) -> str:
    used = landscape.trust.get("samples")
    return f"{used:,}" if isinstance(used, int) else "not known"


def _figure(name: str) -> Callable[[Landscape], str]:
    return lambda landscape: str(landscape.trust.get(name, landscape.recipe.get(name, "not known")))


def _how_computed(landscape: Landscape) -> str:
    marks = landscape.surface.evaluated
    words = {
        Mark.NOT_YET: "unfinished",
        Mark.INTERPOLATED: "partly interpolated",
        Mark.ESTIMATED: "partly estimated",
        Mark.BOUND: "partly bounds",
        Mark.FAILED: "partly failed",
    }
    return ", ".join(word for mark, word in words.items() if (marks == mark).any()) or "all computed"


_ASPECTS: dict[str, tuple[Callable[[Landscape], str], str]] = {
    "kind of directions": (_method, "Their coordinates mean different things."),
    "normalization": (_normalization, "A step of 1 is not as long, measured by the weights, in one as in the other."),
    "left unperturbed": (_unperturbed, "One moves parameters that the other keeps."),
    "reach": (_reach, "One picture shows more of its landscape than the other, so it looks rougher or steeper."),
    "resolution": (_resolution, "The finer one can show bumps that the coarser one steps over."),
    "samples": (_samples, "The loss is the mean of more samples in one: fewer samples are noisier."),
    "batch-norm statistics": (
        _figure("batch_norm"),
        "Another policy is another network at every point but the centre.",
    ),
    "precision": (_figure("precision"), "Rounding differs, most near a minimum and for deep networks."),
    "points": (_how_computed, "What is not computed on all samples may still change."),
}


# --- what needs more than a word ---


def _field(landscapes: Sequence[Landscape], names: list[str], field: str) -> Iterator[Difference]:
    """The field, its split, its units and its name must be one."""
    shown = [field or (one.surface.main if one.surface.fields else "none") for one in landscapes]
    told = []
    for one, name in zip(landscapes, shown, strict=True):
        info = one.surface.info.get(name)
        told.append((name, "", "") if info is None else (name, info.split, info.units))
    if len(set(told)) > 1:
        values = [" ".join(part for part in (name, f"({units})" if units else "") if part) for name, _, units in told]
        if len(set(values)) == 1:  # the split alone differs
            values = [split or "no split" for _, split, _ in told]
        yield Difference("field", _told(values, names), "They are different quantities.")


def _data(landscapes: Sequence[Landscape], names: list[str]) -> Iterator[Difference]:
    """The samples themselves: their places in the data set, then their bytes."""
    ids = [str(one.provenance.get("samples_hash", "")) for one in landscapes]
    if len({_samples(one) for one in landscapes}) == 1 and _differ(ids):
        yield Difference("choice of samples", "as many, but other ones", "The losses are means over other samples.")
        return
    sources = [str(one.recipe.get("problem") or one.recipe.get("data", "")) for one in landscapes]
    codes = [str(one.provenance.get("code_hash", "")) for one in landscapes]
    if all(one.recipe.get("problem") for one in landscapes) and all(codes):
        # The file counts, not the path by which it was called; its function may still be another one.
        kinds = [code + source.rpartition(".py")[2] for code, source in zip(codes, sources, strict=True)]
        sources = sources if _differ(kinds) else kinds
    splits = [tuple(sorted({info.split for info in one.surface.info.values()})) for one in landscapes]
    hashes = [str(one.provenance.get("data_hash", "")) for one in landscapes]
    if _differ(sources) and (_differ(hashes) or not all(hashes)):
        yield Difference("data", _told(sources, names), "The losses are means over other data.")
    elif _differ(hashes) and len(set(splits)) == 1 and len({_samples(one) for one in landscapes}) == 1:
        # The hash is of what the networks see, all splits together: it says nothing where one has a test split more.
        yield Difference("data", "other bytes", "The samples, or what is taken off them before, are not the same.")


def _differ(values: list[str]) -> bool:
    """Whether two known values are not the same."""
    return len({value for value in values if value}) > 1


def _scale(landscapes: Sequence[Landscape]) -> Iterator[Difference]:
    """Other weights along axes that do not scale with them (Li et al. 2018, §4)."""
    weights = [str(one.provenance.get("weights_hash", "")) for one in landscapes]
    methods = {_method(one) for one in landscapes}
    if methods == {"random"} and _differ(weights) and {_normalization(one) for one in landscapes} == {"none"}:
        yield Difference(
            "no normalization, other weights",
            "",
            "A network can be rescaled into any width without changing what it computes: widths say nothing here.",
        )


def _told(values: Sequence[str], names: Sequence[str]) -> str:
    """ "filter (A, B), none (C)"."""
    groups: dict[str, list[str]] = {}
    for value, name in zip(values, names, strict=True):
        groups.setdefault(value, []).append(name)
    if len(groups) > 4:
        return ", ".join(list(groups)[:3]) + f" and {len(groups) - 3} others"
    most = 9 if max(map(len, names)) < 4 else 3
    return ", ".join(f"{value} ({listed(list(dict.fromkeys(who)), most)})" for value, who in groups.items())
