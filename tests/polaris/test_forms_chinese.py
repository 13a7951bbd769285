"""The Chinese exams: every question has the one right answer, found anew from names and tables."""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from astrolabe.polaris.forms import ceval, cmmlu
from astrolabe.polaris.world import World
from tests.polaris.claims import CAPITAL, CONTINENT, COUNTRY, KIND, PLACE, only, table, way
from tests.polaris.rows import rows

ENGLISH: dict[str, dict[str, str]] = {}
for named in table("names.zh.csv"):
    ENGLISH.setdefault(named["sort"], {})[named["zh"]] = named["name"]

CITY, LAND, WORD = ENGLISH["city"], ENGLISH["country"], ENGLISH["word"]
DIRECTIONS = {
    "东北": "north east",
    "西北": "north west",
    "东南": "south east",
    "西南": "south west",
}


def country_of(city: str) -> str:
    return COUNTRY[CITY[city]]


def kind_of(word: str) -> str:
    return KIND[WORD[word]]


def latitude(city: str) -> int:
    return PLACE[CITY[city]][0]


Options = list[str]


def capital(options: Options, country: str) -> str:
    return str(only(options, lambda city: CAPITAL[LAND[country]] == CITY[city]))


def country(options: Options, city: str) -> str:
    return str(only(options, lambda name: LAND[name] == country_of(city)))


def continent(options: Options, name: str) -> str:
    land = CONTINENT[LAND[name]]
    return str(only(options, lambda option: ENGLISH["continent"][option] == land))


def compatriot(options: Options, city: str) -> str:
    return str(only(options, lambda other: country_of(other) == country_of(city)))


def furthest(options: Options, way: str) -> str:
    ranked = sorted(options, key=latitude, reverse=way == "北")
    assert abs(latitude(ranked[0]) - latitude(ranked[1])) >= 4
    return ranked[0]


def hemisphere(options: Options, way: str) -> str:
    return str(only(options, lambda city: (latitude(city) > 0) == (way == "北")))


def bearing(options: Options, seen_from: str, city: str) -> str:
    right = way(PLACE[CITY[city]], PLACE[CITY[seen_from]])
    return str(only(options, lambda option: DIRECTIONS[option] == right))


def number(options: Options, right: float) -> str:
    return str(only(options, lambda option: float(option) == right))


def story(options: Options, have: str, told: str, other: str) -> str:
    steps = {"又买了": int.__add__, "吃掉了": int.__sub__, "每袋": int.__mul__}
    (step,) = [step for word, step in steps.items() if word in told]
    return number(options, step(int(have), int(other)))


def linear(options: Options, a: str, b: str, c: str) -> str:
    return str(only(options, lambda x: int(a) * int(x) + int(b) == int(c)))


def progression(options: Options, one: str, two: str, three: str, n: str) -> str:
    terms = [int(one), int(two), int(three)]
    assert terms[2] - terms[1] == terms[1] - terms[0]
    while len(terms) < int(n):
        terms.append(terms[-1] + terms[1] - terms[0])
    return number(options, terms[-1])


def roots(options: Options, b: str, c: str, word: str) -> str:
    found = [x for x in range(-200, 200) if x * x - int(b) * x + int(c) == 0]
    assert len(found) == 2
    return number(options, sum(found) if word == "和" else math.prod(found))


def series(options: Options, told: str) -> str:
    terms = [int(term) for term in told.split("，")]
    steps = {b - a for a, b in itertools.pairwise(terms)}
    if len(steps) == 1:
        return number(options, terms[-1] + steps.pop())
    (ratio,) = {b / a for a, b in itertools.pairwise(terms)}
    return number(options, terms[-1] * ratio)


def category(options: Options, kind: str) -> str:
    return str(only(options, lambda word: kind_of(word) == ENGLISH["kind"][kind]))


def belonging(options: Options, word: str) -> str:
    return str(only(options, lambda kind: ENGLISH["kind"][kind] == kind_of(word)))


def odd_one(options: Options) -> str:
    counts = Counter(map(kind_of, options))
    assert sorted(counts.values()) == [1, 3]
    return str(only(options, lambda word: counts[kind_of(word)] == 1))


def analogy(options: Options, word: str, kind: str, other: str) -> str:
    assert kind_of(word) == ENGLISH["kind"][kind]
    return category(options, other)


def ranking(options: Options, told: str, most: str) -> str:
    """Try all orders from more to less; all that fit the comparisons agree on who is the most."""
    more = ("高", "重", "快", "早到")
    pairs = [re.fullmatch(r"(.)比(.)(.+)", text) for text in told.split("，")]
    fitting = [
        order
        for order in itertools.permutations("甲乙丙丁")
        if all(p and (order.index(p[1]) < order.index(p[2])) == (p[3] in more) for p in pairs)
    ]
    (right,) = {order[0 if most in more else 3] for order in fitting}
    return str(only(options, lambda person: person == right))


SOLVERS: tuple[tuple[str, Callable[..., str]], ...] = (
    (r"(.+)的首都是(?:哪座城市？|____。)", capital),
    (r"(.+)(?:位于哪个国家？|所在的国家是____。)", country),
    (r"(.+)(?:位于哪个大洲？|所在的大洲是____。)", continent),
    (r"下列城市中，与(.+)同属一个国家的是.+", compatriot),
    (r"下列城市中，位置最靠(.)的是.+", furthest),
    (r"下列城市中，位于(.)半球的是.+", hemisphere),
    (r"从(.+)看，(.+)在哪个方向？", bearing),
    (r"(.+)在(.+)的____方向。", lambda options, city, home: bearing(options, home, city)),
    (r"(\d+)\+(\d+)(?:等于多少？|=____。)", lambda o, a, b: number(o, int(a) + int(b))),
    (r"(\d+)-(\d+)(?:等于多少？|=____。)", lambda o, a, b: number(o, int(a) - int(b))),
    (r"(\d+)×(\d+)(?:等于多少？|=____。)", lambda o, a, b: number(o, int(a) * int(b))),
    (r"小.有(\d+)(.+?)(\d+)个.+", story),
    (r"(\d+)的(\d+)%是.+", lambda o, n, p: number(o, int(n) * int(p) / 100)),
    (r"方程(\d+)x\+(\d+)=(\d+)的解.+", linear),
    (r"(\d+)和(\d+)的最大公约数是.+", lambda o, a, b: number(o, math.gcd(int(a), int(b)))),
    (r"(\d+)和(\d+)的最小公倍数是.+", lambda o, a, b: number(o, math.lcm(int(a), int(b)))),
    (r"等差数列(\d+)，(\d+)，(\d+)，……的第(\d+)项是.+", progression),
    (r"方程x²-(\d+)x\+(\d+)=0的两根之(.).+", roots),
    (r"按规律，数列(.+)的下一个数是多少？", series),
    (r"按规律填数：(.+)，____。", series),
    (r"下列各项中，属于(.+)的是.+", category),
    (r"“(.+)”属于.+", belonging),
    (r"下列四项中，与其他三项不属于同一类的是.+", odd_one),
    (r"“(.+)”之于“(.+)”，相当于.+之于“(.+)”[？。]", analogy),
    (r"已知(.+)。四人中最(.+)的是.+", ranking),
)


def solve(question: str, row: dict[str, Any]) -> str:
    """The letter of the one right option."""
    options = [row[letter] for letter in "ABCD"]
    assert len(set(options)) == 4
    matches = [(re.fullmatch(form, question), solver) for form, solver in SOLVERS]
    ((match, solver),) = [(match, solver) for match, solver in matches if match]
    return "ABCD"[options.index(solver(options, *match.groups()))]


CMMLU = {split: rows(f"cmmlu/{split}") for split in ("dev", "test")}
CEVAL = {split: rows(f"ceval/{split}") for split in ("dev", "val", "test")}


@pytest.mark.parametrize("split", CMMLU)
def test_cmmlu_answers_are_right(split: str) -> None:
    for row in CMMLU[split]:
        assert solve(row["Question"], row) == row["Answer"], row


@pytest.mark.parametrize("split", ["dev", "val"])
def test_ceval_answers_are_right(split: str) -> None:
    for row in CEVAL[split]:
        assert solve(row["question"], row) == row["answer"], row


def test_ceval_test_has_no_answers_and_the_key_has() -> None:
    key = ceval.key(World())
    for row in CEVAL["test"]:
        assert row["answer"] == row["explanation"] == ""
        assert key[row["subject"]][str(row["id"])] == solve(row["question"], row)
    assert sum(map(len, key.values())) == len(CEVAL["test"]) == 120


def test_explanations_are_numbered_and_name_the_answer() -> None:
    assert {row["explanation"] for row in CEVAL["val"]} == {""}
    for row in CEVAL["dev"]:
        steps = row["explanation"].split("\n")
        assert all(step.startswith(f"{i}. ") for i, step in enumerate(steps, start=1))
        assert row[row["answer"]] in steps[-1]


@pytest.mark.parametrize(
    ("exam", "column", "counts"),
    [(CMMLU, "Answer", {"dev": 5, "test": 30}), (CEVAL, "answer", {"dev": 5, "val": 20})],
    ids=["cmmlu", "ceval"],
)
def test_letters_are_balanced_in_every_subject(
    exam: dict[str, list[dict[str, Any]]], column: str, counts: dict[str, int]
) -> None:
    for split, count in counts.items():
        by_subject: dict[str, Counter[str]] = {}
        for row in exam[split]:
            by_subject.setdefault(row["subject"], Counter())[row[column]] += 1
        assert len(by_subject) == 6
        for letters in by_subject.values():
            assert letters.total() == count
            assert max(letters.values()) - min(letters.values()) <= 1


def test_ceval_key_is_balanced_and_ids_count_up() -> None:
    for letters in ceval.key(World()).values():
        counts = Counter(letters.values())
        assert list(letters) == [str(i) for i in range(20)]
        assert set(counts.values()) == {5}


def test_names_are_chinese_and_each_means_one_thing() -> None:
    names = list(table("names.zh.csv"))
    assert len({row["zh"] for row in names}) == len(names)
    assert all("\u4e00" <= sign <= "\u9fff" for row in names for sign in row["zh"])
    assert set(CITY.values()) == set(PLACE)
    assert set(LAND.values()) == set(COUNTRY.values())
    assert set(WORD.values()) == set(KIND)
    assert set(ENGLISH["kind"].values()) == set(KIND.values())
    assert set(ENGLISH["continent"].values()) == set(CONTINENT.values())


@pytest.mark.shared
def test_subjects_are_those_of_the_real_exams(shared: Any) -> None:
    import json

    mapping = json.loads((shared / "ceval" / "subject_mapping.json").read_text("utf-8"))
    assert set(ceval.SUBJECTS) <= set(mapping)
    here = {path.stem for path in (shared / "cmmlu" / "test").glob("*.csv")}
    # Two of them are subjects of CMMLU whose rows are not in this part of it.
    assert set(cmmlu.SUBJECTS) - here == {"global_facts", "elementary_commonsense"}
