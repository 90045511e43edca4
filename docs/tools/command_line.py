"""Command line: writes docs/command-line.md from what `lossvista COMMAND --help` is made of. `python docs/tools/command_line.py`"""

from __future__ import annotations

import re
import sys
from importlib.metadata import version
from pathlib import Path

from lossvista.compute.cli import app

PAGE = Path(__file__).resolve().parents[1] / "command-line.md"
HEAD = """<!-- Made by docs/tools/command_line.py with cyclopts {version} from the commands' own help; not to be edited. -->
# Command line

Results go to stdout, progress to stderr: a bar on a terminal, plain lines elsewhere. With `--json`, stdout has one JSON object a line.
`lossvista COMMAND --help` says what stands here.

| Exit code | |
|---|---|
| 0 | done |
| 2 | a mistake in the input; one sentence says which, and what to do |
| 3 | done, with points that failed |
| 4 | no space on the disk, or no memory; what was computed is safe |
| 130 | interrupted and saved; the same command goes on |

"""


def page() -> str:
    """The page as it should be now."""
    text = app.generate_docs(output_format="markdown", recursive=True)
    first, *commands = re.split(r"^(?=## lossvista )", text, flags=re.MULTILINE)
    about = re.findall(r"^\* \[`([\w-]+)`\]\(.*?\): (.*)$", first, re.MULTILINE)
    table = "".join(f"| [`{name}`](#lossvista-{name}) | {what} |\n" for name, what in about)
    start = "`lossvista [FILE…]` opens the window, on these landscapes.\n\n| Command | |\n|---|---|\n" + table
    body = re.sub(
        r"^(lossvista [\w-]+) -m \S+", r"\1", "".join(commands), flags=re.MULTILINE
    )  # cyclopts names the module that `python -m` runs
    body = re.sub(
        r" (\*\[default: (False|\"\"|\[\])\]\*|\[default: False\])", "", body
    )  # a switch is off, a text empty
    body = body.replace("```console", "```").replace("*[", "[").replace("]*", "]").replace(".  [", ". [")
    return HEAD.format(version=made_with()) + start + "\n" + re.sub(r"\n{3,}", "\n\n", body).rstrip() + "\n"


def made_with() -> str:
    """The series of cyclopts that is installed: another one may lay out the same help otherwise."""
    return ".".join(version("cyclopts").split(".")[:2])


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(PAGE, file=sys.stderr)
