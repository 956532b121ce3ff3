"""Runs the commands that a page shows in a ```console block.

Lines that start with `$ ` are run, one after the other, in the current folder; a line that ends in a backslash goes on
in the next. A command must exit with 0, or with N where a comment behind it says `# exit N`. What it prints is compared
with the lines below only where the comment says `# as shown` (`...` stands for anything, as in doctest). Two spaces
stand before the comment.
"""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
from pathlib import Path

from sybil import Example

Shown = tuple[str, str]  # a command with its comment, and the lines below it


def shown(block: str) -> list[Shown]:
    """The commands of a block, each with the output that the page shows for it."""
    joined = re.sub(r"\\\n\s*(> )?", " ", block)
    parts = re.split(r"^\$ ", joined, flags=re.MULTILINE)
    return [(command, output) for command, _, output in (part.partition("\n") for part in parts[1:])]


def difference(command: str, output: str) -> str | None:
    """Run one command; what is wrong with it in words, or None."""
    comment = command.partition("  #")[2]
    exits = re.search(r"exit (\d+)", comment)
    expected = int(exits[1]) if exits else 0
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    there = {**os.environ, "PATH": path, "COLUMNS": "100", "NO_COLOR": "1"}
    ran = subprocess.run(command, shell=True, text=True, env=there, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if ran.returncode != expected:
        return f"$ {command}\nexited with {ran.returncode}, not {expected}:\n{ran.stdout[-3000:]}"
    loosely = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    if "as shown" in comment and not doctest.OutputChecker().check_output(output, ran.stdout, loosely):
        return f"$ {command}\nprinted:\n{ran.stdout}\nbut the page shows:\n{output}"
    return None


def run_block(example: Example) -> str | None:
    """The evaluator that sybil calls for a console block: None, or what went wrong first."""
    return next(filter(None, (difference(*pair) for pair in shown(str(example.parsed)))), None)
