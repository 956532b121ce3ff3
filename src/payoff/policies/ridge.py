"""Multinomial logistic regression with a ridge, for many folds and strengths at once, fast where labels are few."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import log_softmax, softmax

from payoff.decide import Floats, Ints
from payoff.policies.features import dense
from payoff.views import Matrix

# Above this many rows and columns the rotation (cubic in the smaller) costs more than it saves.
ROTATE_UP_TO = 1200


@dataclass(frozen=True)
class Rotation:
    """Rows x (n, p) as z (n, r) with r <= min(n, p): a ridge on slopes of z is the same ridge on those of x.

    By the singular value decomposition x = u s v': z = u s, and slopes b of z are slopes v b of x, of equal length.
    """

    z: Matrix
    back: Callable[[Floats], Floats]


def rotate(x: Matrix) -> Rotation:
    """The rotation of labelled rows x (n, p).

    >>> rotation = rotate(np.array([[3.0, 4.0]]))  # one row: one dimension, of length 5
    >>> rotation.z.shape, abs(float(rotation.z[0, 0])), np.abs(rotation.back(np.ones((1, 1)))).round(9).ravel().tolist()
    ((1, 1), 5.0, [0.6, 0.8])
    """
    n, p = x.shape
    if min(n, p) > ROTATE_UP_TO or not min(n, p):
        return Rotation(x, lambda slopes: slopes)
    squares, vectors = np.linalg.eigh(dense(x @ x.T if n < p else x.T @ x))
    keep = squares > 1e-9 * max(squares[-1], 1e-300)
    lengths, vectors = np.sqrt(squares[keep]), vectors[:, keep]
    if n < p:
        return Rotation(vectors * lengths, lambda slopes: np.asarray(x.T @ (vectors / lengths @ slopes)))
    return Rotation(np.asarray(x @ vectors), lambda slopes: np.asarray(vectors @ slopes))


def ridge_path(
    z: Matrix, target: Floats, weights: Floats, offsets: Floats, strengths: Sequence[float], *, max_iter: int = 40
) -> Iterator[Floats]:
    """Slopes (r, m, K) of each strength for m fits at once that differ in row weights (m, n) and offsets (m, n, K).

    Each minimises the weighted log-loss against soft targets (n, K) plus strength / 2 times the squared slopes. The
    fits share one product with z; each strength starts from the slopes of the one before.

    >>> z, target = np.array([[1.0], [-1.0]]), np.eye(2)
    >>> strong, weak = ridge_path(z, target, np.ones((1, 2)), np.zeros((1, 2, 2)), [100.0, 1.0])
    >>> bool(0 < strong[0, 0, 0] < weak[0, 0, 0])
    True
    """
    m, n = weights.shape
    k = target.shape[1]
    slopes = np.zeros((z.shape[1], m * k))
    size = np.asarray(z.power(2).sum(axis=0) if hasattr(z, "power") else (z**2).sum(axis=0)).ravel()
    weigh, offset = weights.T[:, :, None], offsets.transpose(1, 0, 2)
    for strength in strengths:
        # Boehning (1992): half the squared length of a column bounds the curvature, which makes all steps alike.
        scale = np.sqrt(size / 2 + strength)[:, None]

        def loss(flat: Floats, strength: float = strength, scale: Floats = scale) -> tuple[float, Floats]:
            b = flat.reshape(-1, m * k) / scale
            log_p = log_softmax(offset + np.asarray(z @ b).reshape(n, m, k), axis=2)
            error = weigh * (np.exp(log_p) - target[:, None, :])
            slope = np.asarray(z.T @ error.reshape(n, m * k)) + strength * b
            value = -float((weigh * target[:, None, :] * log_p).sum()) + strength / 2 * float((b**2).sum())
            return value, (slope / scale).ravel()

        options = {"maxiter": max_iter, "maxcor": 5, "ftol": 1e-5, "gtol": 1e-4}
        result = minimize(loss, (slopes * scale).ravel(), jac=True, method="L-BFGS-B", options=options)
        slopes = result.x.reshape(-1, m * k) / scale
        yield slopes.reshape(-1, m, k)


def held_out_logits(z: Matrix, offsets: Floats, fold: Ints, slopes: Floats) -> Floats:
    """Logits (n, K) of each row under the fit that left its fold out; fit 0 is the full one, fit 1 + f lacks fold f.

    >>> held_out_logits(np.ones((1, 1)), np.zeros((2, 1, 2)), np.array([0]), np.ones((1, 2, 2))).tolist()
    [[1.0, 1.0]]
    """
    each, k = np.arange(len(fold)), offsets.shape[2]
    every = np.asarray(z @ slopes.reshape(slopes.shape[0], -1)).reshape(len(fold), -1, k)
    return np.asarray(every[each, fold + 1] + offsets[fold + 1, each])


def log_losses(logits: Floats, target: Floats) -> Floats:
    """Log-loss (n,) of each row against soft targets (n, K).

    >>> log_losses(np.zeros((1, 2)), np.array([[1.0, 0.0]])).round(3).tolist()  # ln 2
    [0.693]
    """
    return np.asarray(-(target * log_softmax(logits, axis=1)).sum(axis=1))


def shares_of_strengths(losses: Floats, weight: Floats) -> Floats:
    """How much each strength counts (strengths,), by its held-out log-losses (strengths, n): shares sum to 1.

    Pseudo-Bayesian averaging (Geisser and Eddy 1979; Yao 2018): the share is the held-out likelihood. Few labels
    cannot tell strengths apart, so they are averaged; many choose one. The mean of linear models is a linear model.

    >>> losses = np.array([[0.0, 0.0], [np.log(3), 0.0]])  # likelihoods 1 and 1 / 3
    >>> shares_of_strengths(losses, np.ones(2)).round(9).tolist()
    [0.75, 0.25]
    """
    return np.asarray(softmax(-losses @ weight))
