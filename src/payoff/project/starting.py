"""`payoff init`: a table becomes payoff.toml, with what could be inferred filled in and the rest asked or marked."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from payoff.errors import BadFuture, NoOutcomes, ProjectExists, TooManyOutcomes
from payoff.items import Items, as_table, infer_roles, items_from, text_of
from payoff.names import outcome_in_words
from payoff.project.editing import GOES_ON, filled
from payoff.project.hidden import hidden_lines
from payoff.project.interview import Ask, Conducted, Question, conduct, facts_of, folded, open_lines
from payoff.project.revealing import is_silent
from payoff.project.settings import NAME, write_whole
from payoff.project.stand_in import AUDITED
from payoff.project.toml import new_toml
from payoff.words import count

MOST_OUTCOMES = 50
HERE = "What there is"
YES, NO = ("y", "yes"), ("n", "no")
DECISIONS_ASSUMED = "decisions 'act' and 'leave': rename them to what you choose between"
FEW_OUTCOMES = 6
FEW_GROUPS = 12  # a third of them, the audit part, must still show how groups scatter
ROLES = ("outcome", "today", "proba", "id", "time", "group", "weight", "known_after")


@dataclass(frozen=True)
class Draft:
    """What payoff.toml will say: names of decisions and outcomes, roles, and which of it was assumed."""

    decisions: Sequence[str]
    outcomes: Sequence[str]
    items: Items
    known: str | None
    unit: str | None
    assumed: Sequence[str]

    def tables(self) -> dict[str, Any]:
        """The tables of an objective of which nothing was said."""
        payoff = {decision: dict.fromkeys(self.outcomes, "?") for decision in self.decisions}
        return {"unit": self.unit or "points", "objective": {"payoff": payoff}}


def start(folder: Path, table: Path, *, ask: Ask | None = None, **given: Any) -> list[str]:
    """Write payoff.toml for a table and return what to print: what was inferred, what is open, what to do next.

    With `ask` a person is asked for what nothing in the table says, the payoffs first of all; without, it is assumed
    visibly or stays open.
    """
    if (folder / NAME).exists() or (folder / "payoff.db").exists():
        raise ProjectExists(str(folder))
    named = {role: value for role, value in _roles(given).items() if value}
    rows = as_table(table)
    roles, notes = infer_roles(rows, **named)
    if given.get("future") and roles.id is None and "item" not in rows.columns:
        # Row numbers would begin anew in the table kept aside, and name two items each.
        rows = rows.with_row_index("item", offset=1)
        roles, notes = infer_roles(rows, **named)
    items = items_from(rows, roles)
    draft = _draft(items, given, ask)
    inferred = _inferred(draft, [*notes, *items.notes])
    found = None if ask is None else _asked(draft, ask, [f"{table}: {_sizes(items)}.", *inferred])
    place, kept = table, ""
    if given.get("future"):
        place, kept = _keep_future(folder, rows, str(given["future"]))
    relative = Path(os.path.relpath(place.resolve(), folder.resolve())).as_posix()
    folder.mkdir(parents=True, exist_ok=True)
    tables = draft.tables() if found is None else found.tables
    decisions = () if DECISIONS_ASSUMED in draft.assumed else draft.decisions
    write_whole(folder / NAME, new_toml(tables, decisions, _items_table(items, relative, draft.known, bool(kept))))
    aside = [f"  {kept}"] if kept else []
    if found is None:
        return [f"{NAME} written for {_sizes(items)}.", *inferred, *_marked(draft, aside)]
    return [*aside, *_written(found)]


def _sizes(items: Items) -> str:
    return f"{count(len(items), 'item')}, {count(len(items.features), 'column')} to learn from"


def _asked(draft: Draft, ask: Ask, inferred: Sequence[str]) -> Conducted:
    facts = facts_of(draft.items, draft.decisions, draft.outcomes, unit=draft.unit)
    lines = [*inferred, "  decisions: " + ", ".join(draft.decisions)]
    said = [each for line in lines for each in folded(line.strip(), " " * (len(line) - len(line.lstrip())))]
    return conduct(facts, ask, items=filled(draft.items), said=said)


def _roles(given: Mapping[str, Any]) -> dict[str, Any]:
    renamed = {"id": given.get("id_"), "time": given.get("time_"), "known_after": tuple(given.get("known_after") or ())}
    return {role: renamed.get(role, given.get(role)) for role in ROLES}


def _draft(items: Items, given: Mapping[str, Any], ask: Ask | None) -> Draft:
    assumed: list[str] = []
    outcomes = _outcomes(items, given, ask)
    decisions = _decisions(items, given, ask)
    if decisions is None:
        decisions = ["act", "leave"]
        assumed.append(DECISIONS_ASSUMED)
    unit = given.get("unit")
    if unit is None and ask is None:
        assumed.append("unit 'points': ratios of payoffs are enough; put a currency if you have prices")
    return Draft(decisions, outcomes, items, _known(items, given, ask), unit, assumed)


def _outcomes(items: Items, given: Mapping[str, Any], ask: Ask | None) -> list[str]:
    if items.outcomes is not None:
        found = sorted(items.outcomes.drop_nulls().unique().to_list())
        if len(found) > MOST_OUTCOMES:
            raise TooManyOutcomes(str(items.roles.outcome), len(found), found, MOST_OUTCOMES)
        return found
    text = given.get("outcomes") or (_typed(ask, "Which outcomes may an item have?", "ham, spam") if ask else None)
    named = _listed(text)
    if len(named) < 2:
        raise NoOutcomes(str(text or ""), items.table.columns)
    return sorted(named)


def _decisions(items: Items, given: Mapping[str, Any], ask: Ask | None) -> list[str] | None:
    named = _listed(given.get("decisions"))
    if items.roles.today is not None:
        today = text_of(items.table[items.roles.today]).drop_nulls().unique().sort().to_list()
        named = list(dict.fromkeys([*named, *today]))
    if not named and ask:
        named = _listed(_typed(ask, "What can be decided for an item?", "remove, keep"))
    return named if len(named) > 1 else None


def _listed(text: str | None) -> list[str]:
    return [name.strip() for name in (text or "").split(",") if name.strip()]


def _typed(ask: Ask, words: str, example: str) -> str:
    """Names that a person types; whoever stops here has said nothing that could be lost."""
    hint = f"with commas, such as {example}"
    text = ask(Question(key="names", part=HERE, words=words, form="names", hint=hint), [])
    if text is None:
        raise KeyboardInterrupt
    return text


def _known(items: Items, given: Mapping[str, Any], ask: Ask | None) -> str | None:
    """How the known outcomes came to be known; where only some are, the answer says what that bars."""
    if items.outcomes is None:
        return None
    whole = items.outcomes.null_count() == 0
    if given.get("known") == "proxy" or (whole and given.get("known")):
        return "proxy" if given["known"] == "proxy" else "all"
    if given.get("known") or ask is None:
        return given.get("known") or ("all" if whole else "selected")
    words = f"Does '{items.roles.outcome}' say what is really true of an item?"
    hint = "n if it is only a sign of it, as a click is of interest, or one person's guess: then it teaches, and votes "
    if not _yes(
        ask, Question(key="proxy", part=HERE, words=words, form="yes", hint=f"{hint}of experts judge", default="y")
    ):
        return "proxy"
    if whole:
        return "all"
    words = "Only some outcomes are known. Were those items chosen at random?"
    hint = "if not, they teach and cannot judge"
    chance = _yes(ask, Question(key="known", part=HERE, words=words, form="yes", hint=hint, default="n"))
    return "at random" if chance else "selected"


def _yes(ask: Ask, question: Question) -> bool:
    """Whether the answer is yes; asked again where it is neither yes nor no. No answer, or `?`, takes the default."""
    said: list[str] = []
    while True:
        text = ask(question, said) or ""
        answer = text.strip().lower().strip("?.! ") or question.default
        if answer in YES or answer in NO:
            return answer in YES
        said = folded(f"the answer {text!r} cannot be used: expected y or n", "  ! ")


def _keep_future(folder: Path, rows: pl.DataFrame, which: str) -> tuple[Path, str]:
    """Keep the items with COLUMN=VALUE aside in future.parquet; the rest go to items.parquet."""
    column, equals, value = which.partition("=")
    if not equals or column not in rows.columns:
        raise BadFuture(which, rows.columns)
    aside = (text_of(rows[column]) == value).fill_null(value=False)
    if not aside.any() or aside.all():
        raise BadFuture(which, rows[column].cast(pl.String).unique().sort().to_list())
    folder.mkdir(parents=True, exist_ok=True)
    rows.filter(aside).write_parquet(folder / "future.parquet")
    rows.filter(~aside).write_parquet(folder / "items.parquet")
    return (
        folder / "items.parquet",
        f"{int(aside.sum())} items with {column} = {value} are kept aside in future.parquet",
    )


def _items_table(items: Items, place: str, known: str | None, future: bool) -> dict[str, Any]:
    """The [items] table: where they are, the role of the columns, what is known of them."""
    roles = {role: names for role, names in items.roles.named().items() if role != "source_columns"}
    table: dict[str, Any] = {"table": place}
    table |= {role: list(names) if role == "known_after" else names[0] for role, names in roles.items()}
    table |= {} if known is None else {"known": known}
    return table | ({"future": "future.parquet"} if future else {})


def _inferred(draft: Draft, notes: Sequence[str]) -> list[str]:
    """What the table says by itself."""
    items = draft.items
    lines = [f"  {note}" for note in notes]
    if items.outcomes is not None:
        counts = items.outcomes.drop_nulls().value_counts(sort=True)
        shares = ", ".join(
            f"{outcome_in_words(name, draft.outcomes, items.roles.outcome)} {many / len(items):.1%}"
            for name, many in counts.head(FEW_OUTCOMES).rows()
        )
        shares += f" and {len(counts) - FEW_OUTCOMES} more" if len(counts) > FEW_OUTCOMES else ""
        lines.append(
            f"  outcomes of all {count(len(items), 'item')}: {shares}"
            + (f", not known {items.outcomes.null_count() / len(items):.1%}" if items.outcomes.null_count() else "")
        )
    if draft.known == "selected":
        lines.append(
            "  only some outcomes are known, and not by chance: they teach and cannot judge; audit votes will."
        )
    lines += [f"  {line}" for line in hidden_lines(items)]
    if draft.known == "proxy":
        lines += [
            f"  proxy: '{items.roles.outcome}' stands for the outcome: it teaches, and figures are stamped as about it",
            f"  until {AUDITED} audit votes say how far off it is: payoff ask --source NAME --price P",
        ]
    return [*lines, *_few_groups(items), *(f"  assumed: {each}" for each in draft.assumed)]


def _marked(draft: Draft, aside: Sequence[str]) -> list[str]:
    """What is open where nobody was asked."""
    many = len(draft.decisions) * len(draft.outcomes)
    return [
        *aside,
        f'open: {many} payoffs, marked "?" in {NAME}.',
        "next: fill them in, then `payoff trial --all` (or `payoff objective` first).",
    ]


def _written(found: Conducted) -> list[str]:
    """What was written after the questions."""
    left = open_lines(found.tables)
    stopped = [] if found.finished else folded(f"stopped: what you answered is written; {GOES_ON}.")
    step = "next: payoff objective --edit" if left else "next: payoff objective, then payoff trial --all"
    return [f"{NAME} written.", *stopped, *left, step]


def _few_groups(items: Items) -> list[str]:
    """Too few groups cannot give an interval: said before anything is judged on them."""
    if items.roles.group is None:
        return []
    many = items.table[items.roles.group].n_unique()
    if many >= FEW_GROUPS:
        return []
    return [
        f'  group: "{items.roles.group}" has only {many} groups, too few for intervals; leave it out of payoff.toml',
        "  unless new items come from new groups.",
    ]


def votes_of_file(path: Path, source: str | None) -> pl.DataFrame:
    """Votes of a file: rows without a label are not answered yet and left out, but for decisions that revealed nothing
    and have their chance recorded; `source` names who voted where no column does.
    """
    rows = as_table(path)
    if "label" in rows.columns:
        answered = text_of(rows["label"]).fill_null("").str.strip_chars() != ""
        rows = rows.filter(answered | is_silent(rows))
    if source is not None and "source" not in rows.columns:
        rows = rows.with_columns(source=pl.lit(source))
    elif source is not None:
        voter = [] if "voter" in rows.columns else [pl.col("source").alias("voter")]
        rows = rows.with_columns(*voter).with_columns(source=pl.lit(source))
    return rows
