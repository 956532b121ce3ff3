"""A few votes more on a fitted model: the items they are on are scored again, and their voters counted again.

The counts of votes by state are sums over items, so the share of an item can be taken out and put in again. Source:
Neal and Hinton, "A view of the EM algorithm that justifies incremental, sparse, and other variants" (1998).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from payoff.aggregate.calibration import Doubt, calibrated, votes_worth
from payoff.aggregate.cast import Cast, Gold
from payoff.aggregate.coding import Coded, checked, code_votes
from payoff.aggregate.evidence import evidence_of
from payoff.aggregate.hearing import PEOPLE, Hearing, Ints, kinds_of
from payoff.aggregate.kernels import Floats, count
from payoff.aggregate.learning import Kept, Learnt, base_of, mass_of, weighed
from payoff.aggregate.passes import pass_over
from payoff.aggregate.scoring import log_posterior
from payoff.errors import OtherItems
from payoff.items import text_of

ROUNDS = 3  # how often the items are scored and their voters counted again


@dataclass(frozen=True)
class Fitted:
    """Coded votes, what is known for sure of their items, and what was learnt from them."""

    coded: Coded
    gold: Gold
    learnt: Learnt


def updated(fitted: Fitted, votes: Any, kinds: Mapping[str, str] | None) -> tuple[Fitted, Ints, Ints]:
    """Learn from further votes; also before which old items new ones were inserted, and the numbers of all voted on.

    A vote of a voter on an item it voted on before is dropped. A new person is heard as others of the source are, a new
    rule as a rule. Raises NoVotes, MissingVoteColumns, IncompleteVote, NoSuchOutcome, OtherItems or UnknownKind.

    >>> from payoff.aggregate import LabelModel
    >>> model = LabelModel().fit({"item": [1, 3], "source": ["ann", "ann"], "label": ["x", "y"]})
    >>> more = {"item": [2, 3], "source": ["ann", "bob"], "label": ["x", "y"]}
    >>> grown, inserted, touched = updated(Fitted(model._coded, model._truth, model._learnt), more, None)
    >>> grown.coded.items.to_list(), inserted.tolist(), touched.tolist(), grown.coded.sizes.tolist()
    ([1, 2, 3], [1], [1, 2], [1, 1, 2])
    """
    new = code_votes(of_same_items(votes, fitted.coded.items), fitted.coded.outcomes)
    item, inserted = places(fitted.coded.items, new.items)
    fitted = with_items(fitted, new.items, inserted, item)
    fitted, voter = with_voters(fitted, new, kinds)
    row = np.repeat(item, new.sizes)
    who, label = voter[new.voter[new.codes]], new.label[new.codes].astype(np.int64)
    order = np.lexsort((label, who, row))  # the same sums, whatever the order of the votes
    row, who, label = row[order], who[order], label[order]
    before = fitted.coded.at(item)
    fresh = ~np.isin(row * len(fitted.coded.voters) + who, pairs(before, item))
    row, who, label = row[fresh], who[fresh], label[fresh]
    fitted, code = with_codes(fitted, who, label)
    return counted(with_votes(fitted, row, code), fitted.coded.at(item), item), inserted, item


def of_same_items(votes: Any, items: pl.Series) -> pl.DataFrame:
    """The votes with items of the type of `items`. Raises OtherItems where they cannot be, and what `checked` raises.

    >>> of_same_items({"item": ["7"], "source": ["ann"], "label": ["x"]}, pl.Series([3]))["item"].to_list()
    [7]
    """
    table = checked(votes)
    given = table["item"]
    if given.dtype == items.dtype:
        return table
    try:
        same = text_of(given) if items.dtype == pl.String else given.cast(items.dtype, strict=True)
    except pl.exceptions.PolarsError:
        raise OtherItems(given.dtype, items.dtype) from None
    return table.with_columns(item=same)


def places(items: pl.Series, new: pl.Series) -> tuple[Ints, Ints]:
    """The number each of the `new` items, sorted, has once all are in order, and before which old ones some go.

    >>> places(pl.Series([10, 20]), pl.Series([5, 20, 30]))
    (array([0, 2, 3]), array([0, 2]))
    """
    place = items.search_sorted(new).to_numpy().astype(np.int64)
    known = (items[np.minimum(place, len(items) - 1)] == new).to_numpy()
    return place + np.cumsum(~known) - ~known, place[~known]


def with_items(fitted: Fitted, new: pl.Series, inserted: Ints, item: Ints) -> Fitted:
    """The same with room for new items: no votes, no share in any state yet.

    >>> from payoff.aggregate import LabelModel
    >>> model = LabelModel().fit({"item": [1], "source": ["ann"], "label": ["x"]})
    >>> fitted = Fitted(model._coded, model._truth, model._learnt)
    >>> with_items(fitted, pl.Series([2]), np.array([1]), np.array([1])).coded.starts.tolist()
    [0, 1, 1]
    """
    if not len(inserted):
        return fitted
    coded, gold, learnt = fitted.coded, fitted.gold, fitted.learnt
    old = len(coded.items)
    order = np.insert(np.arange(old), inserted, -1)
    order[order < 0] = old + np.searchsorted(item, np.flatnonzero(order < 0))
    coded = replace(
        coded,
        items=pl.concat([coded.items, new])[order],
        starts=np.insert(coded.starts, inserted, coded.starts[inserted]),
        tally=np.insert(coded.tally, inserted, 0, axis=0),
    )
    seen = max(learnt.cast.items, len(coded.items))
    kept = kept_by(learnt)
    kept = replace(kept, states=np.insert(kept.states.T, inserted, 0, axis=1).T)
    learnt = replace(learnt, cast=replace(learnt.cast, items=seen), kept=kept)
    moved = gold.item + np.searchsorted(inserted, gold.item, side="right")
    return Fitted(coded, replace(gold, item=moved.astype(np.int32)), learnt)


def kept_by(learnt: Learnt) -> Kept:
    """What every fit keeps for updates.

    >>> from payoff.aggregate import LabelModel
    >>> kept_by(LabelModel().fit({"item": [1], "source": ["r"], "label": ["x"]})._learnt).mass.tolist()
    [0.5, 0.5]
    """
    assert learnt.kept is not None, "kept by every fit"
    return learnt.kept


def with_voters(fitted: Fitted, new: Coded, kinds: Mapping[str, str] | None) -> tuple[Fitted, Ints]:
    """The same with the new voters among the old, in order, and the numbers of the voters of `new`, (voters,).

    >>> from payoff.aggregate import LabelModel
    >>> model = LabelModel().fit({"item": [1], "source": ["bob"], "label": ["x"]})
    >>> new = code_votes({"item": [1, 1], "source": ["ann", "bob"], "label": ["x", "x"]})
    >>> with_voters(Fitted(model._coded, model._truth, model._learnt), new, None)[1].tolist()
    [0, 1]
    """
    coded, learnt = fitted.coded, fitted.learnt
    found = new.voters.join(
        coded.voters.with_row_index("old"), on=["source", "voter"], how="left", maintain_order="left"
    )
    number = found["old"].fill_null(-1).to_numpy().astype(np.int64)
    strange = number < 0
    if not strange.any():
        return fitted, number
    number[strange] = len(coded.voters) + np.arange(strange.sum())
    voters = pl.concat([coded.voters, new.voters.filter(pl.Series(strange))])
    order = voters.with_row_index("n").sort("source", "voter")["n"].to_numpy().astype(np.int64)
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    hearing = hearing_of_all(learnt.hearing, voters, kinds)
    voter = place[learnt.cast.voter].astype(np.int32)
    learnt = replace(learnt, cast=replace(learnt.cast, voter=voter), hearing=heard_in(hearing, order))
    return Fitted(replace(coded, voters=voters[order], voter=voter), fitted.gold, learnt), place[number]


def hearing_of_all(hearing: Hearing, voters: pl.DataFrame, kinds: Mapping[str, str] | None) -> Hearing:
    """How all `voters` are heard, of whom the first ones are heard as they were.

    A newcomer is in the pool of its source; where the source is new, in that of its kind, or alone in a pool.

    >>> one = Hearing(np.array(["crowd"], dtype=object), np.array([True]), np.array([0]), np.array([1.0]))
    >>> voters = pl.DataFrame({"source": ["c", "c", "r"], "voter": ["ann", "bob", "r"]})
    >>> hearing_of_all(one, voters, {"r": "rule"}).pool.tolist()
    [0, 0, 1]
    """
    known, kind = len(hearing.kind), kinds_of(voters, kinds or {})
    source = voters["source"].to_list()
    mates: dict[object, int] = {}
    for number in reversed(range(known)):
        mates[hearing.kind[number]] = mates[hearing.kind[number], source[number]] = number
    like = np.array([mates.get((k, s), mates.get(k, -1)) for k, s in zip(kind, source, strict=True)][known:])
    joined = hearing.joined_by(np.maximum(like, 0))
    pool, confused, copies = joined.pool.copy(), joined.confused.copy(), joined.copies.copy()
    alone = np.unique(kind[known:][like < 0].astype(str), return_inverse=True)[1]
    pool[known:][like < 0] = hearing.pool.max() + 1 + alone
    confused[known:], copies[known:] = np.isin(kind[known:], PEOPLE), 1
    heard = joined.kind.copy()
    heard[known:] = kind[known:]
    return replace(joined, kind=heard, pool=pool, confused=confused, copies=copies)


def heard_in(hearing: Hearing, order: Ints) -> Hearing:
    """The same voters in another order.

    >>> one = Hearing(np.array(["crowd", "rule"], dtype=object), np.ones(2, dtype=np.bool_), np.arange(2), np.ones(2))
    >>> heard_in(one, np.array([1, 0])).kind.tolist()
    ['rule', 'crowd']
    """
    return replace(hearing, **{name: column[order] for name, column in vars(hearing).items()})


def pairs(window: Coded, item: Ints) -> Ints:
    """One number for each item and voter of a vote, item * voters + voter, (votes,); `item` are the items' numbers.

    >>> pairs(code_votes({"item": [1, 1], "source": ["a", "b"], "label": ["x", "x"]}), np.array([7])).tolist()
    [14, 15]
    """
    return np.repeat(item, window.sizes) * len(window.voters) + window.voter[window.codes]


def with_codes(fitted: Fitted, who: Ints, label: Ints) -> tuple[Fitted, Ints]:
    """The same with a code for each pair of a voter and a label, new ones last, and the codes of the pairs, (votes,).

    >>> from payoff.aggregate import LabelModel
    >>> model = LabelModel().fit({"item": [1, 2], "source": ["ann", "bob"], "label": ["x", "y"]})
    >>> with_codes(Fitted(model._coded, model._truth, model._learnt), np.array([0, 1]), np.array([1, 1]))[1].tolist()
    [2, 1]
    """
    coded, learnt = fitted.coded, fitted.learnt
    outcomes, cast = len(coded.outcomes), learnt.cast
    code = np.full(len(coded.voters) * outcomes, -1, dtype=np.int64)
    code[cast.voter.astype(np.int64) * outcomes + cast.label] = np.arange(len(cast.voter))
    wanted = who * outcomes + label
    fresh = np.unique(wanted[code[wanted] < 0])
    code[fresh] = len(cast.voter) + np.arange(len(fresh))

    def longer(rows: NDArray[Any], more: NDArray[Any] | None = None) -> NDArray[Any]:
        end = np.zeros((len(fresh), *rows.shape[1:])) if more is None else more
        return np.concatenate([rows, end.astype(rows.dtype)])

    voter, said = longer(cast.voter, fresh // outcomes), longer(cast.label, fresh % outcomes)
    cast = Cast(voter, said, longer(cast.fired), longer(cast.gold), cast.items)
    coded = replace(coded, voter=voter, label=said, fired=cast.fired)
    return Fitted(coded, fitted.gold, replace(learnt, cast=cast, counts=longer(learnt.counts))), code[wanted]


def with_votes(fitted: Fitted, row: Ints, code: Ints) -> Fitted:
    """The same with further votes: the numbers of their items, sorted, and their codes. They are not yet counted.

    >>> from payoff.aggregate import LabelModel
    >>> model = LabelModel().fit({"item": [1, 2], "source": ["ann", "bob"], "label": ["x", "y"]})
    >>> grown = with_votes(Fitted(model._coded, model._truth, model._learnt), np.array([0]), np.array([1]))
    >>> grown.coded.tally.tolist(), grown.coded.fired.tolist()
    ([[1, 1], [0, 1]], [1, 2])
    """
    coded, gold, learnt = fitted.coded, fitted.gold, fitted.learnt
    starts, tally, fired, sure = coded.starts.copy(), coded.tally.copy(), coded.fired.copy(), learnt.cast.gold.copy()
    starts[1:] += np.cumsum(np.bincount(row, minlength=len(tally)))
    np.add.at(tally, (row, coded.label[code]), 1)
    np.add.at(fired, code, 1)
    told = np.isin(row, gold.item)
    np.add.at(sure, (code[told], gold.outcome[np.searchsorted(gold.item, row[told])]), 1.0)
    codes = np.insert(coded.codes, coded.starts[row + 1], code.astype(np.int32))
    coded = replace(coded, starts=starts, codes=codes, tally=tally, fired=fired)
    return Fitted(coded, gold, replace(learnt, cast=replace(learnt.cast, fired=fired, gold=sure)))


def counted(fitted: Fitted, before: Coded, item: Ints) -> Fitted:
    """The same with the states of some items and the counts of their votes renewed; `before` are their votes so far.

    >>> from payoff.aggregate import LabelModel
    >>> model = LabelModel().fit({"item": [1, 1, 2], "source": ["ann", "bob", "bob"], "label": ["x", "x", "y"]})
    >>> fitted, one = Fitted(model._coded, model._truth, model._learnt), np.array([0])
    >>> counts = counted(fitted, model._coded.at(one), one).learnt.counts
    >>> counts.sum(axis=1).round(6).tolist()  # half of each vote on the first item, as before
    [0.5, 0.5, 0.0]
    """
    learnt, kept, window = fitted.learnt, kept_by(fitted.learnt), fitted.coded.at(item)
    states, clamped = np.asfortranarray(kept.states[item]), np.isin(item, fitted.gold.item)
    own = np.zeros_like(learnt.counts)
    count(before.starts, before.codes, weighed(states, before.sizes, clamped), own)
    others, elsewhere = learnt.counts - own, kept.mass - mass_of(states)
    counts, mass = learnt.counts, kept.mass
    for _ in range(ROUNDS):
        evidence, silence = evidence_of(counts, learnt.cast, learnt.hearing, learnt.prior, learnt.subtypes)
        base = base_of(mass, learnt.prior, learnt.subtypes) + silence
        own, _ = pass_over(window, evidence, base, clamped, states, learnt.subtypes)
        counts, mass = np.maximum(others + own, 0), elsewhere + mass_of(states)
    every = kept.states.copy(order="F")
    every[item] = states
    base = base_of(mass, learnt.prior, learnt.subtypes) + silence
    return replace(fitted, learnt=replace(learnt, counts=counts, base=base, kept=Kept(every, mass)))


def rescored(fitted: Fitted, proba: Floats, doubt: Doubt, inserted: Ints, item: Ints) -> Floats:
    """`proba`, (items, outcomes), with rows for new items and those of the items voted on as they are now.

    >>> from payoff.aggregate import LabelModel
    >>> model = LabelModel().fit({"item": [1, 2], "source": ["ann", "bob"], "label": ["x", "y"]})
    >>> fitted, none = Fitted(model._coded, model._truth, model._learnt), np.zeros(0, dtype=np.int64)
    >>> bool(np.allclose(rescored(fitted, np.zeros((2, 2)), model._doubt, none, np.array([0, 1])), model.proba_))
    True
    """
    coded, gold, learnt, window = fitted.coded, fitted.gold, fitted.learnt, fitted.coded.at(item)
    table = np.insert(proba, inserted, 0, axis=0) if len(inserted) else proba.copy()
    evidence = learnt.evidence
    scores = log_posterior(window.starts, window.codes, evidence, learnt.base, len(coded.outcomes))
    copies, worth = learnt.hearing.copies, votes_worth(window, evidence, learnt.hearing.copies)
    table[item] = calibrated(scores, window, learnt.prior, worth, doubt, copies)
    table[gold.item] = np.eye(len(coded.outcomes))[gold.outcome]
    return table
