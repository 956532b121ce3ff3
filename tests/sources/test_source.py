"""A source: a name, one of six kinds, a price, and where the votes of an always-on kind come from."""

from __future__ import annotations

import dataclasses

import pytest

from payoff.errors import SourceError, UnknownKind
from payoff.sources import ALWAYS_ON, KINDS, ON_REQUEST, Source


def test_there_are_six_kinds_each_told_in_one_sentence() -> None:
    assert list(KINDS) == ["rule", "system", "proxy", "model", "crowd", "expert"]
    assert all(sentence.endswith(".") and sentence.count(".") == 1 for sentence in KINDS.values())


@pytest.mark.parametrize("kind", KINDS)
def test_a_source_is_always_on_or_on_request(kind: str) -> None:
    source = Source("s", kind=kind)
    assert source.always_on != source.on_request


def test_only_people_answer_on_request() -> None:
    assert ON_REQUEST == ("crowd", "expert")
    assert ALWAYS_ON == ("rule", "system", "proxy", "model")


def test_a_source_is_free_unless_it_says_otherwise() -> None:
    assert Source("s", kind="rule").price == 0


@pytest.mark.parametrize("price", [0, 0.0, 0.6, 2])
def test_a_price_is_a_number_from_nought_on(price: float) -> None:
    assert Source("s", kind="expert", price=price).price == price


@pytest.mark.parametrize("price", [-0.01, float("nan"), float("inf"), "0.60", None, True])
def test_any_other_price_is_refused_with_its_value(price: object) -> None:
    with pytest.raises(SourceError) as refusal:
        Source("experts", kind="expert", price=price)  # type: ignore[arg-type]
    assert f"the source 'experts' has the price {price!r}" in str(refusal.value)


def test_an_unknown_kind_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(UnknownKind, match=r"the kind 'exprt'(.|\n)*Did you mean 'expert'"):
        Source("experts", kind="exprt")


@pytest.mark.parametrize("name", ["", "  ", None, 3])
def test_a_source_without_a_name_is_refused(name: object) -> None:
    with pytest.raises(SourceError, match=f"a source with the name {name!r}"):
        Source(name, kind="expert")  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ALWAYS_ON)
def test_any_always_on_kind_may_have_a_column(kind: str) -> None:
    assert Source("s", kind=kind, column="old").column == "old"


@pytest.mark.parametrize("kind", ON_REQUEST)
@pytest.mark.parametrize("origin", [{"column": "c"}, {"module": "rules.py"}, {"function": len}])
def test_people_have_no_column_module_or_function(kind: str, origin: dict[str, str]) -> None:
    (name,) = origin
    with pytest.raises(SourceError, match=f"of kind '{kind}' has a {name}\n.*only where the kind is always on"):
        Source("people", kind=kind, **origin)  # type: ignore[arg-type]


def test_votes_come_from_one_place_only() -> None:
    with pytest.raises(SourceError, match="the source 's' has 'module', 'column'"):
        Source("s", kind="rule", module="rules.py", column="old")


def test_a_source_is_never_changed() -> None:
    source = Source("s", kind="rule")
    with pytest.raises(dataclasses.FrozenInstanceError):
        source.price = 1.0  # type: ignore[misc]
