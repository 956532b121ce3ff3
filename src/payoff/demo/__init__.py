"""Demo projects on data that packages ship: nothing is downloaded, nothing is committed."""

from payoff.demo.phishing import run

__all__ = ["run"]
