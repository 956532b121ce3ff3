"""Launch and watch: what was promised beside what came, and whether the items decided on are still like the audit's."""

from __future__ import annotations

from payoff.judge.moved import FALSE_ALARM
from payoff.project.answers.found import Found, FromVotes, Given, blocked, computed, still_open
from payoff.project.promise import Check, checks_of, void_promise
from payoff.project.standing import Standing
from payoff.project.workplace import Workplace
from payoff.project.worth import deciding
from payoff.words import count, number, share

RATE = f"false alarms: at most {share(FALSE_ALARM)} of tables"


def _seen_live(at: Workplace, standing: Standing) -> Found | None:
    """What was realised on the last table with outcomes, beside what was promised for so many items."""
    seen = [check for check in checks_of(at) if check.known and check.promised]
    if not seen:
        return None
    last = seen[-1]
    words = _beside(last)
    void = void_promise(at, deciding(standing).name)
    if void is not None and void.known:
        return blocked(f"{words if void == last else _beside(void)}; {void.said}")
    return computed(words) if last.held is not None else still_open(words)


def _beside(check: Check) -> str:
    assert check.promised is not None and check.realised is not None  # asked only where both are there
    came = f"'{check.rung}' realised {number(check.realised, signed=True)} {check.unit} an item"
    low, high = (number(end) for end in check.promised[1:])
    held = {True: "within", False: "outside", None: "shown beside"}[check.held]
    part = "" if check.whole else ", those of the table whose outcome is known"
    return f"{came} on {count(check.known, 'item')}{part}, {held} what was promised for so many: {low} to {high}"


def _inputs(at: Workplace) -> Found | None:
    """Whether the inputs of the tables decided on were like those of the audit part."""
    seen = [check for check in checks_of(at) if check.items]
    if not seen:
        return None
    strange = [check for check in seen if check.moved]
    tables = f"{count(len(seen), 'table')} compared with the audit part; {RATE}"
    if not strange:
        return computed(f"no input moved: {tables}")
    last = strange[-1]
    return computed(f"{last.table} moved: {'; '.join(last.moved[:3])}; {len(strange)} of {tables}")


def _payoff_moved(at: Workplace, standing: Standing) -> Found | None:
    """What the policy's own probabilities foretell now, beside what they foretold; and what outcomes say."""
    seen = [check for check in checks_of(at) if check.items and None not in (check.expected, check.foretold)]
    if not seen:
        return None
    last = seen[-1]
    now, then = (number(value or 0.0, signed=True) for value in (last.expected, last.foretold))
    words = f"'{last.rung}' expects {now} {last.unit} an item of {last.table}, {then} of the audit part"
    outcomes = "no outcome told which moved" if not last.known else last.base or "outcomes did not move"
    return computed(f"{words}, by its own probabilities; {outcomes}; {RATE}")


def _after_alarm(at: Workplace, standing: Standing) -> Found | None:
    void = void_promise(at, deciding(standing).name)
    return None if void is None else blocked(void.said)


GIVEN: Given = {"W1": _inputs}
FROM_VOTES: FromVotes = {"N5": _seen_live, "W2": _payoff_moved, "W5": _after_alarm}
