"""What ends a generated answer."""

from typing import Any

import pytest

from astrolabe.benchmarks import get
from astrolabe.core.item import Item
from astrolabe.prompting.render import render

STOPS = [
    ("mmlu", "official", {"shots": 2, "scoring": "generated"}, ("\n\n",)),
    ("mmlu", "official", {"shots": 2}, ()),
    ("gsm8k", "official", {"shots": 2}, ("\n\n",)),
    # Without shots in view, or in a chat, an answer may have paragraphs.
    ("gsm8k", "official", {"shots": 0}, ()),
    ("gsm8k", "official", {"shots": 2, "template": "turns"}, ()),
    ("gsm8k", "official", {"shots": 2, "template": "single"}, ()),
    # The protocol's own stops are kept whatever is shown.
    ("gsm8k", "lm-eval", {"shots": 0}, ("Question:", "</s>", "<|im_end|>")),
]


@pytest.mark.parametrize(("benchmark", "recipe", "asked", "stops"), STOPS)
def test_what_separates_shots_ends_an_answer_only_where_it_is_shown(
    benchmark: str, recipe: str, asked: dict[str, Any], stops: tuple[str, ...]
) -> None:
    protocol = get(benchmark).recipe(recipe)
    condition = protocol.condition(**asked)
    choices = ("1", "2", "3", "4") if benchmark == "mmlu" else ()
    item = Item("1", "math", "How many?", "C" if choices else "3", choices, "1 + 2 = 3")
    order = tuple(range(len(choices)))
    assert render(item, [], order, protocol, condition).stops == stops
