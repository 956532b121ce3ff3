"""Payoff cells: a number, a range or an expression over the item's columns for each decision and outcome."""

from payoff.cells.checks import by_name, check_known, check_limits
from payoff.cells.counts import Counts, counts_of
from payoff.cells.expression import Expression, sql_of
from payoff.cells.reading import OPEN, Cells, Range, middles, read_cells, written_cells
from payoff.cells.table import costs_of, effects_of, of_some, payoff_table, read_cost, realised

__all__ = [
    "OPEN",
    "Cells",
    "Counts",
    "Expression",
    "Range",
    "by_name",
    "check_known",
    "check_limits",
    "costs_of",
    "counts_of",
    "effects_of",
    "middles",
    "of_some",
    "payoff_table",
    "read_cells",
    "read_cost",
    "realised",
    "sql_of",
    "written_cells",
]
