"""Interpreter: runs what is typed at the console, line by line, and says what it printed. No Qt.

It runs in the window's process: a loop without an end would stop the window. `seconds` is what it may take."""

from __future__ import annotations

import code
import contextlib
import io
import rlcompleter
import sys
import time
import traceback
from types import FrameType
from typing import Any

NAME = "<console>"  # of the file, in tracebacks
CLIPPED = "… (the rest is left out)\n"
MOST = 200_000  # characters of output of one command
SECONDS = 20.0  # after which a command is stopped


class Output(io.StringIO):
    """Takes no more than `MOST` characters: a command may print without an end."""

    def write(self, text: str) -> int:
        room = MOST - self.tell()
        if room > 0:
            super().write(text[:room])
            if len(text) > room:
                super().write(CLIPPED)
        return len(text)


class Interpreter(code.InteractiveInterpreter):
    """names: what the console knows; `_` is the last value. A command is a row of lines that Python takes as a whole."""

    def __init__(self, names: dict[str, Any], seconds: float = SECONDS) -> None:
        super().__init__(names)
        self.seconds = seconds
        self.lines: list[str] = []

    @property
    def waiting(self) -> bool:
        """Whether the command goes on on the next line."""
        return bool(self.lines)

    def push(self, line: str) -> str:
        """Take a line; when it ends a command, run it. Returns what was printed, tracebacks included."""
        self.lines.append(line)
        output, before = Output(), sys.displayhook
        sys.displayhook = self._display
        try:
            with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output), self._watched():
                more = self.runsource("\n".join(self.lines), NAME, "single")
        finally:
            sys.displayhook = before
        if not more:
            self.lines = []
        return output.getvalue()

    def drop(self) -> None:
        """Forget the lines of a command that is not finished."""
        self.lines = []

    def runcode(self, compiled: Any) -> None:
        """As the base's, but `exit()` ends nothing: the window has its own."""
        try:
            exec(compiled, self.locals)
        except SystemExit:
            self.write("The console stays; Ctrl+Q closes the window.\n")
        except BaseException as error:  # all of it is the person's, a KeyboardInterrupt too: it is shown
            own = error.__traceback__.tb_next if error.__traceback__ is not None else None  # without this frame
            self.write("".join(traceback.format_exception(type(error), error, own)))

    def showsyntaxerror(self, filename: str | None = None, **_given: Any) -> None:
        """As the base's, but never through sys.excepthook, which is the window's."""
        self.write("".join(traceback.format_exception_only(*sys.exc_info()[:2])))

    def _display(self, value: Any) -> None:
        if value is not None:
            self.locals["_"] = value
            print(repr(value))

    @contextlib.contextmanager
    def _watched(self):
        """Stop Python code that takes longer than `seconds`, so that an endless loop does not take the window with it."""
        end, before = time.monotonic() + self.seconds, sys.gettrace()

        def look(frame: FrameType, event: str, argument: object):
            if time.monotonic() > end:
                raise KeyboardInterrupt(f"stopped after {self.seconds:g} s: a longer one belongs into a script")
            if event == "call" and frame.f_code.co_filename == NAME:
                frame.f_trace_opcodes = True  # a loop of one line is no new line to Python
            return look

        sys.settrace(look)
        try:
            yield
        finally:
            sys.settrace(before)

    def complete(self, text: str) -> list[str]:
        """How the last name of a line may go on: whole names, each once, private ones only where they are asked for."""
        completer = rlcompleter.Completer(self.locals)
        found: list[str] = []
        for at in range(500):
            name = completer.complete(text, at)
            if name is None:
                break
            found.append(name.rstrip("()"))
        last = text.rpartition(".")[2]
        shown = [name for name in found if last.startswith("_") or not name.rpartition(".")[2].startswith("_")]
        return list(dict.fromkeys(shown))
