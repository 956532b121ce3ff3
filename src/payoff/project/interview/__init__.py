"""Questions in words that fill the cells of an objective: plain data in, the tables of payoff.toml out.

The questions take the trade-off method of utility elicitation (so many of one thing against one of another, Wakker &
Deneffe 1996) for ratios and one baseline for costs (Elkan 2001); an answer nobody is sure of is a range.
"""

from payoff.project.interview.conduct import Ask, Conducted, conduct
from payoff.project.interview.facts import Facts, facts_of
from payoff.project.interview.present import kept_answers
from payoff.project.interview.question import Question
from payoff.project.interview.statement import assumed_lines, folded, open_cells, open_lines, statement
from payoff.project.interview.walk import next_question, tables_from

__all__ = [
    "Ask",
    "Conducted",
    "Facts",
    "Question",
    "assumed_lines",
    "conduct",
    "facts_of",
    "folded",
    "kept_answers",
    "next_question",
    "open_cells",
    "open_lines",
    "statement",
    "tables_from",
]
