"""A proxy in the place of the outcome, until experts' votes on the audit part say how far off it is."""

from __future__ import annotations

import numpy as np

from payoff.decide import Floats
from payoff.project.audit import Audit, Court, Round
from payoff.project.evidence import Evidence

AUDITED = 20  # audited items below which how far a proxy is off is not known


def stand_in(court: Court) -> Court | None:
    """The court that takes the proxy of the outcome for the outcome; None where none is declared.

    Whatever it says is about the proxy: nothing is adopted or promised by it.
    """
    audit, evidence = court.audit, court.bench.evidence
    if evidence.ground.proxy is None:
        return None
    truth = proxy_truth(evidence)
    spoken: Floats = truth.max(axis=1)
    return Court(Audit(audit.ground, (Round(spoken, np.flatnonzero(spoken)),), truth), court.bench)


def proxy_truth(evidence: Evidence) -> Floats:
    """What the proxy says of the audit part, (N, outcomes): a single 1 in a row, noughts where it is silent."""
    ground = evidence.ground
    names = ground.items.ids.gather(ground.sealed).alias("item").to_frame()
    said = names.join(evidence.proxied.select("item", "label"), on="item", how="left", maintain_order="left")["label"]
    return np.column_stack([(said == outcome).fill_null(value=False).to_numpy() for outcome in evidence.outcomes]) * 1.0


def about(proxy: str) -> str:
    """The stamp on figures that rest on a proxy alone."""
    return f"about the proxy '{proxy}', not the outcome"
