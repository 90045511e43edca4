"""User code: a function out of somebody's own Python file, and what goes wrong in it as a sentence with their frames first.

The file is imported as Python would run it: its folder comes first on the module path, so that it finds its neighbours,
whatever they are called. Modules of another project of the same names make room; ours are out of the way, in `lossvista`.
"""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import re
import site
import sys
import sysconfig
import traceback
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from ..errors import LossvistaError, nearest
from ..there import is_file, is_folder, is_there

_FILE = re.compile(r"(?P<path>.*\.py)(?::(?P<function>.*))?", re.DOTALL)
_OURS = tuple({str(folder / "compute") for folder in (Path(__file__).parents[2], Path(__file__).resolve().parents[2])})
_LIBRARIES = tuple(
    {sysconfig.get_path(kind) for kind in ("stdlib", "platlib", "purelib")} | set(site.getsitepackages())
)


def is_file_spec(spec: str) -> bool:
    """Whether this names a function in a Python file, as in "path/to/file.py:make_problem"."""
    return _FILE.fullmatch(spec) is not None


def source_of(spec: str) -> Path:
    """The file of "FILE.py:FUNCTION". Raises LossvistaError where there is none."""
    match = _FILE.fullmatch(spec)
    if match is None:
        raise LossvistaError(f"'{spec}' names no Python file.", "Write path/to/file.py:function")
    path = Path(match["path"]).expanduser()
    if is_file(path):
        return path.resolve()
    what = "is not a file" if is_there(path) else "does not exist"
    beside = [p.name for p in path.parent.glob("*.py")] if is_folder(path.parent) else []
    hint = nearest(path.name, beside)
    raise LossvistaError(f"The Python file '{path}' {what}.", hint if hint.startswith("Did") else "Check the path.")


def load_function(
    spec: str, default: str, example: Callable[[ModuleType, str], str] | None = None
) -> tuple[Callable[..., Any], Path]:
    """The function that "FILE.py:FUNCTION" names, `default` where it names none, and its file. example: of the module and the function's
    name, the lines that are missing.

    Raises LossvistaError for a missing file or function, and for whatever its import raises.
    """
    path = source_of(spec)
    name = _FILE.fullmatch(spec)["function"] or default  # type: ignore[index]
    with guarded(f"Importing '{path.name}'"):
        module = _import(path)
    found = getattr(module, name, None)
    if not callable(found):
        own = [n for n, v in vars(module).items() if callable(v) and getattr(v, "__module__", "") == module.__name__]
        what = "no function called" if found is None else "no function but a value called"
        hint = nearest(name, own) if own else "It has no functions."
        if example is None or found is not None or hint.startswith("Did"):
            raise LossvistaError(f"'{path}' has {what} '{name}'.", hint)
        raise LossvistaError(
            f"'{path}' has {what} '{name}'.",
            "That function returns your network, data and loss: a few lines, below. Or name another one: "
            f"{path.name}:FUNCTION",
            details=example(module, name),
        )
    return found, path


@contextmanager
def guarded(stage: str, hint: str | Callable[[BaseException], str] = "") -> Generator[None]:
    """What somebody else's code raises in here becomes a LossvistaError that says the stage and the last line; its details are
    the traceback, their frames first. stage: begins the sentence, as in "Importing 'file.py'". hint: what to do about what was raised."""
    try:
        yield
    except (LossvistaError, KeyboardInterrupt, GeneratorExit, MemoryError):
        raise
    except SystemExit as error:
        raise LossvistaError(
            f"{stage} ended the program (sys.exit({'' if error.code is None else repr(error.code)})).",
            "Put what runs only as a program under: if __name__ == '__main__'",
            details=_told(error),
        ) from None
    except BaseException as error:
        last = traceback.format_exception_only(error)[-1].strip()
        end = "" if last.endswith((".", "!", "?")) else "."
        raise LossvistaError(
            f"{stage} failed: {last}{end}", hint if isinstance(hint, str) else hint(error), details=_told(error)
        ) from None


def _told(error: BaseException) -> str:
    """The traceback: their own frames, then everything."""
    whole = "".join(traceback.format_exception(error))
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if _theirs(frame.filename)]
    if not frames:
        return whole
    own = "".join(traceback.format_list(frames))
    last = "".join(traceback.format_exception_only(error))
    return f"In your code (most recent call last):\n{own}{last}\nAll of it:\n{whole}"


def _theirs(file: str) -> bool:
    return not file.startswith(("<frozen", *_OURS, *_LIBRARIES))


class _Project:
    """The project whose modules are loaded now: its folders on the module path, and the modules that made room for its own."""

    def __init__(self, folders: list[Path]) -> None:
        self.folders, self.displaced = folders, dict[str, ModuleType]()
        self.before: set[str] = set()

    def enter(self) -> None:
        for entry in [entry for folder in self.folders for entry in folder.iterdir()]:
            name = entry.stem if entry.suffix == ".py" else entry.name if _holds_modules(entry) else ""
            loaded = sys.modules.get(name)
            if loaded is None or name == "__main__" or _installed(loaded) or self._holds(loaded):
                continue
            for key in [key for key in sys.modules if key == name or key.startswith(f"{name}.")]:
                self.displaced[key] = sys.modules.pop(key)
        self.before = set(sys.modules)
        sys.path[:0] = map(str, self.folders)

    def leave(self) -> None:
        for folder in map(str, self.folders):
            if folder in sys.path:
                sys.path.remove(folder)
        for name in set(sys.modules) - self.before:
            if self._holds(sys.modules[name]) and not _installed(sys.modules[name]):
                del sys.modules[name]
        sys.modules.update(self.displaced)

    def _holds(self, module: ModuleType) -> bool:
        place = _place(module)
        return place is not None and any(place.is_relative_to(folder) for folder in self.folders)


_current: _Project | None = None
_run: set[tuple[Path, bytes]] = set()  # what this process has imported, with its content then


def has_run(path: Path) -> bool:
    """Whether this process has run the file, as it is now, before."""
    return (path, path.read_bytes()) in _run


def module_path() -> list[str]:
    """The module path without the folders of the project that is loaded: for a new process, which shall not take one of its
    files for a module of Python's own while it starts."""
    path = list(sys.path)
    for folder in [] if _current is None else map(str, _current.folders):
        if folder in path:
            path.remove(folder)
    return path


def _import(path: Path) -> ModuleType:
    """The file as a fresh module under its own name, the modules of the project before it being gone."""
    global _current
    if _current is not None:
        _current.leave()
    root, parts = path.parent, [path.stem]
    while is_file(root / "__init__.py"):  # a file of a package may import its neighbours relatively
        parts.insert(0, root.name)
        root = root.parent
    project = _Project(list(dict.fromkeys([path.parent, root])))
    name = ".".join(parts)
    if parts[0] in sys.modules and _installed(sys.modules[parts[0]]):
        name = f"{name} (user)"  # such as a file called random.py: nobody imports it by its name
    arguments, bytecode = sys.argv, sys.dont_write_bytecode
    importlib.invalidate_caches()
    _current = project
    _run.add((path, path.read_bytes()))
    project.enter()
    try:
        sys.argv, sys.dont_write_bytecode = [str(path)], True
        if len(parts) > 1 and "(" not in name:
            return importlib.import_module(name)
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
        return module
    finally:
        sys.argv, sys.dont_write_bytecode = arguments, bytecode


def _holds_modules(folder: Path) -> bool:
    return is_folder(folder) and folder.name.isidentifier() and next(folder.glob("*.py"), None) is not None


def _place(module: ModuleType) -> Path | None:
    """Where a module lies; that of a folder without an __init__.py is the folder."""
    place = getattr(module, "__file__", None) or next(iter(getattr(module, "__path__", ())), None)
    return Path(place) if isinstance(place, str) else None


def _installed(module: ModuleType) -> bool:
    """Whether a module belongs to Python, to an installed package, or to us."""
    place, name = _place(module), getattr(module, "__name__", "")
    return place is None or name.partition(".")[0] == "lossvista" or str(place).startswith(_LIBRARIES)


def wanted(function: Callable[..., Any], **offered: Any) -> dict[str, Any]:
    """Of what is offered, what the function asks for by name."""
    try:
        parameters = inspect.signature(function).parameters
    except (ValueError, TypeError):
        return {}
    return {name: value for name, value in offered.items() if name in parameters}
