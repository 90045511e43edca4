"""Flags: a command whose flags are the fields of a `Choices` model, declared there once."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Annotated, Any, TypeVar, get_args, get_origin

from cyclopts import Group, Parameter

from .choices import Choices
from .consent import Trust, agreed

M = TypeVar("M", bound=Choices)

TRUST = ("--trust", "--trust-pickle")
Json = Annotated[bool, Parameter(name="--json", negative=(), help="One JSON object on stdout.")]
TrustAll = Annotated[
    bool,
    Parameter(
        name=TRUST,
        negative=(),
        help="Run code that the landscape's file names, and open checkpoints that can run code. Only if you made them yourself, or "
        "know who did; your own code, once named on the command line, needs no flag until it changes.",
    ),
]


def trusted(everything: bool) -> Trust:
    """What may run: all of it, or that to which the person agreed before."""
    return everything or agreed()


def with_flags(model: type[M], order: int = 0) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorator: the function's first parameter, a `model`, becomes one flag a field. Flags that are not given keep the field's
    default and stay out of `model_fields_set`, so that a recording or a file can fill them in. Mistakes raise LossvistaError."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        own = list(inspect.signature(function, eval_str=True).parameters.values())[1:]

        def command(*args: Any, **given: Any) -> Any:
            chosen = {name: given.pop(name) for name in model.model_fields if name in given}
            choices = model.of(**{k: v for k, v in chosen.items() if v is not None})
            if any(".py" in str(chosen.get(name)) for name in ("problem", "model")):
                _agree(choices)
            return function(choices, *args, **given)

        flags = [_flag(name, field, order) for name, field in model.model_fields.items()]
        command.__name__, command.__doc__ = function.__name__, function.__doc__
        command.__signature__ = inspect.Signature([*own, *flags])  # type: ignore[attr-defined]
        command.__annotations__ = {p.name: p.annotation for p in (*own, *flags)}
        return command

    return decorate


def _agree(choices: Choices) -> None:
    """Code that somebody names on the command line may run, and also where a landscape of it names it later."""
    from .problem.consent import agree_to_code
    from .problem.named import NamedProblem

    if isinstance(choices, NamedProblem):
        agree_to_code(choices.problem, choices.model)


def _flag(name: str, field: Any, order: int) -> inspect.Parameter:
    default = field.get_default()
    shown = "" if default in (None, "", ()) else f" [default: {default}]"
    group = (field.json_schema_extra or {}).get("group", "")
    places = {"Problem": 1, "Training": 2, "Plane": 2, "Grid": 3, "Evaluation": 4}
    parameter = Parameter(
        name=TRUST if name == "trust_pickle" else None,
        help=f"{field.description}{shown}",
        group=Group(group, sort_key=order + places.get(group, 9)) if group else None,
        show_default=False,
        negative=(),
        consume_multiple=get_origin(field.annotation) is tuple and get_args(field.annotation)[-1] is Ellipsis,
    )
    kind = Annotated[_plain(field.annotation) | None, parameter]
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=kind)


def _plain(kind: Any) -> Any:
    """The type that the command line converts to; ranges (LOW:HIGH) stay text until the model reads them."""
    arguments = [a for a in get_args(kind) if a is not type(None)]
    if bool in arguments:  # Trust: of single contents only the program itself speaks
        return bool
    if type(None) in get_args(kind):
        return _plain(arguments[0])
    if get_origin(kind) is Annotated:
        return _plain(arguments[0])
    if get_origin(kind) is tuple:
        return list[str] if arguments[-1] is Ellipsis else str
    return kind
