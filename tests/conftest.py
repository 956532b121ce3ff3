"""What all tests share: how hypothesis runs, and what happens where a tool is missing."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, settings

# Set where every tool is installed (.ci/run does): then a missing one is a failure, not a skip.
REQUIRE_ALL = os.environ.get("PAYOFF_REQUIRE_ALL") == "1"

settings.register_profile(
    "payoff",
    deadline=None,  # no timing is asserted, and the machine may be busy
    derandomize=REQUIRE_ALL,  # the same examples in every run that decides whether a change lands
    suppress_health_check=[HealthCheck.too_slow],  # speed again
)
settings.load_profile("payoff")

Need = Callable[[object, str], None]


@pytest.fixture(scope="session")
def need() -> Need:
    """`need(there, what)`: go on if `there` holds, else skip the test loudly, or fail it where everything must run."""

    def check(there: object, what: str) -> None:
        if not there and REQUIRE_ALL:
            pytest.fail(f"PAYOFF_REQUIRE_ALL=1, but {what}", pytrace=False)
        if not there:
            pytest.skip(f"NOT TESTED: {what}")

    return check
