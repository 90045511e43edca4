"""Commands of the studies, one for each of `STUDIES`, made from its choices."""

from __future__ import annotations

import json as json_format
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from .flags import Json, TrustAll, trusted, with_flags
from .landscape import Landscape
from .studies import STUDIES
from .studies.study import Study

Overwrite = Annotated[bool, Parameter(negative=(), help="Replace a file that holds another landscape.")]
Out = Annotated[Path | None, Parameter(help="Save the landscape there, NAME.h5, and leave FILE as it is.")]


def commands() -> Iterator[Callable[..., int]]:
    """A command for each study."""
    for name, study in STUDIES.items():
        made = _making(study) if study.makes else _adding(study)
        made.__name__, made.__doc__ = name, _help(study)
        yield with_flags(study.model)(made)


def _adding(study: Study) -> Callable[..., int]:
    def command(choices: Any, file: Path, *, out: Out = None, trust: TrustAll = False, json: Json = False) -> int:
        from .console import watch
        from .studies.studied import studied

        found = watch(studied(study, file, choices, out, trust=trusted(trust)))
        _tell(study, found, file if out is None else out, json)
        return 0

    return command


def _making(study: Study) -> Callable[..., int]:
    def command(choices: Any, *, out: Path, overwrite: Overwrite = False, json: Json = False) -> int:
        from .console import watch

        _tell(study, watch(study.open()(choices, str(out), overwrite=overwrite)), out, json)
        return 0

    return command


def _tell(study: Study, landscape: Landscape, file: Path, json: bool) -> None:
    if json:
        from .info import summary

        print(json_format.dumps(summary(landscape), ensure_ascii=False))
        return
    for line in study.lines(landscape):
        print(line)
    print(file)


def _help(study: Study) -> str:
    """The command's description, and what its arguments are."""
    told = (
        {"out": "The landscape's file, NAME.h5."}
        if study.makes
        else {"file": "The landscape; what is found is saved in it."}
    )
    listed = "".join(f"{name}\n    {words}\n" for name, words in told.items())
    return f"{study.help}\n\nParameters\n----------\n{listed}"
