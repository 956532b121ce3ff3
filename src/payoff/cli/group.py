"""What all commands share: their order, and errors that a user can mend as three lines and exit code 2."""

from __future__ import annotations

import sys
import warnings
from typing import Any

import click

from payoff.cli.output import say


class Commands(click.Group):
    """Commands in the order of the story; what a user can mend is an error of three lines and exit code 2."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order they are written, not of the alphabet."""
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; turn what a user can mend into an error and an exit code."""
        from payoff.errors import PayoffError

        before, warnings.formatwarning = warnings.formatwarning, _plain
        try:
            return super().invoke(ctx)
        except PayoffError as error:
            say(f"Error: {error}", err=True)
            sys.exit(2)
        except OSError as error:
            if isinstance(error, BrokenPipeError):
                raise  # the reader of a pipe has seen enough: click ends quietly
            say(f"Error: {error.filename or 'a file'}: {error.strerror or error}", err=True)
            say("  expected: a file and folder that can be read and written\n  next: Mend it and try again.", err=True)
            sys.exit(2)
        except KeyboardInterrupt:
            click.echo("Stopped. What was told before is kept; nothing else was changed.", err=True)
            sys.exit(130)
        finally:
            warnings.formatwarning = before


def _plain(message: Warning | str, *_: object, **__: object) -> str:
    """A warning as a sentence, without the line of code that gave it."""
    return f"Warning: {message}\n"
