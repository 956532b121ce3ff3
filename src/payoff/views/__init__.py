"""Items to columns a model can use: tables, text, and the votes of the free sources."""

from payoff.views.matrices import Matrix, side_by_side
from payoff.views.table import TableView
from payoff.views.text import TextView
from payoff.views.votes import VotesView

__all__ = ["Matrix", "TableView", "TextView", "VotesView", "side_by_side"]
