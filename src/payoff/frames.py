"""What the objective reads from tables: columns of items, probabilities of outcomes, groups and periods."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import narwhals as nw
import numpy as np
import polars as pl
from numpy.typing import NDArray

from payoff.errors import BadProbabilities, LimitError, MissingColumn, ObjectiveError, UnknownOutcome
from payoff.names import name_of, names_of

# Columns of the tables that `decide` and `ask` give back: no outcome may be called so.
RESERVED = ("item", "decision", "expected", "low", "high", "provisional")

# How far a row of probabilities may be from 1: rounding to three digits passes.
NEAR_ONE = 1e-3 + 1e-9

TRUNCATED = {"day": "1d", "week": "1w", "month": "1mo"}


def columns_of(items: Any) -> list[str]:
    """Names of the columns of a table.

    >>> columns_of({"amount": [1], "name": ["a"]})
    ['amount', 'name']
    """
    return [str(name) for name in _native(items).columns]


def check_rows(payoffs: int, items: Any, rows: int, what: str) -> None:
    """Refuse `rows` of something that are not one for each item; one row of payoffs without items serves them all.

    >>> check_rows(2, {"amount": [1, 2]}, 3, "decisions")
    Traceback (most recent call last):
    payoff.errors.ObjectiveError: 3 decisions stand beside 2 items
      expected: one of each for every item
      next: Hand over the same items in each.
    """
    many = payoffs if items is None else len(_native(items))
    if many != rows and not (items is None and many == 1):
        raise uneven(rows, what, many, "items")


def uneven(rows: int, what: str, others: int, beside: str) -> ObjectiveError:
    """The error for columns of different lengths.

    >>> uneven(3, "decisions", 2, "outcomes").found
    '3 decisions stand beside 2 outcomes'
    """
    return ObjectiveError(
        f"{rows} {what} stand beside {others} {beside}",
        "one of each for every item",
        "Hand over the same items in each.",
    )


def frame_of(items: Any, columns: Iterable[str]) -> pl.DataFrame:
    """Those of the named columns that the items have, as polars.

    `items` is any eager dataframe, a dict of lists or a list of dicts; ObjectiveError for anything else.

    >>> frame_of({"amount": [1, 2], "name": ["a", "b"]}, {"amount"}).to_dict(as_series=False)
    {'amount': [1, 2]}
    """
    frame, wanted = _native(items), set(columns)
    return frame.select([name for name in frame.columns if name in wanted]).to_polars()


def column_of(items: Any, column: str, reader: str) -> pl.Series:
    """One column of a table; MissingColumn names who reads it.

    >>> column_of({"amount": [1, 2]}, "amount", "the limit").to_list()
    [1, 2]
    """
    known = [] if items is None else columns_of(items)
    if column not in known:
        raise MissingColumn(column, known=known, reader=reader)
    return frame_of(items, [column])[column]


def shares_of(proba: Any, outcomes: Sequence[str]) -> NDArray[np.float64]:
    """Probabilities as floats (n, outcomes), from rows in the order of `outcomes` or a table with a column for each.

    Columns item, decision, expected, low, high and provisional are passed over. Raises BadProbabilities for a wrong
    shape, a share that is negative or not finite, or a row that does not sum to 1; UnknownOutcome for other columns.

    >>> shares_of({"spam": [0.2], "ham": [0.8]}, ["ham", "spam"]).tolist()
    [[0.8, 0.2]]
    """
    if isinstance(proba, dict) or nw.dependencies.is_into_dataframe(proba):
        shares = _shares_by_name(_native(proba), outcomes)
    else:
        try:
            shares = np.asarray(proba, dtype=np.float64)
        except (TypeError, ValueError) as error:
            raise BadProbabilities(f"probabilities are not numbers: {error}", outcomes=outcomes) from None
    if shares.ndim != 2 or shares.shape[1] != len(outcomes):
        raise BadProbabilities(f"probabilities have the shape {shares.shape}", outcomes=outcomes)
    # NaN fails every comparison, so it is refused here too.
    right = (shares >= -1e-9).all(axis=1) & (np.abs(shares.sum(axis=1) - 1) <= NEAR_ONE)
    if not right.all():
        row = int(np.argmin(right))
        raise BadProbabilities(f"row {row} of the probabilities is {shares[row].tolist()}", outcomes=outcomes)
    return shares


def rates_of(base_rates: Mapping[Any, float], outcomes: Sequence[str]) -> NDArray[np.float64]:
    """Base rates in the order of `outcomes`, 1 in sum, (K,); an outcome left out never happens.

    Raises UnknownOutcome, BadProbabilities.

    >>> rates_of({"spam": 0.25, "ham": 0.75}, ["ham", "spam"]).tolist()
    [0.75, 0.25]
    """
    rates = {name_of(outcome): float(share) for outcome, share in base_rates.items()}
    for outcome in rates:
        if outcome not in outcomes:
            raise UnknownOutcome(outcome, known=outcomes)
    shares = shares_of([[rates.get(outcome, 0.0) for outcome in outcomes]], outcomes)[0]
    scaled: NDArray[np.float64] = shares / shares.sum()
    return scaled


def numbered(values: pl.Series) -> NDArray[np.int64]:
    """The groups of a column as numbers from 0, (n,); null is a group of its own.

    >>> numbered(pl.Series(["de", "en", None, "de"])).tolist()
    [1, 2, 0, 1]
    """
    ranks = values.rank("dense") if values.dtype.is_temporal() else names_of(values).rank("dense")
    return np.unique(ranks.fill_null(0).to_numpy(), return_inverse=True)[1].astype(np.int64)


def period_of(times: pl.Series, per: str) -> NDArray[np.int64]:
    """The day, week or month of each time as a number from 0, (n,); null is a period of its own.

    Times are dates, datetimes or text that reads as one; LimitError for others.

    >>> period_of(pl.Series(["2026-01-31", "2026-02-01", "2026-02-28"]), "month").tolist()
    [0, 1, 1]
    """
    times = _read_times(times)
    if not isinstance(times.dtype, pl.Date | pl.Datetime):
        raise LimitError(
            f"the time column {times.name!r} holds {times.dtype} such as {times.drop_nulls().head(1).to_list()}",
            "dates or times, as 2026-01-31",
            f"Convert it to dates, or name another time column, so that a limit per {per} can count.",
        )
    return numbered(times.dt.truncate(TRUNCATED[per]))


def _read_times(times: pl.Series) -> pl.Series:
    """Text as datetimes where every one of them reads as such; other columns as they are."""
    if times.null_count() == len(times):
        return times.cast(pl.Date)
    if times.dtype != pl.String:
        return times
    try:
        read = times.str.to_datetime(strict=False)
    except pl.exceptions.ComputeError:
        return times
    return read if read.null_count() == times.null_count() else times


def _native(items: Any) -> nw.DataFrame[Any]:
    try:
        return nw.from_native(pl.DataFrame(items) if isinstance(items, dict | list) else items, eager_only=True)
    except TypeError:
        raise ObjectiveError(
            f"items came as {type(items).__name__}",
            "a dataframe, a dict of lists or a list of dicts",
            "Load the table first, for example with polars.read_csv.",
        ) from None


def _shares_by_name(frame: nw.DataFrame[Any], outcomes: Sequence[str]) -> NDArray[np.float64]:
    columns = {name_of(column): column for column in frame.columns}
    for name in columns:
        if name not in outcomes and name not in RESERVED:
            raise UnknownOutcome(name, known=outcomes)
    for outcome in outcomes:
        if outcome not in columns:
            raise BadProbabilities(f"the probabilities have no column {outcome!r}", outcomes=outcomes)
    table = frame.select([columns[outcome] for outcome in outcomes]).to_polars()
    return table.select(pl.all().cast(pl.Float64, strict=False).fill_null(float("nan"))).to_numpy()
