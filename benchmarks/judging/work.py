"""Spread the repeats over processes; the same seeds give the same figures with any number of them."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

Job = TypeVar("Job")
Result = TypeVar("Result")


class Work:
    """So many processes at once, in the order asked for.

    They are forked: numpy and scipy are already loaded, and what they do has no threads.
    """

    def __init__(self, processes: int) -> None:
        self._pool = multiprocessing.get_context("fork").Pool(processes) if processes > 1 else None

    def over(self, function: Callable[[Job], Result], jobs: Iterable[Job]) -> Iterator[Result]:
        """The results, in the order of the jobs."""
        return self._pool.imap(function, jobs) if self._pool else map(function, jobs)
