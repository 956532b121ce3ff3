"""Names of decisions and outcomes: read alike from every kind of value, matched, and refused when unknown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

import narwhals as nw
import numpy as np
import polars as pl
from numpy.typing import NDArray

from payoff.errors import UnknownDecision, UnknownOutcome

BARE = {"true", "false", "yes", "no", "y", "n"}  # outcomes that say nothing without the name of their column


def name_of(value: object) -> str:
    """A value as a name: a whole float reads as its integer, a bool as True or False, text as it is.

    >>> name_of(1.0), name_of(True), name_of("spam")
    ('1', 'True', 'spam')
    """
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def outcome_in_words(outcome: str, outcomes: Sequence[str], column: str | None) -> str:
    """An outcome as one reads it: with the column it stands in where the bare name, such as 0 or yes, says nothing.

    >>> outcome_in_words("1", ["0", "1"], "churned"), outcome_in_words("ham", ["ham", "spam"], "y")
    ('churned=1', 'ham')
    """
    bare = all(name.lower() in BARE or re.fullmatch(r"-?\d+(\.\d+)?", name) for name in outcomes)
    return f"{column}={outcome}" if bare and column else outcome


def names_of(values: Iterable[Any]) -> pl.Series:
    """Many values as names, (n,) strings; null stays null.

    >>> names_of([1.0, 2.5, None]).to_list()
    ['1', '2.5', None]
    """
    series = _series(values)
    distinct = series.unique()
    names = [None if value is None or value != value else name_of(value) for value in distinct.to_list()]
    if series.dtype == pl.String:
        return series
    return series.replace_strict(distinct, pl.Series(names, dtype=pl.String), return_dtype=pl.String)


def codes_of(
    values: Iterable[Any], known: Sequence[str], unknown: type[UnknownDecision] | type[UnknownOutcome]
) -> NDArray[np.int64]:
    """The position of each value in the known names, (n,); a value that is none of them raises `unknown`.

    >>> codes_of(["spam", "ham"], ["ham", "spam"], UnknownOutcome).tolist()
    [1, 0]
    """
    names = names_of(values)
    codes = names.replace_strict(list(known), list(range(len(known))), default=None, return_dtype=pl.Int64)
    if codes.null_count():
        raise unknown(names.filter(codes.is_null())[0], known=known)
    return codes.to_numpy()


def _series(values: Iterable[Any]) -> pl.Series:
    if isinstance(values, pl.Series):
        return values
    if nw.dependencies.is_into_series(values):
        return nw.from_native(values, series_only=True).to_polars()
    # Lists go value by value: as an array, [1.0, "a"] would read "1.0".
    array = values if isinstance(values, np.ndarray) else np.fromiter(values, dtype=object)
    if array.dtype.kind in "OUS":
        every = [None if value is None or value != value else name_of(value) for value in array.ravel().tolist()]
        return pl.Series(every, dtype=pl.String)
    return pl.Series(array)
