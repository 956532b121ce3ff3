"""What each ingredient of the label model is worth, and what it costs to have chosen its constants at home.

Ingredients are switched off from here, by name; a name that is gone stops the run, and a change that changes nothing at
all is marked, since then the ingredient is no longer where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from aggregating.measures import Score, compared
from aggregating.methods import Asked
from aggregating.swapping import Gone, swapped, value_of
from payoff.aggregate import LabelModel

Changes = Callable[[], dict[str, Any]]


def everything(hear: Any, *, confused: bool) -> Any:
    """Hear all voters alike, be it by a confusion matrix or as rules."""

    def heard(*arguments: Any) -> Any:
        hearing = hear(*arguments)
        return replace(hearing, confused=np.full_like(hearing.confused, confused))

    return heard


def alike(coded: Any, hearing: Any) -> Any:
    """Every voter agrees with the others as all do."""
    return np.ones(len(hearing.pool))


ABLATIONS: dict[str, Changes] = {
    "full model": dict,
    "one subtype": lambda: {"learning.SUBTYPES": 1},
    "votes vouch for themselves": lambda: {
        "passes.pass_over": partial(value_of("passes.pass_over"), vouch=True),
        "learning.weighed": lambda states, votes, clamped: states,
    },
    "no skill of a voter's own": lambda: {
        "evidence.skill_shift": lambda counts, voter, label, hearing: np.zeros(len(hearing.pool))
    },
    "a voter like its pool: a quarter": lambda: {"evidence.LIKE_ITS_POOL": value_of("evidence.LIKE_ITS_POOL") / 4},
    "a voter like its pool: fourfold": lambda: {"evidence.LIKE_ITS_POOL": value_of("evidence.LIKE_ITS_POOL") * 4},
    "even base rates": lambda: {
        "base_rates.base_rates": lambda coded, hearing, gold, items: np.full(
            len(coded.outcomes), 1 / len(coded.outcomes)
        )
    },
    "base rates from all votes alike": lambda: {"base_rates.agreement_with_others": alike},
    "no discount for shared errors": lambda: {"calibration.SHARED": 0.0, "calibration.SHARED_BY_RULES": 0.0},
    "rules share errors as people do": lambda: {"calibration.SHARED_BY_RULES": value_of("calibration.SHARED")},
    "no majority term": lambda: {"calibration.MAJORITY": 0.0},
    "no calibration": lambda: {
        "calibration.SHARED": 0.0,
        "calibration.SHARED_BY_RULES": 0.0,
        "calibration.MAJORITY": 0.0,
    },
    "near-copies count in full": lambda: {"hearing.copies": lambda coded, kind: np.ones(len(kind))},
    "rules heard as people": lambda: {"hearing.hear": everything(value_of("hearing.hear"), confused=True)},
    "people heard as rules": lambda: {"hearing.hear": everything(value_of("hearing.hear"), confused=False)},
    "no belief in rules": lambda: {"firing.TRUST": 0.0},
    "rare rules are no righter": lambda: {"firing.RARER": 0.0},
    "silence of rules says nothing": lambda: {"firing.SILENCE": 0.0},
    "no cap on rules": lambda: {"firing.RULE_CAP": 1 - 1e-6},
    "gold of a rule is of it alone": lambda: {"firing.POOLED": 1e9},
    "experts believed like others": lambda: {
        "evidence.EXPERT_RIGHT": value_of("evidence.RIGHT"),
        "evidence.EXPERT_WEIGHT": value_of("evidence.RIGHT_WEIGHT"),
        "base_rates.EXPERT": 1.0,
    },
    "experts, systems learnt like others": lambda: {"evidence.LEARNT": np.inf},
    "no acceleration": lambda: {"learning.STEADY": 10**9},
}
TIMES = (0.25, 0.5, 1.0, 2.0, 4.0)
CONSTANTS: dict[str, tuple[float, ...]] = {  # what else each could have been; a number alone multiplies what it is
    "evidence.LIKE_ITS_POOL": TIMES,
    "evidence.SKILLED_AS_ITS_POOL": TIMES,
    "evidence.RIGHT": (0.5, 0.6, 0.7, 0.8, 0.9),
    "evidence.RIGHT_WEIGHT": TIMES,
    "evidence.LEARNT": TIMES,
    "firing.RIGHT_RULE": (0.7, 0.8, 0.85, 0.88, 0.92, 0.95),
    "firing.RARER": (0.0, 0.05, 0.1, 0.2, 0.4),
    "firing.TRUST": (0.2, 0.4, 0.6, 0.8, 0.95),
    "firing.RULE_VOTES": TIMES,
    "firing.POOLED": TIMES,
    "firing.RULE_GOLD": TIMES,
    "firing.RULE_CAP": (0.8, 0.9, 0.98, 0.999),
    "firing.SILENCE": (0.0, 0.1, 0.2, 0.4, 0.7, 1.0),
    "base_rates.GOLD": TIMES,
    "base_rates.EXPERT": TIMES,
    "base_rates.AGREED": TIMES,
    "base_rates.DOUBT": TIMES,
    "hearing.ALIKE": (0.7, 0.8, 0.85, 0.9, 0.97),
    "calibration.SHARED": (0.3, 0.5, 0.7, 0.85, 1.0, 1.5),
    "calibration.SHARED_BY_RULES": (0.0, 0.1, 0.3, 0.5, 0.7, 1.0),
    "calibration.MAJORITY": (0.0, 0.05, 0.1, 0.2, 0.3),
    "learning.SUBTYPE": TIMES,
}


@dataclass(frozen=True)
class Group:
    """Sets that are shown as one column, or left out together."""

    head: str
    asked: tuple[Asked, ...]


def run(asked: Asked) -> tuple[Score, int]:
    model = LabelModel(kinds=asked.kinds)
    model.fit(asked.votes, asked.gold)
    return compared(model.items_, model.outcomes_, model.proba_, asked.truth).score(), model.n_iter_


def scores(groups: Iterable[Group]) -> tuple[np.ndarray, float]:
    """(groups, 2) mean accuracy and log-loss, and the mean number of passes."""
    found = [[run(asked) for asked in group.asked] for group in groups]
    means = [np.mean([(score.accuracy, score.loss) for score, _ in group], axis=0) for group in found]
    return np.array(means), float(np.mean([passes for group in found for _, passes in group]))


def ablation(groups: list[Group]) -> list[str]:
    """Print what each ingredient is worth; returns the names that are gone."""
    print("\nAblations: accuracy / log-loss")
    print(f"{'':36}" + "".join(f"{group.head:>13}" for group in groups) + f"{'passes':>8}")
    gone, full = [], None
    for name, changes in ABLATIONS.items():
        try:
            with swapped(changes()):
                found, passes = scores(groups)
        except Gone as error:
            gone.append(str(error))
            print(f"{name:36}GONE: {error}")
            continue
        full = found if full is None else full
        mark = "" if name == "full model" or not np.array_equal(found, full) else "  no effect at all"
        cells = "".join(f"{accuracy:7.1f}/{loss:5.3f}" for accuracy, loss in found)
        print(f"{name:36}{cells}{passes:8.1f}{mark}", flush=True)
    return gone


def leave_one_out(groups: list[Group], where: str) -> list[str]:
    """Print, for each constant, what choosing it on all sets flatters each: chosen on the others, scored on one.

    A constant is chosen by the mean log-loss over groups. Returns the names that are gone.
    """
    print(
        f"\nLeave one out, {where}: constants chosen by log-loss on the others; cost: chosen there less chosen on all"
    )
    heads = f"{'on others':>24}{'cost, loss':>12}{'cost, acc.':>12}{'is - best':>11}"
    print(f"{'constant':28}{'is':>8}{'on all':>8}{heads}")
    gone = []
    for name, choices in CONSTANTS.items():
        try:
            now = value_of(name)
        except Gone as error:
            gone.append(str(error))
            print(f"{name:28}GONE: {error}")
            continue
        values = [now * times for times in choices] if choices is TIMES else sorted({*choices, now})
        table = np.array([scores_with(name, value, groups) for value in values])  # (values, groups, 2)
        show_choice(name, now, values, table)
    return gone


def scores_with(name: str, value: float, groups: list[Group]) -> np.ndarray:
    with swapped({name: value}):
        return scores(groups)[0]


def show_choice(name: str, now: float, values: list[float], table: np.ndarray) -> None:
    loss = table[:, :, 1]
    best = int(loss.mean(axis=1).argmin())
    others = [int(np.delete(loss, group, axis=1).mean(axis=1).argmin()) for group in range(loss.shape[1])]
    each = np.arange(loss.shape[1])
    cost = (table[others, each] - table[best, each]).mean(axis=0)
    behind = loss[values.index(now)].mean() - loss[best].mean()
    chosen = ", ".join(f"{values[at]:.3g} x{others.count(at)}" for at in sorted(set(others)))
    costs = f"{cost[1]:12.4f}{-cost[0]:12.2f}{behind:11.4f}"
    print(f"{name:28}{now:8.3g}{values[best]:8.3g}{chosen:>24}{costs}", flush=True)
