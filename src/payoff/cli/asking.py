"""A question on the terminal: what was said before, its heading, its words, and the line to type on."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from payoff.project.interview import Question

KEYS = (
    "Enter takes what stands in [ ]. ? = do not know. back = the question before. Ctrl-C stops and keeps what you said."
)


def asking() -> Callable[[Question, Sequence[str]], str | None]:
    """What asks one question after the other; answers may be typed or come from a pipe, which shows them too."""
    parts: list[str] = []

    def ask(question: Question, said: Sequence[str]) -> str | None:
        from payoff.project.interview import folded

        for line in said:
            click.echo(line)
        if not parts:
            click.echo("\n" + "\n".join(folded(KEYS)))
        if question.part not in ("", *parts[-1:]):
            click.echo(f"\n{click.style(question.part, bold=True)}")
        parts.append(question.part)
        click.echo("\n".join(folded(question.words, "  ")))
        if question.hint:
            click.echo(click.style("\n".join(folded(f"({question.hint})", "    ")), dim=True))
        return _typed(f"  [{question.default}] > " if question.default else "  > ")

    return ask


def _typed(prompt: str) -> str | None:
    """One line; None where nobody types any more."""
    try:
        if sys.stdin.isatty():
            _heed_ctrl_c()
            return input(prompt)
        click.echo(prompt, nl=False)
        line = sys.stdin.readline()
        click.echo(line.rstrip("\n") if line else "")
        return line.rstrip("\r\n") if line else None
    except (KeyboardInterrupt, EOFError):
        click.echo("")
        return None


def _heed_ctrl_c() -> None:
    """Put Python's own handler back: polars, once imported, lets a read go on after Ctrl-C until Enter is pressed."""
    handler = signal.getsignal(signal.SIGINT)
    if callable(handler):
        signal.signal(signal.SIGINT, handler)
