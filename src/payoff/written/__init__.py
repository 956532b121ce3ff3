"""An objective as it is written: its terms checked, read from payoff.toml and back, and as a table for people."""

from payoff.written.reading import read_tables
from payoff.written.shown import as_html, as_text, cell_text
from payoff.written.terms import TERMS, above_nought, assumed_keys, gains, nought_or_more, revealing, unit_of

__all__ = [
    "TERMS",
    "above_nought",
    "as_html",
    "as_text",
    "assumed_keys",
    "cell_text",
    "gains",
    "nought_or_more",
    "read_tables",
    "revealing",
    "unit_of",
]
