"""What a project knows of the sixty questions: one short sentence each, with its figures."""

from __future__ import annotations

from payoff.project.answers import data, frame, labels, launch, steps, trials
from payoff.project.answers.found import FromVotes, Given

GIVEN: Given = frame.GIVEN | data.GIVEN | labels.GIVEN | steps.GIVEN | trials.GIVEN | launch.GIVEN
"""Questions that payoff.toml, the items and the records answer, by id."""

FROM_VOTES: FromVotes = (
    frame.FROM_VOTES | data.FROM_VOTES | labels.FROM_VOTES | steps.FROM_VOTES | trials.FROM_VOTES | launch.FROM_VOTES
)
"""Questions that votes, policies or the audit answer, by id."""

__all__ = ["FROM_VOTES", "GIVEN"]
