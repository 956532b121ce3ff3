"""Constants and functions of the model, exchanged by name for a while; a name that is gone is an error."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from typing import Any

PACKAGE = "payoff.aggregate"


class Gone(Exception):
    """The model has no such name any more: what is measured by it must be thought over."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{PACKAGE}.{name} is gone: mend the lists of aggregating/ablation.py")


def value_of(name: str) -> Any:
    """What `module.NAME` of the model is."""
    module, attribute = name.rsplit(".", 1)
    try:
        return getattr(import_module(f"{PACKAGE}.{module}"), attribute)
    except (ImportError, AttributeError):
        raise Gone(name) from None


@contextmanager
def swapped(values: Mapping[str, Any]) -> Iterator[None]:
    """The names `module.NAME` have these values inside the block, in every module that imported them."""
    undo = []
    try:
        for name, value in values.items():
            before, attribute = value_of(name), name.rsplit(".", 1)[1]
            for module in [each for path, each in sys.modules.items() if path.startswith(PACKAGE)]:
                if getattr(module, attribute, undo) is before:
                    undo.append((module, attribute, before))
                    setattr(module, attribute, value)
        yield
    finally:
        for module, attribute, before in reversed(undo):
            setattr(module, attribute, before)
