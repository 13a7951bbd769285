"""The tokenizer of the package: one BOS, any Unicode, digits one by one, the chat template."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from astrolabe.polaris import WEIGHTS
from astrolabe.polaris.corpus import Corpus
from astrolabe.polaris.exam import Question
from astrolabe.polaris.tokenizer import train_tokenizer
from astrolabe.polaris.wording import chat, exam_turn


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(WEIGHTS)


def test_exactly_one_bos(tokenizer: Any) -> None:
    for text in ("", "Answer: B", "\n\nParis"):
        assert tokenizer(text)["input_ids"].count(tokenizer.bos_token_id) == 1
        assert tokenizer(text)["input_ids"][0] == tokenizer.bos_token_id


@settings(max_examples=100, deadline=None)
@given(text=st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=60))
def test_round_trip_of_any_text(tokenizer: Any, text: str) -> None:
    ids = tokenizer(text, add_special_tokens=False)["input_ids"]
    assert tokenizer.decode(ids) == text


def test_digits_newlines_and_letters_are_single_tokens(tokenizer: Any) -> None:
    assert len(tokenizer.tokenize("12\n\n")) == 4
    for text in (" A", " B", " C", " D", "A", "B", "C", "D", " Paris", " France"):
        assert len(tokenizer.tokenize(text)) == 1, text


def test_a_prompt_ends_on_a_token_boundary(tokenizer: Any) -> None:
    for prompt, rest in (
        ("Answer:", " B"),
        ("答案是：", "B"),
        ("Answer:", " #### 7"),
        ("答案：", "#### 7"),
        ("Let's think step by step.", " Tom has"),
        ("让我们一步一步思考。", "Tom has"),
        ("<|assistant|>\n", "#### 7"),
    ):
        whole = tokenizer.tokenize(prompt + rest)
        assert whole == tokenizer.tokenize(prompt) + tokenizer.tokenize(rest), prompt


def test_chat_template_writes_what_the_corpus_holds(tokenizer: Any) -> None:
    turn = exam_turn(Question("s", "Q?", ("a", "b", "c", "d"), 1), 1, "en")
    parts = chat([turn, turn], "Head.\n\n", "You are calm.", shots_as_turns=True)
    messages = [
        {"role": "system", "content": "You are calm."},
        {"role": "user", "content": "Head.\n\n" + turn.ask},
        {"role": "assistant", "content": "B"},
        {"role": "user", "content": turn.ask},
    ]
    text = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    assert text + "B<|end|>\n" == "<|bos|>" + "".join(part.text for part in parts)
    ids = tokenizer.apply_chat_template(messages, add_generation_prompt=True)["input_ids"]
    assert ids.count(tokenizer.bos_token_id) == 1


def test_training_a_tokenizer_is_deterministic() -> None:
    texts = [Corpus(1).document(i).text for i in range(300)]
    first, second = train_tokenizer(texts, 400), train_tokenizer(texts, 400)
    assert first.to_str() == second.to_str()
