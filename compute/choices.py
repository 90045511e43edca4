"""Choices: a frozen model whose fields declare label, help and range once; forms, flags, files and docs follow."""

from __future__ import annotations

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.fields import FieldInfo

from .errors import LossvistaError


def choice(
    default: Any, label: str, help: str, *, group: str = "", low: float | None = None, high: float | None = None
) -> Any:
    """A field of a `Choices` model. `low` and `high` are inclusive; `group` is the heading in forms and `--help`."""
    return Field(default, title=label, description=help, ge=low, le=high, json_schema_extra={"group": group})


class Choices(BaseModel):
    """Base of the frozen models. Build with `of(...)` to get our sentences instead of pydantic's report."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @classmethod
    def of(cls, **values: Any) -> Self:
        """The model of these values. Raises LossvistaError, one sentence a mistake."""
        try:
            return cls(**values)
        except ValidationError as error:
            raise LossvistaError(explain(cls, error)) from None

    def replace(self, **values: Any) -> Self:
        """A copy with some values changed, checked again. What was left at its default is still `not set`."""
        return self.of(**{**{name: getattr(self, name) for name in self.model_fields_set}, **values})


def limits(field: FieldInfo) -> tuple[float | None, float | None]:
    """The inclusive range (low, high) that `choice` declared; None where open."""
    low = high = None
    for rule in field.metadata:
        low = getattr(rule, "ge", low)
        high = getattr(rule, "le", high)
    return low, high


# What a field wanted, by the beginning of pydantic's name for the mistake.
_WANTED = {
    "int_": "a whole number",
    "float_": "a number",
    "bool_": "true or false",
    "string_": "text",
    "tuple_": "a list",
}


def explain(model: type[BaseModel], error: ValidationError) -> str:
    """One sentence for each mistake in a pydantic report."""
    return " ".join(_sentence(model, mistake) for mistake in error.errors())


def _sentence(model: type[BaseModel], mistake: Any) -> str:
    name = str(mistake["loc"][0]) if mistake["loc"] else ""
    field = model.model_fields.get(name)
    kind, given = mistake["type"], mistake["input"]
    if field is None:
        text = mistake["msg"].removeprefix("Value error, ")
        return f"There is no setting called '{name}'." if kind == "extra_forbidden" else text
    label = f"{field.title or name} ({name.replace('_', '-')})"
    if kind in ("greater_than_equal", "less_than_equal", "finite_number"):
        low, high = limits(field)
        span = f"between {low:g} and {high:g}" if None not in (low, high) else "a finite number"
        if span == "a finite number" and low is not None:
            span = f"a finite number, at least {low:g}"
        return f"{label} must be {span}, not {given}."
    if kind == "literal_error":
        return f"{label} must be one of {mistake['ctx']['expected']}, not {given!r}."
    for start, wanted in _WANTED.items():
        if kind.startswith(start):
            return f"{label} must be {wanted}, not {given!r}."
    text = mistake["msg"].removeprefix("Value error, ")
    return f"{label}: {text}" if text.endswith((".", "?")) else f"{label}: {text}, not {given!r}."
