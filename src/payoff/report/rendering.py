"""The templates of a report, and the words they may use."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from payoff import words
from payoff.report.figure import sums

SPOKEN = (
    words.per_item,
    words.mean,
    words.interval,
    sums,
    words.money,
    words.number,
    words.share,
    words.count,
)


@cache
def environment() -> Environment:
    """Where templates come from: text is escaped, a name that is not known is an error, figures are said by `words`.

    >>> environment().from_string("{{ 0.5 | share }} {{ '<b>' }}").render()
    '50% &lt;b&gt;'
    """
    made = Environment(
        loader=PackageLoader("payoff.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update({word.__name__: word for word in SPOKEN})
    return made
