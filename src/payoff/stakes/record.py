"""What there is to win, as a small table."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape


@dataclass(frozen=True, repr=False)
class Stakes:
    """What there is to win, per item, in `unit`: perfect knowledge minus the best constant decision.

    >>> Stakes("keep", constant_worth=-0.05, perfect=0.03, left=0.08, unit="EUR", volume=1000)
    Stakes in EUR an item
      best constant (keep)     -0.05
      perfect knowledge         0.03
      to win                    0.08   80 over 1,000 items
    """

    constant: str
    constant_worth: float
    perfect: float
    left: float
    unit: str = ""
    volume: float | None = None

    def __repr__(self) -> str:
        width = max(len(name) for name, _ in self._rows())
        lines = [f"Stakes in {self.unit or 'points'} an item"]
        lines += [f"  {name:<{width}}  {figure(value):>8}" for name, value in self._rows()]
        if self.volume is not None:
            lines[-1] += f"   {figure(self.left * self.volume)} over {self.volume:,.0f} items"
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        rows = "".join(f"<tr><td>{escape(name)}</td><td>{figure(value)}</td></tr>" for name, value in self._rows())
        head = f"<tr><th></th><th>{escape(self.unit or 'points')} an item</th></tr>"
        return f"<table>{head}{rows}</table>"

    def _rows(self) -> list[tuple[str, float]]:
        return [
            (f"best constant ({self.constant})", self.constant_worth),
            ("perfect knowledge", self.perfect),
            ("to win", self.left),
        ]


def figure(value: float) -> str:
    """An amount as people read it: whole from 100 on, else three significant digits.

    >>> figure(192000.4), figure(-0.0501), figure(2)
    ('192,000', '-0.0501', '2')
    """
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
