"""The command line: each command is the project's verb of the same name, and says what to do next."""

from payoff.cli.commands import main

__all__ = ["main"]
