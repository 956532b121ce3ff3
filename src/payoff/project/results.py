"""What the verbs of a project return beside tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from html import escape
from math import isfinite
from typing import Any

from payoff.judge import Estimate


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One candidate policy, fitted and judged against the incumbent; `estimate` is candidate minus incumbent per item
    to come.

    `said` is the verdict in words, `look` whether a level was spent, `expected` the gain expected out of fold before
    the audit was asked, `votes` and `audit_votes` the votes there were, `labels` the items known to
    learning, `spent` what they cost, `rounds` the audit rounds drawn before. `kept` is how many known outcomes kept
    aside judged it (its figures are from the others), `protected` whether the estimate rests only on votes that had
    told nothing when the candidate was thought of; else it may flatter.

    >>> from payoff.judge import Estimate
    >>> trial = Trial(name="linear", estimate=Estimate(0.4, 0.3, 0.5, "EUR"), verdict="adopt", adopted=True)
    >>> print(trial)
    linear: adopt, 0.40 (0.30 to 0.50) EUR an item over the incumbent
    """

    name: str
    estimate: Estimate
    verdict: str
    adopted: bool
    votes_needed: int | None = None
    seconds: float = 0.0
    against: str = "the incumbent"
    said: str = ""
    look: bool = False
    expected: float | None = None
    votes: int = 0
    audit_votes: int = 0
    labels: int = 0
    spent: float = 0.0
    unit: str = "points"
    rounds: int = 0
    kept: int = 0
    protected: bool = True

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON: ends of the interval that are not known are None.

        >>> trial = Trial(name="linear", estimate=Estimate(0.4, 0.3, 0.5), verdict="keep", adopted=False)
        >>> trial.to_dict()["estimate"]["low"]
        0.3
        """
        return {
            **asdict(self),
            "estimate": {
                name: finite(getattr(self.estimate, name)) for name in ("mean", "low", "high", "unit", "about")
            },
        }

    def __str__(self) -> str:
        figures, about = replace(self.estimate, about=""), self.estimate.about
        return f"{self.name}: {self.verdict}, {figures} over {self.against}{', ' if about else ''}{about}" + (
            "" if self.protected else ", may flatter"
        )

    def _repr_html_(self) -> str:
        return f"<p>{escape(str(self))}. {escape(self.said)}</p>"


def finite(value: Any) -> Any:
    """A number JSON can hold: what is infinite or not a number becomes None; anything else stays.

    >>> finite(float("inf")) is None, finite(2), finite("keep")
    (True, 2, 'keep')
    """
    return None if isinstance(value, float) and not isfinite(value) else value


@dataclass(frozen=True)
class Answer:
    """One of the sixty questions: its id, its stage, its state (answered, computed, blocked or open) and what is known.

    >>> Answer("F5", "Frame", "What is done today?", "computed", "today earns -0.12 EUR an item").state
    'computed'
    """

    id: str
    stage: str
    question: str
    state: str
    answer: str = ""

    @property
    def settled(self) -> bool:
        """Whether it is answered or computed.

        >>> Answer("F1", "Frame", "Which decision?", "open").settled
        False
        """
        return self.state in ("answered", "computed")


@dataclass(frozen=True)
class Status:
    """The sixty questions of good methodology with their answers; `grade` is the share settled in the weakest stage.

    >>> Status((Answer("F1", "Frame", "Which decision?", "open"), Answer("F2", "Frame", "Worth?", "computed"))).grade
    ('Frame', 0.5)
    """

    answers: tuple[Answer, ...]

    @property
    def grade(self) -> tuple[str, float]:
        """The weakest stage and the share of its questions that are answered or computed."""
        stages: dict[str, list[bool]] = {}
        for answer in self.answers:
            stages.setdefault(answer.stage, []).append(answer.settled)
        shares = {stage: sum(done) / len(done) for stage, done in stages.items()}
        return min(shares.items(), key=lambda pair: pair[1])

    @property
    def settled(self) -> str:
        """How many questions are answered or computed, and in which stage the fewest of them are.

        >>> known, unknown = Answer("D1", "Data", "Whose?", "answered"), Answer("F1", "Frame", "Which?", "open")
        >>> Status((known, unknown)).settled
        '1 of 2 questions settled; fewest in Frame, 0 of 1'
        """
        stage, share = self.grade
        many = sum(each.stage == stage for each in self.answers)
        done = sum(each.settled for each in self.answers)
        return f"{done} of {len(self.answers)} questions settled; fewest in {stage}, {round(share * many)} of {many}"

    @property
    def unsettled(self) -> str:
        """What is blocked and what is open, with what would settle it; the rest is a count.

        >>> print(Status((Answer("F1", "Frame", "Which decision?", "open"),)).unsettled)
        open, for you to answer: nothing in the project says it
          F1  Which decision?
        0 of 1 questions settled; fewest in Frame, 0 of 1
        """
        states = {
            "blocked, to be mended first": [each for each in self.answers if each.state == "blocked"],
            "open": [each for each in self.answers if each.state == "open" and each.answer],
            "open, for you to answer: nothing in the project says it": [
                each for each in self.answers if each.state == "open" and not each.answer
            ],
        }
        parts = [f"{state}\n{_listed(some)}" for state, some in states.items() if some]
        return "\n".join([*parts, self.settled])

    @property
    def by_stage(self) -> str:
        """Every question with its state and answer, under its stage.

        >>> print(Status((Answer("F1", "Frame", "Which decision?", "answered", "'keep' or 'remove'"),)).by_stage)
        Frame
          F1  Which decision? (answered)
              'keep' or 'remove'
        1 of 1 questions settled; fewest in Frame, 1 of 1
        """
        stages = dict.fromkeys(each.stage for each in self.answers)
        parts = [
            f"{stage}\n{_listed([each for each in self.answers if each.stage == stage], state=True)}"
            for stage in stages
        ]
        return "\n".join([*parts, self.settled])

    def __str__(self) -> str:
        return "\n".join(f"{each.id:4} {each.state:9} {each.question} {each.answer}".rstrip() for each in self.answers)

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{each.id}</td><td>{each.state}</td><td>{escape(each.question)}</td><td>{escape(each.answer)}</td></tr>"
            for each in self.answers
        )
        return f"<table><tr><th>id</th><th>state</th><th>question</th><th>answer</th></tr>{rows}</table>"


def _listed(answers: Sequence[Answer], *, state: bool = False) -> str:
    """Questions, each with its answer below it where there is one."""
    lines = []
    for each in answers:
        lines.append(f"  {each.id:3} {each.question}{f' ({each.state})' if state else ''}")
        lines += [f"      {each.answer}"] if each.answer else []
    return "\n".join(lines)
