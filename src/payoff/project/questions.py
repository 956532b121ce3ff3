"""The sixty questions of good methodology as data: what is asked, who answers, what would settle it."""

from __future__ import annotations

from dataclasses import dataclass

from payoff.report.page import STAGES


@dataclass(frozen=True)
class Entry:
    """One question of the checklist; its id is stable: errors, reports and docs cite it.

    `how` says who answers: C the tool computes it, R a person states it, B what follows waits for it.

    >>> CHECKLIST[0].id, CHECKLIST[0].stage, CHECKLIST[0].how
    ('F1', 'Frame', 'RB')
    """

    id: str
    text: str
    how: str

    @property
    def stage(self) -> str:
        """The stage of the project that the first letter of the id names.

        >>> Entry("D1", "Where is each column from?", "R").stage
        'Data'
        """
        return STAGES[self.id[0]]

    @property
    def hint(self) -> str:
        """What would settle the question where nothing is known of it yet; empty where this tool has no way to.

        >>> Entry("B1", "What do the baselines pay?", "CB").hint
        'tell votes, or name a column of known outcomes'
        """
        return HINTS.get(self.id, "")


CHECKLIST = (
    Entry("F1", "Which decision changes because of the output, who takes it, how often?", "RB"),
    Entry("F2", "What is every (decision, outcome) pair worth, in what unit, and does it vary by item?", "RCB"),
    Entry("F3", "Which limits must hold (capacity, budget, least recall, group harm)?", "RB"),
    Entry("F4", "Does the metric used rank candidates as the payoff does?", "C"),
    Entry("F5", "What is done today and what does it pay on these items?", "RCB"),
    Entry("F6", "How much is there to win at all, and what is well enough?", "RC"),
    Entry("F7", "Which assumptions and guessed payoffs stand, and which one would flip the choice?", "RC"),
    Entry("F8", "How does a new item arrive (like the old ones, later, of a new group)?", "RCB"),
    Entry("F9", "Has the objective changed, and which results are void?", "RB"),
    Entry("D1", "Where is each column from, who owns it, may it be used?", "R"),
    Entry("D2", "What do we expect of each column, and are the raw data intact?", "CB"),
    Entry("D3", "Is every feature known at decision time and legitimate?", "RC"),
    Entry("D4", "Is an audit part set aside, drawn as new items will come, before anyone looks?", "CB"),
    Entry("D5", "Does anything of the audit part reach training: duplicates, shared groups?", "CB"),
    Entry("D6", "Is the audit big enough to see the smallest gain that pays?", "C"),
    Entry("D7", "Which segments matter or must not be harmed?", "RC"),
    Entry("L1", "Is the label the outcome the payoff speaks of, or a proxy, and how far off is it?", "RCB"),
    Entry("L2", "Where does each vote come from and what does one cost?", "RB"),
    Entry("L3", "How right is each source, and do people agree?", "C"),
    Entry("L4", "Is there a written guideline, and did a change of it change the votes?", "RC"),
    Entry("L5", "Which items have no outcome because the old system acted on them?", "CR"),
    Entry("L6", "Did voters see the model's answer?", "CR"),
    Entry("L7", "Were audit outcomes mended by people only, never dropped by the model's own doubt?", "CB"),
    Entry("L8", "What is the next vote worth against its price, and when to stop?", "C"),
    Entry("B1", "What do the best constant, today's system, the base rate and the best one-line rule pay?", "CB"),
    Entry("B2", "What does the simplest model pay, end to end to a decision?", "CB"),
    Entry("B3", "Are the old rules best kept as a baseline, a source, a feature or an override?", "CR"),
    Entry("B4", "Did the baseline get the same tuning effort?", "C"),
    Entry("I1", "Was the idea, one change and its expected gain written before the trial?", "R"),
    Entry("I2", "Is it better on the objective, on the same items, with an interval?", "C"),
    Entry("I3", "How many candidates were tried, and is the winner corrected for being picked?", "C"),
    Entry("I4", "How often was the audit asked, how much is left?", "CB"),
    Entry("I5", "Which errors cost most, and what would mending each group return?", "CR"),
    Entry("I6", "Is the limit bias, variance, noise in the votes or a different distribution?", "C"),
    Entry("I7", "Which part or feature earns its cost?", "C"),
    Entry("I8", "Which next step has the best expected gain less cost?", "C"),
    Entry("I9", "Were earlier forecasts right?", "C"),
    Entry("I10", "Does the result come out again from the same data, code and seed?", "CB"),
    Entry("X1", "Are the probabilities right near the point where the decision flips?", "C"),
    Entry("X2", "Does the rule follow from payoffs and limits, not from a fixed 0.5?", "C"),
    Entry("X3", "Do limits and segments hold with confidence, not only on the average?", "CB"),
    Entry("X4", "Which items go to a person, with what reason, and can they handle the number?", "CR"),
    Entry("X5", "What does the chosen rule pay on items nobody used?", "CB"),
    Entry("P1", "Does page one say objective, pay today, pay tomorrow, interval, unit?", "C"),
    Entry("P2", "Is what failed shown beside what worked?", "C"),
    Entry("P3", "Are uses, non-uses, assumptions and data sheets in it?", "RB"),
    Entry("P4", "Which findings fit in one sentence (segments, drivers)?", "CR"),
    Entry("P5", "Does the notebook run and give the same numbers?", "CB"),
    Entry("N1", "Same code at training and serving, and no skew between them?", "CB"),
    Entry("N2", "Were quality, limits and schema checked just before export?", "CB"),
    Entry("N3", "Did it run beside the old system first, and can it be rolled back in one step?", "CR"),
    Entry("N4", "Is every decision logged with inputs, probability, version and its chance?", "CB"),
    Entry("N5", "Does the payoff seen live agree with the one promised?", "C"),
    Entry("N6", "Who owns it, when is it reviewed, what happens when it fails?", "RB"),
    Entry("W1", "Do inputs still look as expected, upstream included?", "C"),
    Entry("W2", "Did the payoff move, or only the inputs, and how many false alarms do we accept?", "C"),
    Entry("W3", "What does one more week of age cost?", "C"),
    Entry("W4", "Is there a standing audit sample, and what width does its budget buy?", "CR"),
    Entry("W5", "After an alarm: recalibrate, relabel, retrain, roll back or wait?", "C"),
    Entry("W6", "Are the payoffs themselves still right?", "RB"),
)

HINTS = {
    "F3": "none is stated, the sum of payoffs alone counts: add a [[limit]] where a capacity or a precision must hold",
    "F6": "tell votes, or name a column of known outcomes",
    "F7": "the report lists what is assumed; change a payoff and run payoff objective to see what it turns",
    "D2": "that the items are the same is checked each time the project is opened; what columns hold is not",
    "D6": "answer audit votes, then payoff trial",
    "D7": "a limit with by = COLUMN must hold in each group of that column",
    "L1": "nobody's word is the truth yet: add a source of kind expert, or name a column of known outcomes",
    "L2": "nobody votes yet: add a [[source]], or payoff tell FILE --source NAME --kind KIND --price PRICE",
    "L3": "tell votes of a source beside the experts",
    "L5": "no column of known outcomes, and whether the old system kept items out of the table is not recorded",
    "L8": "payoff next weighs it",
    "B1": "tell votes, or name a column of known outcomes",
    "B2": "tell votes, or name a column of known outcomes",
    "B4": "payoff trial",
    "I1": "the gain expected is recorded with each trial before the audit is asked, the idea behind it is not",
    "I2": "payoff trial",
    "I3": "payoff trial",
    "I8": "payoff next weighs it",
    "I9": "forecasts are recorded; payoff trial puts the first to the test",
    "X5": "tell votes, or name a column of known outcomes",
    "P2": "payoff trial",
    "N5": "payoff decide TABLE with its outcomes, once they are known, holds them against what was promised",
    "W1": "payoff decide TABLE compares its items with those of the audit part",
    "W2": "payoff decide TABLE says what the policy's own probabilities foretell there",
    "W5": "no promise is void: payoff decide says when one is, and what to do",
    "P3": "the report says what is assumed and what the 5% covers; uses and data sheets are not recorded yet",
}
