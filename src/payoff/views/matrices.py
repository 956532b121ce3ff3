"""Matrices beside one another, dense or sparse."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse

Matrix = Any  # (n, p) float64: numpy array or scipy CSR, which scikit-learn takes alike


def side_by_side(*matrices: Matrix) -> Matrix:
    """Matrices of equal height as one, (n, sum of widths) float64: CSR where one of them is sparse, else dense.

    >>> side_by_side(np.ones((2, 1)), np.zeros((2, 3))).shape
    (2, 4)
    """
    if any(sparse.issparse(matrix) for matrix in matrices):
        parts = [sparse.csr_array(matrix, dtype=np.float64) for matrix in matrices]
        return _narrow(sparse.csr_array(sparse.hstack(parts, format="csr")))
    return np.hstack(matrices).astype(np.float64)


def _narrow(matrix: Matrix) -> Matrix:
    """The same matrix with indices of 32 bits where they fit: scipy widens them, many estimators take no others."""
    if max(matrix.nnz, *matrix.shape) < np.iinfo(np.int32).max:
        matrix.indices, matrix.indptr = matrix.indices.astype(np.int32), matrix.indptr.astype(np.int32)
    return matrix
