"""Inspected: findings as lines for people and as plain values for programs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

from .amounts import duration, size
from .findings import Estimate, Findings, Layer, said

SHOWN = 200  # rows of the table of layers


def summary(findings: Findings) -> dict[str, object]:
    """All of it as JSON values."""
    recipe, estimate = findings.recipe, findings.estimate(findings.recipe)
    return {
        "name": findings.name,
        "model": findings.model,
        "parameters": findings.parameters,
        "perturbed": findings.perturbed(recipe),
        "weight_norm": findings.weight_norm,
        "batch_norms": findings.batch_norms,
        "layers": [
            asdict(layer) | {"parameters": layer.parameters, "perturbed": not why, "why": why}
            for layer, why in findings.moved(recipe)
        ],
        "checkpoints": [asdict(one) for one in findings.checkpoints],
        "splits": [asdict(split) | {"used": split.used(recipe)} for split in findings.splits],
        "paths": findings.paths,
        "notes": list(findings.notes),
        "trial": None if findings.trial is None else asdict(findings.trial),
        "estimate": None if estimate is None else asdict(estimate),
        "recipe": recipe.model_dump(mode="json"),
    }


def describe(findings: Findings) -> Iterator[str]:
    """The same for people."""
    recipe = findings.recipe
    moved, every = findings.perturbed(recipe), findings.parameters
    yield findings.name
    yield f"  {findings.model}: {every:,} parameters, {moved:,} of them perturbed ({moved / max(every, 1):.1%})"
    for split in findings.splits:
        kind = "training" if split.name == "train" else split.name
        yield f"  {kind} data: {split.used(recipe):,} of {split.available:,} samples, each {split.shape}"
    for name, count in findings.paths.items():
        yield f"  path '{name}': {count} checkpoints"
    for one in findings.checkpoints:
        yield f"  {one.path}: {one.kind}, {one.tensors} tensors, {size(one.bytes)}"
        for remark in one.remarks:
            yield f"    {remark}"
    for note in findings.notes:
        yield f"  {note}"
    yield from _table(findings.moved(recipe))
    if findings.trial is not None:
        yield f"  at the centre: {said(findings.trial.fields)}"
        yield f"  {tried(findings)}"
    if (estimate := findings.estimate(recipe)) is not None:
        yield f"  {told(estimate)}"


def tried(findings: Findings) -> str:
    """How long a point takes, and how that is known."""
    trial, recipe = findings.trial, findings.recipe
    assert trial is not None
    point = findings.estimate(recipe).point  # type: ignore[union-attr]
    used = sum(split.used(recipe) for split in findings.splits)
    how = "measured" if trial.evaluated >= used else f"multiplied up from {trial.evaluated:,} of {used:,} samples"
    again = "" if trial.same else " A second pass gave other numbers: something random is active in evaluation mode."
    return f"one point takes {duration(point)} on {trial.device} ({how}).{again}"


def told(estimate: Estimate) -> str:
    """The estimate as a sentence."""
    path = f" and {estimate.path:,} evaluations of the path" if estimate.path else ""
    gpu = f", {size(estimate.gpu)} of the GPU's" if estimate.gpu else ""
    rough = f" Roughly: {estimate.rough}." if estimate.rough else ""
    return (
        f"{estimate.points:,} points{path} will take about {duration(estimate.seconds)}, {size(estimate.memory)} of memory{gpu} "
        f"and {size(estimate.disk)} of disk ({size(estimate.peak_disk)} meanwhile).{rough}"
    )


def _table(moved: list[tuple[Layer, str]]) -> Iterator[str]:
    rows = [("parameter", "layer", "shape", "units", "perturbed")]
    for layer, why in moved[:SHOWN]:
        shape = "×".join(map(str, layer.shape)) or "1"
        rows.append((layer.name, layer.kind, shape, f"{layer.units:,}", f"no: {why}" if why else "yes"))
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    for row in rows:
        yield "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
    if len(moved) > SHOWN:
        yield f"  … and {len(moved) - SHOWN:,} more"
