"""Numbers are read exactly, and only where they stand for themselves."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrolabe.grading.plain import plain
from astrolabe.grading.quantities import numeral_at, quantities, quantity_at, written

READ = {
    "18": "18",
    "1,234": "1234",
    "1,234.50": "1234.5",
    "12,34,567": "1234567",
    "1.234.567": "1234567",
    "1{,}234": "1234",
    "1\\,234": "1234",
    "$18": "18",
    "-$5": "-5",
    "$-5": "-5",
    "−5": "-5",
    "negative 5": "-5",
    "负5": "-5",
    "￥5": "5",
    ".5": "0.5",
    "18.": "18",
    "18!": "18",
    "18 dollars": "18",
    "18cm": "18",
    "18°": "18",
    "18 (eighteen)": "18",
    "1/2": "0.5",
    "1/3": "1/3",
    "3 1/2": "3.5",
    "3½": "3.5",
    "½": "0.5",
    "\\frac{1}{2}": "0.5",
    "\\dfrac12": "0.5",
    "3\\frac{1}{2}": "3.5",
    "-\\frac{3}{4}": "-0.75",
    "1.5 million": "1500000",
    "1.5e3": "1500",
    "2 \\times 10^{5}": "200000",
    "10^6": "1000000",
    "2 × 10^-2": "0.02",
    "18k": "18000",
    "3万": "30000",
    "1.5亿": "150000000",
    "5千克": "5",
    "5百": "500",
    "6千3百人": "6300",
    "1亿2000万": "120000000",
    "12 000": "12000",
    "38,50 €": "38.5",
    "3又4分之1": "3.25",
    "零下3度": "-3",
    "12 degrees below zero": "-12",
    "11(岁)": "11",
    "１８": "18",
}
PERCENT = {"18%": "18", "18 \\%": "18", "18 percent": "18", "百分之20": "20"}
PARTS = [
    *("18x", "18π", "18\\pi", "18\\sqrt{2}", "2^10", "2^{10}", "18 * 2", "18/2/3", "18 - 2"),
    *("3-4", "3–4", "3 to 4", "3 or 4", "3至4", "5:30", "1/2/2020", "1, 2, 3", "1,2,3", "18 - $2"),
    *("5 hours 30 minutes", "5 feet, 6 inches", "3小时20分钟", "18 cats and 5 dogs"),
    *("20% of 50", "3 out of 5", "$18M", "1/0", "9" * 500),
]
NUMERALS = {
    "eighteen": "18",
    "Twenty-one dollars": "21",
    "one hundred and five": "105",
    "two thousand three hundred": "2300",
    "one million": "1000000",
    "negative five.": "-5",
    "one half": "0.5",
    "two thirds": "2/3",
    "a quarter": "0.25",
    "seven and a half hours": "7.5",
    "one and three quarters": "1.75",
    "two and a half million": "2500000",
    "three point one four": "3.14",
    "a hundred": "100",
    "十八": "18",
    "十八个": "18",
    "一百零五": "105",
    "两万": "20000",
    "一万二千": "12000",
    "一亿零三百": "100000300",
    "二〇二四": "2024",
    "三点一四": "3.14",
    "三分之一": "1/3",
    "负三": "-3",
    "零下三度": "-3",
    "一百五": "150",
    "三万五": "35000",
    "两千零五": "2005",
    "二又三分之一": "7/3",
    "一个半": "1.5",
}


@pytest.mark.parametrize(("text", "value"), [*READ.items(), *PERCENT.items()])
def test_what_is_read(text: str, value: str) -> None:
    quantity = quantity_at(plain(text).lstrip(), 0)
    assert quantity is not None
    assert quantity.value == Fraction(value)
    assert quantity.percent == (text in PERCENT)
    assert written(quantity.value) == value


@pytest.mark.parametrize("text", PARTS)
def test_a_part_of_something_longer_is_no_number(text: str) -> None:
    assert quantity_at(plain(text).lstrip(), 0) is None


@pytest.mark.parametrize(("text", "value"), NUMERALS.items())
def test_numbers_in_words(text: str, value: str) -> None:
    quantity = numeral_at(text, 0)
    assert quantity is not None
    assert quantity.value == Fraction(value)


@pytest.mark.parametrize(
    "text",
    ["one of them", "one or two", "two halves of it", "一个整数", "一些人都", "onerous"],
)
def test_words_that_only_begin_like_a_number(text: str) -> None:
    assert numeral_at(text, 0) is None


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("16 - 7 = 9 eggs and $18", [None, None, "9", "18"]),
        ("it cost -5", ["-5"]),
        ("= -5", ["-5"]),
        ("take 20-18", [None, None]),
        ("on 3/4/2020", [None, None, None]),
        ("x1 = 5", [None, "5"]),
        ("v2.0 is 3", [None, None, "3"]),
    ],
)
def test_all_numbers_of_a_text(text: str, values: list[str | None]) -> None:
    found = quantities(text)
    assert [None if one is None else written(one.value) for one in found] == values


@given(st.fractions(max_denominator=10**6))
def test_one_form_only_and_it_reads_back(value: Fraction) -> None:
    quantity = quantity_at(written(value), 0)
    assert quantity is not None
    assert quantity.value == value


@given(st.integers(-(10**15), 10**15), st.sampled_from(["{:,}", "{}", "${:,}", "{} eggs", "{}.00"]))
def test_however_a_whole_number_is_written(number: int, form: str) -> None:
    quantity = quantity_at(form.format(number), 0)
    assert quantity is not None
    assert quantity.value == number
    assert written(quantity.value) == str(number)
