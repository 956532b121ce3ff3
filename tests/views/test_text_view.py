"""A column of text as columns."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payoff.views import TextView

FACTS = 5
TEXTS = ["check out my channel", "what a great song", "I love this great song", "visit my channel http://a.b"]


def frame(texts):
    return pl.DataFrame({"text": texts}, schema={"text": pl.String})


def column(view, texts, name):
    return view.transform(frame(texts))[:, [view.feature_names_.index(name)]].toarray().ravel()


def test_words_pairs_letters_directions_and_facts_each_have_columns():
    names = TextView().fit(frame(TEXTS)).feature_names_
    wanted = ['text has "song"', 'text has "great song"', 'text has letters "ong "', "text direction 1", "text: length"]
    assert set(wanted) <= set(names)


def test_a_word_that_is_absent_weighs_nothing_and_a_present_one_something():
    view = TextView().fit(frame(TEXTS))
    absent, present = column(view, ["nice video", "nice song"], 'text has "song"')
    assert absent == 0
    assert present > 0


def test_letters_know_a_word_by_its_parts():
    view = TextView().fit(frame(TEXTS))
    assert column(view, ["songs"], 'text has "song"') == 0
    assert column(view, ["songs"], 'text has letters "song"') > 0


def test_rows_of_word_weights_have_length_1():
    view = TextView(latent=0).fit(frame(TEXTS))
    words = [place for place, name in enumerate(view.feature_names_) if name.startswith('text has "')]
    lengths = np.sqrt((view.transform(frame(TEXTS))[:, words].toarray() ** 2).sum(axis=1))
    assert lengths == pytest.approx(1)


def test_in_a_hundred_texts_a_word_of_one_text_has_no_column():
    names = TextView().fit(frame([*TEXTS * 25, "quorum"])).feature_names_
    assert 'text has "quorum"' not in names


def test_at_most_so_many_terms_are_kept():
    names = TextView(most=3, latent=0).fit(frame(TEXTS)).feature_names_
    assert len(names) == 3 + 3 + FACTS


def test_directions_bring_texts_of_the_same_words_together():
    view = TextView(latent=2).fit(frame(TEXTS))
    places = [view.feature_names_.index(f"text direction {number}") for number in (1, 2)]
    song, ad, other = view.transform(frame(["a great song", "my channel", "love this song"]))[:, places].toarray()
    assert np.linalg.norm(song - other) < np.linalg.norm(song - ad)


def test_there_are_fewer_directions_than_texts():
    names = TextView(latent=100).fit(frame(TEXTS)).feature_names_
    assert sum(name.startswith("text direction") for name in names) == len(TEXTS) - 1


@pytest.mark.parametrize(
    ("fact", "more", "less"),
    [
        ("length", "a long text of many words", "short"),
        ("share of capitals", "BUY NOW", "buy now"),
        ("share of digits", "win 1000", "win a lot"),
        ("has a link", "see https://a.b", "see this"),
        ("has a link", "go to example.com", "go to example"),
        ("exclamation marks", "wow!!!", "wow"),
    ],
)
def test_plain_facts_tell_texts_apart(fact, more, less):
    view = TextView().fit(frame([more, less, "the first", "the Second one!", "http://third.com 3"]))
    first, second = column(view, [more, less], f"text: {fact}")
    assert first > second


def test_fit_transform_is_fit_and_then_transform():
    both = TextView().fit_transform(frame(TEXTS))
    apart = TextView().fit(frame(TEXTS)).transform(frame(TEXTS))
    assert both.toarray() == pytest.approx(apart.toarray())


def test_two_fits_to_the_same_texts_are_equal():
    once, twice = (TextView().fit_transform(frame(TEXTS)).toarray() for _ in range(2))
    assert np.array_equal(once, twice)


@pytest.mark.parametrize("texts", [["", ""], [None, "..."], ["one"], ["the same"] * 3, ["!!!"] * 200])
def test_texts_with_next_to_nothing_in_them_still_have_their_facts(texts):
    matrix = TextView().fit_transform(frame(texts))
    assert matrix.shape[0] == len(texts)
    assert np.isfinite(matrix.toarray()).all()


def test_no_texts_make_no_rows():
    view = TextView().fit(frame(TEXTS))
    assert view.transform(frame([])).shape == (0, len(view.feature_names_))


@settings(max_examples=30)
@given(st.lists(st.text() | st.none(), min_size=1, max_size=6), st.lists(st.text() | st.none(), max_size=4))
def test_any_text_makes_finite_columns_with_a_name_each(known, new):
    view = TextView().fit(frame(known))
    matrix = view.transform(frame(new))
    assert matrix.shape == (len(new), len(view.feature_names_))
    assert np.isfinite(matrix.toarray()).all()
