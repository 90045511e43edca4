"""Frozen: where the desktop program begins. It is the command line; and, called as its own children call it, a Python.

Lossvista starts Python again for each job (`sys.executable -P -c …`) and to try OpenGL (`-m …`). A frozen program is its own
`sys.executable`, so it answers to these two as an interpreter would."""

import runpy
import sys


def main() -> int:
    arguments = [argument for argument in sys.argv[1:] if argument != "-P"] if sys.argv[1:2] == ["-P"] else sys.argv[1:]
    if arguments[:1] == ["-c"] and len(arguments) > 1:
        sys.argv = ["-c", *arguments[2:]]
        exec(compile(arguments[1], "<string>", "exec"), {"__name__": "__main__"})
        return 0
    if arguments[:1] == ["-m"] and len(arguments) > 1:
        sys.argv = arguments[1:]
        runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
        return 0
    from lossvista.compute.cli import main as command_line

    return command_line()


if __name__ == "__main__":
    sys.exit(main())
