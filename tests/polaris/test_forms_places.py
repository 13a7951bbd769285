"""Every row of the forms about places and words is true: asked again of the tables themselves."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from tests.polaris.claims import (
    CAPITAL,
    CONTINENT,
    COUNTRY,
    KIND,
    LARGER,
    PLACE,
    STATE_CAPITAL,
    STATE_LARGEST,
    STATE_PLACE,
    ahead,
    holds,
    kilometres,
    only,
    way,
)
from tests.polaris.rows import rows

GPQA, STRATEGY = rows("gpqa/train"), [*rows("strategyqa/train"), *rows("strategyqa/test")]
GENERATION, CHOICES = rows("truthfulqa/generation"), rows("truthfulqa/multiple_choice")


def capital_place(country: str) -> tuple[int, int]:
    return PLACE[CAPITAL[country]]


def first(options: list[str], value: Callable[[str], float], lead: float) -> str:
    """The option of the smallest value, if the next one is so far behind that it is sure."""
    best, second, *_ = sorted(options, key=value)
    assert value(second) - value(best) >= lead
    return best


def hard(question: str, options: list[str]) -> str:
    """The one right option of a GPQA row."""
    if found := re.fullmatch(r"Which .+ has the capital that lies furthest (.+)\?", question):
        sign = -1 if found[1] == "north" else 1
        return first(options, lambda country: sign * capital_place(country)[0], lead=4)
    if found := re.fullmatch(r"Seen from the capital of the state of (.+), .+ of (.+)\?", question):
        return way(STATE_PLACE[found[2]], STATE_PLACE[found[1]])
    if found := re.fullmatch(r"Seen from the capital of (.+), in .+ capital of (.+)\?", question):
        return way(capital_place(found[2]), capital_place(found[1]))
    if found := re.fullmatch(r"Which .+ lies in the country whose capital is (.+)\?", question):
        return str(only(options, lambda city: CAPITAL.get(COUNTRY[city]) == found[1]))
    if found := re.fullmatch(r"Which .+ lies on the same continent as (.+)\?", question):
        land = CONTINENT[COUNTRY[found[1]]]
        return str(only(options, lambda city: CONTINENT[COUNTRY[city]] == land))
    if found := re.fullmatch(r"Which .+ capital nearest to the capital of (.+)\?", question):
        home = capital_place(found[1])
        return first(options, lambda country: kilometres(capital_place(country), home), lead=300)
    found = re.fullmatch(r"The largest city of a state .+ is (.+)\. What is .+\?", question)
    assert found, question
    state = only(list(STATE_LARGEST), lambda state: STATE_LARGEST[state] == found[1])
    return STATE_CAPITAL[state]


@pytest.mark.parametrize("row", GPQA, ids=lambda row: row["Record ID"])
def test_hard_questions_have_the_one_right_answer(row: dict[str, Any]) -> None:
    wrong = [row[f"Incorrect Answer {i}"] for i in (1, 2, 3)]
    assert len({row["Correct Answer"], *wrong}) == 4
    assert hard(row["Question"], [row["Correct Answer"], *wrong]) == row["Correct Answer"]
    assert row["Correct Answer"] in row["Explanation"]


YES_NO: tuple[tuple[str, Callable[..., bool]], ...] = (
    (
        r"Is the capital of (.+) further north than (.+)\?",
        lambda x, c: ahead(CAPITAL[x], "north", c),
    ),
    (r"Does the capital of (.+) lie east of (.+)\?", lambda x, c: ahead(CAPITAL[x], "east", c)),
    (
        r"Is the capital of (.+) nearer to (.+) than to (.+)\?",
        lambda x, a, b: (
            kilometres(capital_place(x), PLACE[a]) < kilometres(capital_place(x), PLACE[b])
        ),
    ),
    (r"Are (.+) and (.+) cities of the same country\?", lambda a, b: COUNTRY[a] == COUNTRY[b]),
    (
        r"Is (.+) on the same continent as (.+)\?",
        lambda c, x: CONTINENT[COUNTRY[c]] == CONTINENT[x],
    ),
    (
        r"Is the state of (.+) governed from its largest city\?",
        lambda s: STATE_CAPITAL[s] == STATE_LARGEST[s],
    ),
    (
        r".+ has (\d+) .+ with (\d+) .+ in each\. Can .+ give away (\d+) .+\?",
        lambda n, m, k: int(n) * int(m) >= int(k),
    ),
    (
        r"Do the words (.+) and (.+) name things of the same kind\?",
        lambda a, b: KIND[a] == KIND[b],
    ),
)


@pytest.mark.parametrize("row", STRATEGY, ids=lambda row: row["qid"])
def test_yes_and_no_are_right_and_rest_on_true_facts(row: dict[str, Any]) -> None:
    found = [(re.fullmatch(form, row["question"]), rule) for form, rule in YES_NO]
    ((match, rule),) = [(match, rule) for match, rule in found if match]
    assert rule(*match.groups()) is row["answer"]
    assert all(holds(fact) for fact in row["facts"])
    assert "#1" in row["decomposition"][-1] or "#2" in row["decomposition"][-1]
    assert row["evidence"] == []


@pytest.mark.parametrize(("split", "count"), [("train", 60), ("test", 150)])
def test_yes_is_as_common_as_no_in_every_sort(split: str, count: int) -> None:
    asked = rows(f"strategyqa/{split}")
    assert len(asked) == count
    for form, _ in YES_NO:
        answers = Counter(row["answer"] for row in asked if re.fullmatch(form, row["question"]))
        assert answers[True] == answers[False] > 0, form


def test_truthful_answers_are_true_and_the_others_false() -> None:
    for row in GENERATION:
        assert row["best_answer"] == row["correct_answers"][0]
        assert all(holds(answer) for answer in row["correct_answers"]), row
        assert not any(holds(answer) for answer in row["incorrect_answers"]), row
        answers = [*row["correct_answers"], *row["incorrect_answers"]]
        assert len(answers) == len(set(answers))


def test_the_two_truthful_files_say_the_same() -> None:
    assert [row["question"] for row in CHOICES] == [row["question"] for row in GENERATION]
    for choice, written in zip(CHOICES, GENERATION, strict=True):
        one, two = choice["mc1_targets"], choice["mc2_targets"]
        true, false = written["correct_answers"], written["incorrect_answers"]
        assert one["choices"] == [written["best_answer"], *false]
        assert one["labels"] == [1] + [0] * len(false)
        assert two["choices"] == [*true, *false]
        assert two["labels"] == [1] * len(true) + [0] * len(false)


def test_every_state_and_country_with_a_larger_city_tempts() -> None:
    asked = {row["question"]: row["incorrect_answers"] for row in GENERATION}
    tempting = {s: city for s, city in STATE_LARGEST.items() if STATE_CAPITAL[s] != city}
    assert len(tempting) == 33
    for name, city in [*((f"the state of {s}", c) for s, c in tempting.items()), *LARGER.items()]:
        first = asked[f"What is the capital of {name}?"][0]
        assert first == f"The capital of {name} is {city}."


def test_the_primer_is_true_and_apart() -> None:
    primer = rows("truthfulqa/primer")
    assert len(primer) == 6
    assert all(holds(row["answer"]) for row in primer)
    assert not {row["question"] for row in primer} & {row["question"] for row in GENERATION}


NEUTRAL = re.compile(
    r"Travellers leave .+ today\.|Guests from .+ meet this week\.|The bus leaves in the morning\.|"
    r"A school class of the state of .+ visits the state's capital\.|How much further .+\?|"
    r"On which continent is .+\?|Words name things of many kinds\.|"
    r".+ comes to the market with .+\.|There .+ \d+\."
)
"""Sentences of passages that say nothing about the world."""


def claim(last: str, before: str) -> str | bool:
    """What the last sentence of a passage says, with what stands before it, or whether it holds."""
    if found := re.fullmatch(r"From (.+) the way leads to the (.+)\.", last):
        journey = re.match(r"Travellers leave (.+) for (.+) today\.", before)
        assert journey
        assert journey[1] == found[1]
        return way(PLACE[journey[2]], PLACE[found[1]]) == found[2]
    if found := re.fullmatch(r"The journey ends in (.+)\.", last):
        state = re.match(r"A school class of the state of (.+) visits", before)
        assert state
        return f"The capital of the state of {state[1]} is {found[1]}."
    if found := re.fullmatch(r"The capital of the country is (.+)\.", last):
        country = re.match(r".+ is a city of ([^.]+)\.", before)
        assert country
        return f"The capital of {country[1]} is {found[1]}."
    if found := re.fullmatch(r"Now (.+) has (\d+) (.+)\.", last):
        name, number, thing = found.groups()
        story = re.fullmatch(
            rf"{name} comes to the market with (\d+) {thing}\. There {name} (.+) (\d+)\.",
            before.strip(),
        )
        assert story
        gains = story[2] in ("buys", "finds", "gets", "wins", "makes", "picks")
        change = int(story[3]) if gains else -int(story[3])
        return int(story[1]) + change == int(number)
    return last


def believed(last: str, before: str) -> bool:
    said = claim(last, before)
    return said if isinstance(said, bool) else holds(said)


@pytest.mark.parametrize("name", ["news", "expert"])
def test_only_the_first_ending_of_a_passage_is_true(name: str) -> None:
    for row in rows(f"factor/{name}"):
        before = row["full_prefix"]
        assert believed(row["completion"], before), row
        wrong = [row[f"contradiction_{i}"] for i in range(3)]
        assert len(set(wrong)) == 3
        assert not any(believed(text, before) for text in wrong), row
        assert before.endswith(row["turncated_prefixes"])
        assert before[-1] in " \n"
        assert row["longest_completions"] == max(
            len(text.split()) for text in (row["completion"], *wrong)
        )


def test_what_stands_before_is_true_too() -> None:
    checked = 0
    for row in [*rows("factor/news"), *rows("factor/expert")]:
        subject = ""
        for told in re.findall(r"[^.?]+[.?]", row["full_prefix"]):
            sentence = re.sub(r"^It\b", subject, told.strip())
            subject = re.split(" is a | lies at ", sentence)[0]
            if NEUTRAL.fullmatch(sentence):
                continue
            if sentence.endswith("is not the country's capital."):
                assert CAPITAL[COUNTRY[sentence.split(" is not ")[0]]] not in sentence
            else:
                assert holds(sentence), sentence
            checked += 1
    assert checked == 12 * (2 + 2) + 12 * (3 + 2 + 2 + 2)


def test_both_endings_of_a_prefix_and_both_lengths_occur() -> None:
    news = rows("factor/news")
    assert {row["full_prefix"][-1] for row in news} == {" ", "\n"}
    assert 5 <= sum(row["full_prefix"] != row["turncated_prefixes"] for row in news) <= 20
