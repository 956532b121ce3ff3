"""How far a proxy is from the outcome, by the audit: how often it is right, what taking it for the outcome costs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from payoff import judge
from payoff.decide import Floats, Ints
from payoff.judge.proxy import Share, right_shares
from payoff.policies import Sight
from payoff.project.stand_in import AUDITED, proxy_truth
from payoff.project.standing import Standing
from payoff.project.worth import deciding
from payoff.words import count, per_item, share

MOST_NAMED = 4  # outcomes whose share is said


@dataclass(frozen=True)
class Gap:
    """A proxy beside the outcome, on the audited items it spoke on.

    `right` is the share of items on which it says what is true, `each` the same by outcome (None where none was
    audited), `costs` what deciding by it costs an item, `shift` what the deciding policy earns an item less what it
    earns if the proxy were the outcome (None unless the proxy was declared to stand for the outcome).
    """

    proxy: str
    audited: int
    right: Share | None
    each: dict[str, Share | None]
    costs: judge.Estimate
    shift: judge.Estimate | None = None

    @property
    def known(self) -> bool:
        """Whether enough items were audited for the gap to be said."""
        return self.audited >= AUDITED

    def words(self) -> str:
        """The gap in a sentence, or how many audited items it still takes."""
        if not self.known or self.right is None:
            return f"how far '{self.proxy}' is off is not known: {self.audited} of {AUDITED} audited items it spoke on"
        each = [f"of '{name}' on {_said(found)}" for name, found in self.each.items() if found is not None]
        right = f"'{self.proxy}' is right on {_said(self.right)} of {count(self.audited, 'audited item')}"
        cost = f"deciding as if it were the outcome costs {per_item(self.costs, self.costs.unit, signed=False)}"
        said = [right, cost, ", ".join(each[:MOST_NAMED])]
        if self.shift is not None:
            said.append(f"what is earned differs by {per_item(self.shift, self.shift.unit)} from what it says")
        return "; ".join(said)


def _said(found: Share) -> str:
    return f"{share(found.mean)} ({share(found.low)} to {share(found.high)})"


def gap_of(standing: Standing, proxy: str) -> Gap:
    """The gap of a proxy, by the audit: no look is spent.

    Where the proxy is silent the best constant stands for it; what perfect knowledge earns over it is what it costs.
    """
    evidence, audit = standing.bench.evidence, standing.court.audit
    declared = proxy == evidence.ground.proxy
    spoken = _declared(standing) if declared else _spoken(evidence.sealed_sight, proxy, evidence.outcomes)
    truth, spots = audit.truth.argmax(axis=1), np.flatnonzero(audit.answered)
    heard = spots[spoken[spots] >= 0]
    many = len(evidence.outcomes)
    right, each = right_shares(spoken[heard], truth[heard], drawn=audit.drawn[heard], outcomes=many)
    payoffs = _payoffs(standing)
    chosen = _decided(payoffs, spoken, standing.sealed(standing.rung("constant")))
    rows = np.arange(len(payoffs))
    costs = _level(standing, payoffs.max(axis=1) - payoffs[rows, chosen])
    earned = payoffs[rows, standing.sealed(deciding(standing))]
    # Where the proxy is silent nothing is said by it that could be off.
    by_proxy = np.where(spoken[:, None] >= 0, earned[rows, np.maximum(spoken, 0)][:, None], earned)
    shift = _level(standing, earned - by_proxy) if declared else None
    return Gap(proxy, len(heard), right, dict(zip(evidence.outcomes, each, strict=True)), costs, shift)


def _declared(standing: Standing) -> Ints:
    """Index of the outcome that the declared proxy says of each item of the audit part, (N,); -1 where it is silent."""
    truth = proxy_truth(standing.bench.evidence)
    return np.where(truth.any(axis=1), truth.argmax(axis=1), -1)


def _spoken(sight: Sight, proxy: str, outcomes: list[str]) -> Ints:
    """Index of the outcome the proxy says of each item, (n,); -1 where it is silent."""
    names = [name for name in sight.votes.columns if name == proxy or name.startswith(f"{proxy}/")]
    said = np.full(len(sight), -1, dtype=np.int64)
    for name in reversed(names):
        column = sight.votes[name].replace_strict(outcomes, list(range(len(outcomes))), default=None)
        said = np.where(column.is_not_null().to_numpy(), column.fill_null(-1).to_numpy(), said)
    return said


def _payoffs(standing: Standing) -> Floats:
    """Payoffs of the audit part, (N, decisions, outcomes), times the items' weights."""
    sight, ground = standing.bench.evidence.sealed_sight, standing.court.audit.ground
    weights = ground.weights[ground.sealed]
    scale: Floats = (weights / weights.mean())[:, None, None]
    return np.asarray(np.broadcast_to(sight.payoffs, (len(sight), *sight.payoffs.shape[1:])) * scale)


def _decided(payoffs: Floats, spoken: Ints, otherwise: Ints) -> Ints:
    """The decision worth most if what the proxy says were true, (N,)."""
    best = payoffs[np.arange(len(payoffs)), :, np.maximum(spoken, 0)].argmax(axis=1)
    return np.where(spoken >= 0, best, otherwise)


def _level(standing: Standing, amounts: Floats) -> judge.Estimate:
    """The mean of amounts (N, outcomes) per item to come, on the audit."""
    audit = standing.court.audit
    truth, spots = audit.truth.argmax(axis=1), np.flatnonzero(audit.answered)
    seen = {"item": spots, "payoff": amounts[spots, truth[spots]]}
    found = judge.level(amounts, standing.bench.sealed_posterior, seen, drawn=audit.drawn).estimate
    # What is nought but for rounding would be shown with six decimals.
    mean, low, high = (round(end, 9) for end in (found.mean, found.low, found.high))
    return judge.Estimate(mean, low, high, standing.unit)
