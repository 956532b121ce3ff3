"""What each decision is for: which leaves things as they are, in which a person looks, which is right for what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from payoff.project.interview.amounts import OPEN
from payoff.project.interview.facts import Facts
from payoff.project.interview.question import NONE, Answers, Question, names_in

PART = "What is right"
YES = {"1", "true", "yes", "y"}
NO = {"0", "false", "no", "n"}


@dataclass(frozen=True, kw_only=True)
class Roles:
    """`baseline` leaves things as they are, in `looks` a person looks, `acts` are the others with the baseline.

    `right`: the decision that is right for each outcome, as far as it is known.
    """

    baseline: str
    looks: tuple[str, ...]
    acts: tuple[str, ...]
    right: Mapping[str, str]

    @property
    def deciders(self) -> list[str]:
        """Decisions that may be right for an outcome: looking counts where nothing else can be done."""
        return list(self.acts if len(self.acts) > 1 else (*self.acts, *self.looks))


def role_questions(facts: Facts, answers: Answers) -> Iterator[Question]:
    """Which decision is for what; what the names say already is not asked."""
    if facts.guess_looking() or len(facts.decisions) > 2:
        yield Question(
            key="looks",
            part=PART,
            words="In which decisions does a person look first and then do the right thing?",
            form="names",
            default=", ".join(_guessed_looks(facts)) or NONE,
            choices=tuple(facts.decisions),
        )
    roles = roles_of(facts, answers)
    if facts.names_agree:
        return
    if _told_baseline(facts, roles.acts) is None and len(roles.acts) > 1:
        yield Question(
            key="baseline",
            part=PART,
            words="Which decision leaves things as they are?",
            form="name",
            hint="it is what the others are counted against; if none does, any will do",
            default=roles.acts[0],
            choices=roles.acts,
        )
    yield from _right_questions(facts, answers)


def roles_of(facts: Facts, answers: Answers) -> Roles:
    """The roles as far as they were answered.

    >>> facts = Facts(decisions=["allow", "block", "inspect"], outcomes=["good", "phish"])
    >>> roles = roles_of(facts, {"looks": "inspect", "right.block": "phish"})
    >>> roles.baseline, roles.looks, dict(roles.right)
    ('allow', ('inspect',), {'phish': 'block', 'good': 'allow'})
    """
    answer = answers.get("looks", NONE)
    looks = tuple(_guessed_looks(facts) if answer == "" else names_in(answer))
    acts = tuple(name for name in facts.decisions if name not in looks)
    if not acts:
        acts, looks = tuple(facts.decisions[:1]), tuple(facts.decisions[1:])
    chosen = names_in(answers.get("baseline", ""))
    baseline = chosen[0] if chosen and chosen[0] in acts else _told_baseline(facts, acts) or acts[0]
    bare = Roles(baseline=baseline, looks=looks, acts=acts, right={})
    return Roles(baseline=baseline, looks=looks, acts=acts, right=_right(facts, bare, answers))


def _right(facts: Facts, roles: Roles, answers: Answers) -> dict[str, str]:
    if facts.names_agree:
        return {o: next(d for d in facts.decisions if d.lower() == o.lower()) for o in facts.outcomes}
    right: dict[str, str] = {}
    everything_said = True
    for decision in roles.deciders:
        answer = answers.get(f"right.{decision}")
        if decision == roles.baseline or (answer is None and len(right) == len(facts.outcomes)):
            continue
        answer = (_default_right(facts, right) or OPEN) if answer == "" else answer
        everything_said &= answer not in (None, OPEN)
        names = names_in(answer or OPEN)
        right |= {name: decision for name in names if name not in right}
    rest = {outcome: roles.baseline for outcome in facts.outcomes if outcome not in right}
    return {**right, **rest} if everything_said else right


def _right_questions(facts: Facts, answers: Answers) -> Iterator[Question]:
    given: dict[str, str] = {}
    for decision in (roles := roles_of(facts, answers)).deciders:
        left = [outcome for outcome in facts.outcomes if outcome not in given]
        if decision == roles.baseline or not left:
            continue
        which = _either([facts.plain(outcome) for outcome in left])
        yield Question(
            key=f"right.{decision}",
            part=PART,
            words=f"For which of {which} is '{decision}' the right thing to do?",
            form="names",
            hint="several with commas, or none" if len(facts.outcomes) > 2 else "",
            default=_default_right(facts, given),
            choices=tuple(left),
        )
        given |= {o: d for o, d in roles.right.items() if d == decision}


def _default_right(facts: Facts, given: Mapping[str, str]) -> str | None:
    """Of yes and no, 1 and 0, what is done is done for yes."""
    names = {outcome.lower() for outcome in facts.outcomes}
    if given or len(names) != 2 or not names & YES or not names & NO:
        return None
    return next(outcome for outcome in facts.outcomes if outcome.lower() in YES)


def _guessed_looks(facts: Facts) -> list[str]:
    return facts.guess_looking()[: len(facts.decisions) - 1]


def _told_baseline(facts: Facts, acts: tuple[str, ...]) -> str | None:
    """The baseline as the names or today's decisions say it."""
    if len(acts) == 1:
        return acts[0]
    named = facts.guess_nothing()
    return next((name for name in (named, facts.today) if name in acts), None)


def _either(names: list[str]) -> str:
    return ", ".join(names[:-1]) + (" and " if len(names) > 1 else "") + names[-1]
