"""The rungs in order of simplicity, and any classifier as one more."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from sklearn.base import clone, is_regressor

from payoff.errors import RungNotHere, UnknownRung
from payoff.policies.constant import BaseRate, Constant, System
from payoff.policies.cross_fit import FoldedPolicy, OutOfFold
from payoff.policies.estimator import FromEstimator
from payoff.policies.features import Views
from payoff.policies.linear import Linear
from payoff.policies.model import OwnModel
from payoff.policies.one_rule import OneRule
from payoff.policies.sight import Lesson, Sight
from payoff.policies.trees import Trees
from payoff.policies.voting import Voting

LONGEST_NAME = 60  # characters of a rung's name: a longer one is cut to the class and a mark of its parameters


@dataclass(frozen=True)
class Rung:
    """A kind of policy: its name, where it stands in simplicity (0 is simplest), and what it does in one sentence.

    >>> LADDER[0].name, type(LADDER[0].make()).__name__
    ('constant', 'Constant')
    """

    name: str
    kind: type[FoldedPolicy]
    complexity: int
    words: str
    estimator: Any = None

    def make(self, *, views: Views | None = None, seed: int = 0, folds: int = 5) -> FoldedPolicy:
        """A fresh policy of this kind, not fitted; `views` is the caller's cache of fitted views."""
        given = () if self.estimator is None else (clone(self.estimator),)
        return self.kind(*given, views=views, seed=seed, folds=folds)

    @property
    def reads_columns(self) -> bool:
        """Whether it learns from the columns of the items."""
        return self.kind in (OneRule, Linear, Trees, FromEstimator)

    def carried_by(self, sight: Sight) -> bool:
        """Whether these items have what the rung rests on."""
        has_columns = bool(sight.columns.width)
        needs = {
            System: sight.today is not None,
            OneRule: has_columns or sight.has_votes,
            Voting: sight.has_votes,
            OwnModel: sight.proba is not None,
            Linear: has_columns or sight.has_votes,
            Trees: has_columns or sight.has_votes,
        }
        return needs.get(self.kind, True)


LADDER = (
    Rung("constant", Constant, 0, "The same decision for every item, the one worth most on the whole."),
    Rung("system", System, 1, "What is decided today."),
    Rung("base rate", BaseRate, 2, "The same probabilities for every item; its own payoffs decide."),
    Rung("one rule", OneRule, 3, "One column with one cut or one value, two decisions, the pair that earns most."),
    Rung("voting", Voting, 4, "What the always-on sources say together."),
    Rung("own model", OwnModel, 5, "The probabilities of your own model, put right on the labels; payoffs decide."),
    Rung("linear", Linear, 6, "Logistic regression on columns and free votes; payoffs decide."),
    Rung("trees", Trees, 7, "A forest, or boosted trees once labels are many, on columns and free votes."),
)


def ladder(sight: Sight) -> list[Rung]:
    """The rungs these items can carry, simplest first.

    >>> import numpy as np, polars as pl
    >>> bare = Sight(payoffs=np.eye(2)[None], voting=np.eye(2))
    >>> [rung.name for rung in ladder(bare)]
    ['constant', 'base rate']
    """
    return [rung for rung in LADDER if rung.carried_by(sight)]


def rung_of(rung: Rung | str | Any, *, sight: Sight | None = None) -> Rung:
    """The rung of a name, or of a scikit-learn classifier or pipeline (cloned; named after its class and
    the parameters that differ from its defaults).

    Raises UnknownRung, and RungNotHere where a `sight` is given that cannot carry it.

    >>> from sklearn.naive_bayes import GaussianNB
    >>> rung_of("linear").complexity, rung_of(GaussianNB()).name
    (6, 'GaussianNB')
    """
    found = rung if isinstance(rung, Rung) else _named(rung) if isinstance(rung, str) else _estimated(rung)
    if sight is not None and not found.carried_by(sight):
        raise RungNotHere(found.name, [known.name for known in ladder(sight)])
    return found


def out_of_fold(
    rung: Rung | str | Any, sight: Sight, lesson: Lesson, *, views: Views | None = None, seed: int = 0, folds: int = 5
) -> OutOfFold:
    """Probabilities (n, K) and decisions (n,) of a rung, for labelled rows by models that did not see their fold.

    Rows without a label get those of the full fit.

    >>> import numpy as np, polars as pl
    >>> sight = Sight(payoffs=np.eye(2)[None], voting=np.full((2, 2), 0.5))
    >>> lesson = Lesson(target=np.eye(2), weight=np.array([1.0, 0.0]), groups=np.arange(2))
    >>> out_of_fold("base rate", sight, lesson).proba[:, 0].tolist()  # nothing else is labelled; then (1 + 0.5) / 2
    [0.5, 0.75]
    """
    return rung_of(rung).make(views=views, seed=seed, folds=folds).fit(sight, lesson).out_of_fold_


def _named(name: str) -> Rung:
    for rung in LADDER:
        if rung.name == name:
            return rung
    raise UnknownRung(name, [rung.name for rung in LADDER])


def _estimated(estimator: Any) -> Rung:
    able = not isinstance(estimator, type) and all(
        hasattr(estimator, verb) for verb in ("fit", "predict", "get_params")
    )
    if not able or (hasattr(estimator, "__sklearn_tags__") and is_regressor(estimator)):
        raise UnknownRung(estimator, [rung.name for rung in LADDER])
    words = f"Your own {type(estimator).__name__}, cross-fitted and calibrated; payoffs decide."
    return Rung(_name_of(estimator), FromEstimator, len(LADDER), words, clone(estimator))


def _name_of(estimator: Any) -> str:
    """The class, with the parameters that differ from its defaults: two settings of one class are two candidates."""
    kind = type(estimator).__name__
    written = " ".join(repr(estimator).split())
    if written == f"{kind}()":
        return kind
    short = len(written) <= LONGEST_NAME
    return written if short else f"{kind} {hashlib.blake2b(written.encode(), digest_size=3).hexdigest()}"
