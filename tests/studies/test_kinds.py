"""Kinds of tokens, on texts cut into words by hand."""

import re

import pytest

from astrolabe.studies.kinds import CHINESE, ENGLISH, KINDS, kinds

SHORT = {"n": "name", "d": "number", "o": "other", "c": "copied", "f": "function"}
SHORT |= {".": "punctuation", "-": "continuation"}


def spans(tokens: list[str]) -> list[tuple[int, int]]:
    starts = [sum(map(len, tokens[:place])) for place in range(len(tokens))]
    return [(start, start + len(token)) for start, token in zip(starts, tokens, strict=True)]


def told(marked: str) -> None:
    """Check a text written as tokens, each followed by ``/`` and its kind in one letter."""
    pairs = re.findall(r"(.+?)/([ndocf.-])", marked, re.DOTALL)
    tokens = [token for token, _ in pairs]
    found = kinds("".join(tokens), spans(tokens))
    expected = [SHORT[letter] for _, letter in pairs]
    assert list(zip(tokens, found, strict=True)) == list(zip(tokens, expected, strict=True))


def test_every_kind_in_one_sentence() -> None:
    told("The/f old/o town/o of/f Ul/nm/- has/f 126/d,405/- people/o,/. and/f Ulm/c is/f old/c./.")


@pytest.mark.parametrize(
    "marked",
    [
        "Rain/o fell/o./. Snow/o fell/c in/f Bern/n./.",  # Snow begins a sentence
        "rain/o\nSnow/o fell/o",  # so does the first word of a line
        'he/f asked/o:/. "/.Where/f?/."/. Anna/o left/o',  # quotes do not hide the end
        "Mr/o./. Holm/n met/o Dr/n./. Ash/n./.",  # a title's full stop ends nothing
        "B/../. Lyon/n",
        "the/f U/../.S/../. Navy/n",
        "Answer/o:/. Paris/n",  # nor does a colon
        "Wait/o!/. Paris/o",
    ],
)
def test_only_capitals_inside_a_sentence_are_names(marked: str) -> None:
    told(marked)


@pytest.mark.parametrize(
    "marked",
    [
        "it/f was/f May/d 3/d",
        "May/f he/f go/o",
        "March/o on/f",
        "on/f Monday/d",
        "Monday/d came/o",
        "the/f 1990s/d",
        "a/f 3.5/d kg/o",
        "2024/d-/.05/d-/.01/d",
        "y/.52/d",
        "the/f ３/d",
    ],
)
def test_dates_and_numbers(marked: str) -> None:
    told(marked)


def test_copying_takes_precedence_but_not_over_function_words() -> None:
    told("of/f cats/o 7/d Cats/c of/f Rome/n 7/c ROME/c Rome's/c cats/c 77/d")


def test_single_letters_are_labels_unless_words() -> None:
    told("A/../. B/../.")
    told("A/f cat/o and/f a/f dog/o but/f I/f")
    told("Answer/o:/. A/.\nB/.")


def test_contractions() -> None:
    told("isn't/f it's/f I’m/f Tom's/n Tom/c can't/f")


def test_only_the_first_token_of_a_word_counts() -> None:
    told("un/obreak/-able/-./.")
    assert kinds("don't", [(0, 3), (3, 4), (4, 5)]) == ["function", "continuation", "continuation"]


def test_bytes_of_one_character_count_once() -> None:
    assert kinds("的é", [(0, 1), (0, 1), (0, 1), (1, 2), (1, 2)]) == [
        "function",
        "continuation",
        "continuation",
        "punctuation",
        "continuation",
    ]
    assert kinds(" été", [(0, 2), (1, 2), (2, 4)]) == ["other", "continuation", "continuation"]


def test_white_space_around_a_token_does_not_matter() -> None:
    text = "in  Bern\n\n7"
    with_space = kinds(text, [(0, 2), (2, 8), (8, 10), (10, 11)])
    without = kinds(text, [(0, 2), (4, 8), (8, 10), (10, 11)])
    assert with_space == without == ["function", "name", "punctuation", "number"]


def test_chinese() -> None:
    told("北京/o的/f人口/o是/f2184/d万/o，/.北京/c很/f大/o。/.")


def test_the_lists_are_what_they_are_looked_up_as() -> None:
    assert all(word == word.casefold() and word.isalpha() for word in ENGLISH)
    assert all(re.fullmatch(r"[一-鿿]+", word) for word in CHINESE)
    assert not ENGLISH & {"january", "monday", "paris"}
    assert len(KINDS) == len(set(KINDS)) == 7
