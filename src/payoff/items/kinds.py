"""What kind of column a column is, and its values as names."""

from __future__ import annotations

from typing import Literal

import polars as pl

Kind = Literal["number", "category", "text", "time", "identifier"]

# Up to this many distinct whole numbers are facts such as -1 / 0 / 1, told apart better than measured.
FEW = 10
# Writing without spaces: each character counts as a word, so that a comment in Japanese is text and no identifier.
WORD = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Khmer}\p{Lao}\p{Myanmar}]|[^\s]+"
# Whole floats beyond this are no longer exact integers.
EXACT = 2.0**53


def kind_of(values: pl.Series) -> Kind:
    """What a column holds: a number, a category, text, a time or an identifier.

    Whole numbers with at most 10 distinct values, each seen twice or more on average, are categories, and so are
    booleans. Strings are text when they have 3 words or more on average and half of them are distinct;
    an identifier when more than 20 are distinct, nearly all (95%), and without spaces; else a category.
    Lists, structs and bytes count as identifiers: nothing a model could use as it stands.

    >>> kind_of(pl.Series([1, 0, 1, 0])), kind_of(pl.Series([1, 2, 3, 4]))
    ('category', 'number')
    >>> kind_of(pl.Series(["check my channel", "what a great song", None]))
    'text'
    """
    dtype = values.dtype
    if dtype.is_temporal():
        return "number" if dtype == pl.Duration else "time"
    if dtype.is_numeric():
        return _kind_of_numbers(values)
    if dtype == pl.String:
        return _kind_of_strings(values)
    return "identifier" if _is_opaque(dtype) else "category"


def why_no_feature(values: pl.Series) -> str | None:
    """Why a column is of no use to a model, in a few words; None where it is of use.

    >>> [why_no_feature(pl.Series(values)) for values in ([None, None], ["a", "a"], [1, 2])]
    ['no value at all', 'the same value everywhere', None]
    """
    if values.null_count() == len(values):
        return "no value at all"
    if kind_of(values) == "identifier":
        return "lists or bytes" if _is_opaque(values.dtype) else "an identifier, different nearly everywhere"
    return "the same value everywhere" if len(values) > 1 and values.n_unique() == 1 else None


def _is_opaque(dtype: pl.DataType) -> bool:
    return dtype.is_nested() or dtype in (pl.Binary, pl.Object)


def _kind_of_numbers(values: pl.Series) -> Kind:
    known = values.drop_nulls()
    distinct = known.n_unique()
    if distinct > FEW or 2 * distinct > len(known):
        return "number"
    whole = known.dtype.is_integer() or bool((known.cast(pl.Float64) % 1 == 0).all())
    return "category" if whole else "number"


def _kind_of_strings(values: pl.Series) -> Kind:
    known = values.drop_nulls()
    if known.is_empty():
        return "category"
    distinct = known.n_unique() / len(known)
    if distinct < 0.5:
        return "category"
    words = known.str.count_matches(WORD)
    if float(words.sum()) / len(known) >= 3:
        return "text"
    one_word = float((words <= 1).sum()) / len(known)
    return "identifier" if distinct >= 0.95 and one_word >= 0.95 and distinct * len(known) > 20 else "category"


def text_of(values: pl.Series) -> pl.Series:
    """Values as names: 3 and 3.0 are both "3", booleans "True" and "False", null and NaN stay null.

    Outcomes, decisions and items are matched by these names everywhere.

    >>> text_of(pl.Series([1.0, 2.5, None])).to_list()
    ['1', '2.5', None]
    >>> text_of(pl.Series([True, False])).to_list()
    ['True', 'False']
    """
    dtype = values.dtype
    if dtype == pl.Boolean:
        return values.cast(pl.String).replace_strict({"true": "True", "false": "False"}, return_dtype=pl.String)
    if dtype.is_float() or dtype.is_decimal():
        return _text_of_floats(values.cast(pl.Float64).fill_nan(None))
    if _is_opaque(dtype):
        plain = [None if value is None else str(value) for value in values.to_list()]
        return pl.Series(values.name, plain, dtype=pl.String)
    return values.cast(pl.String)


def _text_of_floats(values: pl.Series) -> pl.Series:
    value = pl.col(values.name)
    whole = value.is_finite() & (value % 1 == 0) & (value.abs() < EXACT)
    as_integer = pl.when(whole).then(value).cast(pl.Int64, strict=False).cast(pl.String)
    return values.to_frame().select(pl.when(whole).then(as_integer).otherwise(value.cast(pl.String)))[values.name]
