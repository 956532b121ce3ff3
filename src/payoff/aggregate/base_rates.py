"""What is believed of the outcomes before any vote is weighed: base rates from votes, and where learning starts."""

from __future__ import annotations

import numpy as np

from payoff.aggregate.cast import Gold
from payoff.aggregate.coding import Coded
from payoff.aggregate.firing import RIGHT_RULE, RULE_GOLD
from payoff.aggregate.hearing import Hearing
from payoff.aggregate.kernels import Floats
from payoff.aggregate.majority import shares
from payoff.aggregate.scoring import agreement_by_code, tally_by_weight

GOLD = 80.0  # gold labels that weigh as much as the base rates that people's votes suggest
DOUBT = 0.5  # of a vote: items on which nobody is trusted hardly count in the base rates
AGREED = 10.0  # votes by which a voter's agreement is drawn towards all voters'
EXPERT = 4.0  # votes of a crowd that one of an expert weighs at the start: log-odds of .97 over those of .7
TINY = 1e-300


def base_rates(coded: Coded, hearing: Hearing, gold: Gold, items: int | None = None) -> Floats:
    """The base rate of each outcome, (outcomes,): mean share of people's votes, or as rules leave room for; then gold.

    A vote counts as much as its voter agrees with others beyond chance, so that one who always says the same counts
    nothing. Rules are one-sided: their shares say nothing of the base rates, but an outcome is no rarer than its widest
    rule is right; else the rates are even, and gold is believed the sooner. `items` is how many the rules saw. One item
    is spread over all outcomes, and the rates are not learnt again from the posterior: that loses accuracy where
    voters are poor.

    >>> from payoff.aggregate.coding import code_votes
    >>> from payoff.aggregate.hearing import hear
    >>> coded = code_votes({"item": [1, 2, 3] * 2, "source": ["ann"] * 3 + ["bob"] * 3, "label": list("xxyxxy")})
    >>> none = np.zeros(0, dtype=np.int32)
    >>> rates = base_rates(coded, hear(coded, None), Gold(none, none, np.zeros(2)))
    >>> worth = 2 / (2 + DOUBT)  # of an item with two votes of voters who agree as others do
    >>> np.allclose(rates, [(2 * worth + 0.5) / (3 * worth + 1), (worth + 0.5) / (3 * worth + 1)])
    True
    """
    outcomes = len(coded.outcomes)
    rates, weight = np.full(outcomes, 1 / outcomes), RULE_GOLD
    if not hearing.any_confused:
        np.maximum.at(rates, coded.label, RIGHT_RULE * coded.fired / (items or len(coded.items)))
        rates /= rates.sum()
    else:
        said, weight = (
            weighted_tally(
                coded, np.where(hearing.confused, agreement_with_others(coded, hearing), 0) / hearing.copies
            ),
            GOLD,
        )
        votes = said.sum(axis=1, keepdims=True)
        rates = (said / (votes + DOUBT)).sum(axis=0) + rates
        rates /= rates.sum()
    table: Floats = (weight * rates + gold.counts) / (weight + gold.counts.sum())
    return table


def weighted_tally(coded: Coded, weight: Floats) -> Floats:
    """The votes for each outcome on each item, (items, outcomes), those of each voter by its `weight`, (voters,).

    >>> from payoff.aggregate.coding import code_votes
    >>> coded = code_votes({"item": [1, 1], "source": ["ann", "bob"], "label": ["x", "y"]})
    >>> weighted_tally(coded, np.array([2.0, 0.5])).tolist()
    [[2.0, 0.5]]
    """
    by_code = np.asarray(weight, dtype=np.float64)[coded.voter]
    table: Floats = tally_by_weight(coded.starts, coded.codes, coded.label, by_code, len(coded.outcomes))
    return table


def agreement_with_others(coded: Coded, hearing: Hearing) -> Floats:
    """How much each voter agrees with the others on its items beyond chance, (voters,), 1 on the mean, none below 0.

    Drawn towards the mean of all who are heard as people by AGREED votes. Source: Cohen, "A coefficient of agreement
    for nominal scales" (1960), here of one against all others.

    >>> from payoff.aggregate.coding import code_votes
    >>> from payoff.aggregate.hearing import hear
    >>> votes = {"item": [1, 2, 3] * 3, "source": ["a"] * 3 + ["b"] * 3 + ["c"] * 3, "label": list("xxyxxyxxx")}
    >>> coded = code_votes(votes)
    >>> int(agreement_with_others(coded, hear(coded, None)).argmin())  # c, who always says x
    2
    """
    voters, outcomes = len(coded.voters), len(coded.outcomes)
    sums = agreement_by_code(coded.starts, coded.codes, coded.label, coded.tally)
    shared, agreed = (np.bincount(coded.voter, weights=part, minlength=voters) for part in sums.T)
    said = np.zeros((voters, outcomes))
    said[coded.voter, coded.label] = coded.fired
    others = said.sum(axis=0) - said
    by_chance = (said * others).sum(axis=1) / np.maximum(said.sum(axis=1) * others.sum(axis=1), 1)
    beyond, most = (agreed - shared * by_chance), shared * (1 - by_chance)
    heard = hearing.confused
    usual = beyond[heard].sum() / max(most[heard].sum(), TINY)
    if usual <= 0:
        return np.ones(voters)
    kappa = np.clip((beyond + AGREED * usual) / (most + AGREED), 0, 1)
    return np.asarray(kappa / max(float(kappa[heard].mean()), TINY))


def start_shares(coded: Coded, hearing: Hearing) -> Floats:
    """The share of each outcome in the votes of each item, (items, outcomes), an expert's vote counted EXPERT times.

    >>> from payoff.aggregate.coding import code_votes
    >>> from payoff.aggregate.hearing import hear
    >>> coded = code_votes({"item": [1, 1], "source": ["ann", "eve"], "label": ["x", "y"]})
    >>> start_shares(coded, hear(coded, {"eve": "expert"})).tolist()
    [[0.2, 0.8]]
    """
    expert = hearing.kind == "expert"
    if not expert.any() and not (hearing.copies > 1).any():
        return shares(coded)
    said = weighted_tally(coded, np.where(expert, EXPERT, 1.0) / hearing.copies)
    return np.asarray(said / said.sum(axis=1, keepdims=True))
