"""Texts that say the same."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from payoff.items import duplicates, near_duplicates

WORDS = [
    f"{left}{right}" for left in ("al", "be", "cor", "dun", "em", "fra") for right in ("ma", "ti", "lo", "nes", "gur")
]


def groups(*texts):
    return near_duplicates(pl.Series("text", texts, dtype=pl.String)).tolist()


def prose(seed, words=60):
    return " ".join(np.random.default_rng(seed).choice(WORDS, words))


@pytest.mark.parametrize(
    "other", ["SUBSCRIBE to me", "subscribe, to me!!!", "subscribe to me 2026", "subscribe  to\nme"]
)
def test_case_punctuation_digits_and_spaces_make_no_difference(other):
    assert groups("subscribe to me", other) == [0, 0]


@pytest.mark.parametrize("link", ["http://a.b/c", "https://x.y?z=1", "www.a.com"])
def test_links_make_no_difference(link):
    assert groups("look here", f"look here {link}") == [0, 0]


def test_other_words_make_a_difference():
    assert groups("what a great song", "I do not like it", "first!") == [0, 1, 2]


@pytest.mark.parametrize("wordless", ["", None, "12345", ":-) !!!", "http://a.b"])
def test_texts_without_letters_stay_alone(wordless):
    assert groups("hello there", wordless, wordless) == [0, 1, 2]


def test_no_texts_have_no_groups():
    assert groups() == []


def test_a_long_text_with_one_word_changed_is_a_near_duplicate():
    text = prose(1)
    assert groups(text, text.replace(text.split()[30], "quorum", 1), prose(2)) == [0, 0, 1]


def test_a_text_with_every_third_word_changed_is_another():
    words = prose(1).split()
    changed = [word if place % 3 else f"xyz{word}" for place, word in enumerate(words)]
    assert groups(" ".join(words), " ".join(changed)) == [0, 1]


def test_very_long_texts_are_told_apart_by_a_sketch():
    text, other = ("".join(np.random.default_rng(seed).choice(list("abcdefgh"), 5_000)) for seed in (3, 4))
    assert groups(text, text + " quorum", other) == [0, 0, 1]


def test_a_chain_of_small_changes_does_not_glue_its_ends_together():
    words = prose(5, 40).split()
    chain = [" ".join([*words[step:], *(f"{word}qu" for word in words[:step])]) for step in range(0, 41, 2)]
    found = groups(*chain)
    assert found[0] == found[1]
    assert found[0] != found[-1]


def test_a_sample_of_a_larger_set_falls_into_the_same_groups_each_time():
    texts = pl.Series([prose(seed % 40, 8) for seed in range(200)])
    assert np.array_equal(near_duplicates(texts), near_duplicates(texts))
    assert len(set(near_duplicates(texts).tolist())) == 40


def test_beyond_the_most_letters_only_equality_counts(monkeypatch):
    monkeypatch.setattr(duplicates, "MOST_LETTERS", 100)
    text = prose(1)
    assert groups(text, f"{text} quorum", text.upper()) == [0, 1, 0]


@given(st.lists(st.text(), max_size=12))
def test_groups_are_numbered_as_they_appear(texts):
    found = groups(*texts)
    assert list(dict.fromkeys(found)) == list(range(len(set(found))))


@given(st.lists(st.text(min_size=1), min_size=1, max_size=8))
def test_a_text_said_twice_is_in_the_group_of_the_first_unless_it_has_no_letters(texts):
    found = groups(*texts, *texts)
    half = len(texts)
    letters = [any(char.isalpha() for char in text) and "http" not in text and "www" not in text for text in texts]
    assert all(found[place] == found[half + place] for place in range(half) if letters[place])
