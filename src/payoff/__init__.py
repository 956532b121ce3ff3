"""From "what is it worth to be right?" to decisions that pay, at the least cost, with proof."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from payoff import judge
    from payoff.advise import Advice
    from payoff.aggregate import DawidSkene, LabelModel, MajorityVote, NumericLabelModel
    from payoff.judge import Comparison, Estimate
    from payoff.objective import Limit, Objective, Stakes
    from payoff.project import Project, Trial

_PLACES = {
    "Advice": "payoff.advise",
    "Comparison": "payoff.judge",
    "DawidSkene": "payoff.aggregate",
    "Estimate": "payoff.judge",
    "LabelModel": "payoff.aggregate",
    "Limit": "payoff.objective",
    "MajorityVote": "payoff.aggregate",
    "NumericLabelModel": "payoff.aggregate",
    "Objective": "payoff.objective",
    "Project": "payoff.project",
    "Stakes": "payoff.objective",
    "Trial": "payoff.project",
}

__version__ = "0.1.0"
__all__ = [
    "Advice", "Comparison", "DawidSkene", "Estimate", "LabelModel", "Limit", "MajorityVote", "NumericLabelModel",
    "Objective", "Project", "Stakes", "Trial", "judge",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """Load a public name on first use (PEP 562), so that `payoff --help` need not load scikit-learn."""
    if name == "judge":
        return import_module("payoff.judge")
    if name not in _PLACES:
        raise AttributeError(f"module 'payoff' has no attribute {name!r}")
    return getattr(import_module(_PLACES[name]), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
