"""What is known before anything is asked: names, columns, what is done today, and an objective that stands already."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from payoff.items import Items, text_of
from payoff.names import outcome_in_words

MONEY = ("amount", "price", "cost", "charge", "fee", "balance", "value", "revenue", "income", "loan", "credit", "eur",
         "usd", "gbp", "spend", "salary", "premium", "debt", "sum", "payment", "profit", "margin", "limit")  # fmt: skip
NOTHING = ("keep", "leave", "allow", "nothing", "none", "no", "skip", "pass", "wait", "ignore", "accept", "approve",
           "hold", "stay", "lend", "home", "do nothing", "no action", "no offer", "publish", "don't")  # fmt: skip
LOOKING = ("review", "inspect", "check", "look", "examine", "audit", "investigate", "verify", "escalate", "editor",
           "triage", "screen", "human", "manual")  # fmt: skip
MOST_MONEY = 3
A_MONTH = 365.25 / 12  # days


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Decisions, outcomes, the numeric columns a payoff may read with a typical value each, and what stands already.

    `today`: the decision taken most today. `a_month`: items a month by the dates of the table. `gaps`: columns without
    a value for some items, and for how many. `present`: the tables of payoff.toml being edited, None for a new project.
    `cellwise`: its cells are more than the questions can say, so that each change is asked for by itself.
    """

    decisions: Sequence[str]
    outcomes: Sequence[str]
    unit: str | None = None
    columns: Mapping[str, float] = field(default_factory=dict)
    gaps: Mapping[str, int] = field(default_factory=dict)
    outcome_column: str | None = None
    today: str | None = None
    a_month: int | None = None
    present: Mapping[str, Any] | None = None
    cellwise: bool = False

    def noun(self, outcome: str) -> str:
        """An outcome in a sentence: bare values such as 0 and 1 with their column.

        >>> Facts(decisions=[], outcomes=["0", "1"], outcome_column="churn").noun("1")
        "'churn=1'"
        """
        return f"'{self.plain(outcome)}'"

    def plain(self, outcome: str) -> str:
        """The same without marks.

        >>> Facts(decisions=[], outcomes=["ham", "spam"], outcome_column="label").plain("ham")
        'ham'
        """
        return outcome_in_words(outcome, self.outcomes, self.outcome_column)

    def case(self, decision: str, outcome: str) -> str:
        """A decision on an item of an outcome, in words.

        >>> Facts(decisions=[], outcomes=["ham"]).case("remove", "ham")
        "'ham' decided 'remove'"
        """
        return f"{self.noun(outcome)} decided '{decision}'"

    @property
    def money(self) -> list[str]:
        """Columns whose name says that they hold money, at most three."""
        return [name for name in self.columns if _says(name, MONEY)][:MOST_MONEY]

    @property
    def names_agree(self) -> bool:
        """Whether every outcome has a decision of its own name, as where tickets are routed."""
        lower = {decision.lower() for decision in self.decisions}
        return all(outcome.lower() in lower for outcome in self.outcomes)

    def guess_nothing(self) -> str | None:
        """The decision whose name says that it leaves things as they are."""
        named = [decision for decision in self.decisions if _says(decision, NOTHING)]
        return named[0] if len(named) == 1 else None

    def guess_looking(self) -> list[str]:
        """Decisions whose name says that a person looks."""
        return [decision for decision in self.decisions if _says(decision, LOOKING) and decision not in self.outcomes]


def facts_of(items: Items, decisions: Sequence[str], outcomes: Sequence[str], **given: Any) -> Facts:
    """The facts of a table of items; `given` are other fields of Facts, such as the unit."""
    roles = items.roles
    named = {name for role in ("id", "outcome", "proba", "weight") for name in roles.named().get(role, [])}
    numeric = [name for name, dtype in items.table.schema.items() if dtype.is_numeric() and name not in named]
    numeric = [name for name in numeric if not _counts_rows(items.table[name])]
    numeric.sort(key=lambda name: not _says(name, MONEY))  # what an example names first
    columns = {name: typical for name in numeric if (typical := _typical(items.table[name])) is not None}
    return Facts(
        decisions=list(decisions),
        outcomes=sorted(outcomes),
        columns=columns,
        gaps={n: many for n in columns if n not in roles.known_after and (many := items.table[n].null_count())},
        outcome_column=roles.outcome,
        today=_most(items.table[roles.today]) if roles.today else None,
        a_month=_a_month(items),
        **given,
    )


def _typical(values: pl.Series) -> float | None:
    """The median; None where nothing is there."""
    median = values.cast(pl.Float64).drop_nans().median()
    return float(median) if isinstance(median, float) else None


def _counts_rows(values: pl.Series) -> bool:
    """Whether a column only numbers the rows, as an id does that is not called one."""
    if not values.dtype.is_integer() or values.null_count() or len(values) < 2 or values.n_unique() < len(values):
        return False
    return int(values.max()) - int(values.min()) == len(values) - 1  # type: ignore[arg-type]


def _most(values: pl.Series) -> str | None:
    counts = text_of(values).drop_nulls().value_counts(sort=True)
    return str(counts.row(0)[0]) if len(counts) else None


def _a_month(items: Items) -> int | None:
    """Items a month over the months that the dates of the table span; None where they span less than one."""
    if items.roles.time is None:
        return None
    dates = items.table[items.roles.time].drop_nulls()
    if not dates.dtype.is_temporal() or dates.dtype in (pl.Time, pl.Duration) or dates.is_empty():
        return None
    days = dates.cast(pl.Date).to_physical()
    span = int(days.max()) - int(days.min()) + 1  # type: ignore[arg-type]
    many = len(dates) * A_MONTH / span
    return round(many) if span >= A_MONTH and many >= 1 else None


def _says(name: str, words: Sequence[str]) -> bool:
    """Whether one of the words is the name or one of its parts: `MonthlyCharges` says charge, `no offer` says no."""
    parts = re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)
    said = {name.lower(), *(part.lower() for part in parts), *(part.lower().rstrip("s") for part in parts)}
    return any(word in said for word in words)
