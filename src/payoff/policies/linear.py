"""The linear rung: logistic regression on columns and free votes, shrunk towards what is known without it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from payoff.decide import Floats, Ints, best
from payoff.policies.calibration import Calibration, calibrate
from payoff.policies.cross_fit import ByPayoff, Fitted, FoldedPolicy, OutOfFold, fold_numbers
from payoff.policies.features import Features, Views
from payoff.policies.prior import Prior, prior_of, worth_fitting
from payoff.policies.ridge import held_out_logits, log_losses, ridge_path, rotate, shares_of_strengths
from payoff.policies.sight import Lesson, Rows, Sight
from payoff.policies.taught import repeats_the_votes, taught_by_votes
from payoff.views import Matrix, side_by_side

# Ridge strengths tried, strong to weak, in units of one label's curvature.
STRENGTHS = tuple(float(s) for s in np.geomspace(100, 0.1, 7))


class Linear(FoldedPolicy):
    """Multinomial logistic regression with a ridge on columns, free votes one-hot and the log-odds of their posterior.

    It starts from what the free votes say and teach about columns (from the base rates where there are none) and
    learns the difference, so it falls back to them where labels are few. Strengths are averaged by cross-validated
    likelihood; temperature and shifts are learnt on out-of-fold logits; at last comes one pseudo-label at the base
    rates. Out of fold, slopes know nothing of the row's fold, and shares and calibration are scored on the others.

    >>> import polars as pl
    >>> x = np.tile([0.0, 1.0], 20)
    >>> sight = Sight(
    ...     columns=pl.DataFrame({"links": x}), payoffs=np.eye(2)[None], voting=np.full((40, 2), 0.5)
    ... )
    >>> lesson = Lesson(target=np.eye(2)[x.astype(int)], weight=np.ones(40), groups=np.arange(40))
    >>> Linear().fit(sight, lesson).decide(sight)[:4].tolist()
    [0, 1, 0, 1]
    """

    def _learn_folds(self, sight: Sight, lesson: Lesson, folds: Sequence[Rows]) -> tuple[Fitted, list[Fitted]]:
        views = self.views if self.views is not None else Views()
        taught = taught_by_votes(sight, views, seed=self.seed)
        priors = [prior_of(sight, part, taught=taught) for part in (lesson, *(lesson.without(rows) for rows in folds))]
        if not worth_fitting(lesson) or repeats_the_votes(sight, lesson):
            return priors[0], list(priors[1:])
        features = views.features(sight)
        lines = _fit_lines(features, sight, lesson, folds, priors)
        full, *members = (LinearFit(prior, line, features) for prior, line in zip(priors, lines, strict=True))
        return full, list(members)

    def _held_out(self, sight: Sight) -> OutOfFold:
        # The matrix of this sight is at hand; that of `sight.at(rows)` would have to be made.
        proba = self.full_.predict_proba(sight)
        for rows, member in zip(self.folds_, self.members_, strict=True):
            proba[rows] = (
                member.proba_at(sight, rows) if isinstance(member, LinearFit) else member.predict_proba(sight)[rows]
            )
        return OutOfFold(proba, best(sight.payoffs, proba))


@dataclass(frozen=True)
class Line:
    """Slopes (1 + p, K), the first that of the intercept, and the calibration of the logits they give."""

    slopes: Floats
    calibration: Calibration


@dataclass(frozen=True)
class LinearFit(ByPayoff):
    """A prior with a line of the features on top of it."""

    prior: Prior
    line: Line
    features: Features

    def predict_proba(self, sight: Sight) -> Floats:
        """Probabilities (n, K)."""
        return self.proba_at(sight, None)

    def proba_at(self, sight: Sight, rows: Rows | None) -> Floats:
        """Probabilities of some rows of a sight, or of all."""
        x, logits = self.features.transform(sight), self.prior.logits(sight)
        if rows is not None:
            x, logits = x[rows], logits[rows]
        lift = np.asarray(x @ self.line.slopes[1:]) + self.line.slopes[0]
        return self.prior.smooth(self.line.calibration.proba([logits + lift]))


def _fit_lines(
    features: Features, sight: Sight, lesson: Lesson, folds: Sequence[Rows], priors: Sequence[Prior]
) -> list[Line]:
    rows = lesson.rows
    target, weight = lesson.target[rows], lesson.shares[rows]
    fold = fold_numbers(rows, folds)
    rotation = rotate(side_by_side(np.ones((len(rows), 1)), features.transform(sight)[rows]))
    weights = np.stack([weight, *(weight * (fold != f) for f in range(len(folds)))])
    offsets = np.stack([prior.logits(sight)[rows] for prior in priors])
    path, logits, losses = _walk(rotation.z, target, weights, offsets, fold)
    lines = []
    for fit, known in enumerate(weights):
        share = shares_of_strengths(losses, known)
        used = known > 0
        calibration = calibrate([np.tensordot(share, logits, axes=1)[used]], target[used], weight[used])
        slopes = np.tensordot(share, [step[:, fit] for step in path], axes=1)
        lines.append(Line(rotation.back(slopes), calibration))
    return lines


def _walk(
    z: Matrix, target: Floats, weights: Floats, offsets: Floats, fold: Ints
) -> tuple[list[Floats], list[Floats], Floats]:
    """Slopes, held-out logits and held-out losses (strengths, n), until two strengths in a row lower no loss."""
    path: list[Floats] = []
    logits: list[Floats] = []
    losses: list[Floats] = []
    for slopes in ridge_path(z, target, weights, offsets, STRENGTHS):
        path.append(slopes)
        logits.append(held_out_logits(z, offsets, fold, slopes))
        losses.append(log_losses(logits[-1], target))
        if int(np.argmin([loss @ weights[0] for loss in losses])) < len(losses) - 2:
            break
    return path, logits, np.stack(losses)
