"""Token ids: one BOS, and continuations as lm-evaluation-harness splits them."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from astrolabe.core.errors import BadInput
from astrolabe.core.prompt import Message, Prompt
from astrolabe.models import encoding
from astrolabe.models.encoding import encode, opening_tokens, rendered_text

Tokenizer = Callable[[str], Any]

BOS = 0
TEXT = Prompt("What is 1 + 1?\nAnswer:", continuations=(" A", " 答"))
CHAT = Prompt(messages=(Message("user", "What is 1 + 1?"),), continuations=("A", "答"))

PLAIN_BOS = [
    ("bos", 1), ("no-bos", 0), ("bos-and-template", 1), ("bos-twice-written", 1),
    ("bos-late-in-template", 1), ("bos-in-template-only", 0), ("refuses-system", 1),
]  # fmt: skip
CHAT_BOS = [
    ("bos-and-template", 1), ("bos-twice-written", 1), ("bos-late-in-template", 1),
    ("bos-in-template-only", 1), ("refuses-system", 1), ("no-bos-template", 0),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "count"), PLAIN_BOS)
def test_plain_text_is_opened_by_one_bos_where_the_tokenizer_has_it_so(
    tokenizer: Tokenizer, kind: str, count: int
) -> None:
    (encoded,) = encode(tokenizer(kind), [TEXT])
    for ids in (encoded.context, *(reading.tokens for reading in encoded.readings)):
        assert ids.count(BOS) == count
        assert ids[:count] == (BOS,) * count


@pytest.mark.parametrize(("kind", "count"), CHAT_BOS)
def test_a_chat_is_opened_by_one_bos_whoever_writes_it(
    tokenizer: Tokenizer, kind: str, count: int
) -> None:
    (encoded,) = encode(tokenizer(kind), [CHAT])
    for ids in (encoded.context, *(reading.tokens for reading in encoded.readings)):
        assert ids.count(BOS) == count


def test_a_template_that_opens_every_exchange_with_bos_keeps_its_own_way(
    tokenizer: Tokenizer,
) -> None:
    """Llama 2's template does; its own BOS are no mistake of a question's."""
    turns = (Message("user", "a"), Message("assistant", "b"), Message("user", "c"))
    (encoded,) = encode(tokenizer("bos-every-exchange"), [Prompt(messages=turns)])
    assert tokenizer("bos").decode(encoded.context) == "<s>[a] b </s><s>[c]"


HOLD_BOS = [
    Prompt("What does <s> mean?"),
    Prompt("<s>What is 1 + 1?"),
    Prompt("Which?", continuations=(" A", " <s>")),
    Prompt(messages=(Message("user", "What does <s> mean?"),)),
    Prompt(messages=(Message("system", "You are <s>."), Message("user", "Who?"))),
    Prompt(messages=(Message("user", "Who?"),), prefix="I am <s>"),
    Prompt(messages=(Message("user", "Who?"),), continuations=("<s>",)),
]


@pytest.mark.parametrize("prompt", HOLD_BOS)
@pytest.mark.parametrize("kind", ["bos-and-template", "bos-twice-written", "bos-in-template-only"])
def test_a_text_that_holds_the_bos_is_refused(
    tokenizer: Tokenizer, kind: str, prompt: Prompt
) -> None:
    with pytest.raises(BadInput, match=r"holds the text '<s>'.* cannot be part of a question"):
        encode(tokenizer(kind), [TEXT, prompt])


def lm_eval_pair(tokenizer: Any, context: str, continuation: str) -> tuple[list[int], list[int]]:
    """lm_eval/api/model.py `_encode_pair` and the empty context of `loglikelihood`, by hand."""

    def tok_encode(text: str) -> list[int]:
        return tokenizer(text).input_ids

    if context == "":
        whole = tokenizer(continuation, add_special_tokens=False).input_ids
        return [tokenizer.bos_token_id], whole
    n_spaces = len(context) - len(context.rstrip())
    if n_spaces > 0:
        continuation = context[-n_spaces:] + continuation
        context = context[:-n_spaces]
    whole, context_enc = tok_encode(context + continuation), tok_encode(context)
    return context_enc, whole[len(context_enc) :]


def split(tokenizer: Any, context: str, continuations: list[str]) -> list[tuple[list[int], ...]]:
    """What we make of the same, as (context, continuation)."""
    (encoded,) = encode(tokenizer, [Prompt(context, continuations=tuple(continuations))])
    pairs = []
    for reading in encoded.readings:
        assert reading.start == len(encoded.context)
        pairs.append((list(encoded.context), list(reading.tokens[reading.start :])))
    return pairs


CONTEXTS = [
    "Question: What is 1 + 1?\nAnswer:",
    "Answer: ",
    "Answer:  \n\n",
    "Answer:\n",
    "答案是：",
    "答案是： ",
    "The answer is (",
    "x",
]
CONTINUATIONS = [
    " A",
    "A",
    "s",
    "\nA",
    "  two spaces",
    "\n\n",
    "择题",
    " 答案是",
    "😀",
    " is (a) step.",
]


@pytest.mark.parametrize("kind", ["bos", "no-bos"])
@pytest.mark.parametrize("context", CONTEXTS)
def test_continuations_are_split_as_lm_eval_does(
    tokenizer: Tokenizer, kind: str, context: str
) -> None:
    made = tokenizer(kind)
    expected = [lm_eval_pair(made, context, continuation) for continuation in CONTINUATIONS]
    assert split(made, context, CONTINUATIONS) == expected


def test_a_continuation_that_merges_with_the_context_is_really_among_these(
    tokenizer: Tokenizer,
) -> None:
    made = tokenizer("no-bos")
    whole = made("The answer is").input_ids
    (pair,) = split(made, "The a", ["nswer is"])
    assert pair == (made("The a").input_ids, made(" is").input_ids)
    assert pair[0] + pair[1] != whole


@settings(max_examples=150, deadline=None)
@given(
    st.text(st.sampled_from("Aanswer ist\n：答案.😀")).filter(str.strip),
    st.lists(st.text(st.sampled_from("Aanswer is\n：答案"), min_size=1), min_size=1, max_size=3),
)
def test_any_text_is_split_as_lm_eval_does(context: str, continuations: list[str]) -> None:
    from tests.conftest import make_tokenizer

    made = make_tokenizer("bos")
    expected = [lm_eval_pair(made, context, continuation) for continuation in continuations]
    if all(continuation for _, continuation in expected):
        assert split(made, context, continuations) == expected
    else:
        with pytest.raises(BadInput, match="no log-prob of its own"):
            split(made, context, continuations)


def test_trailing_space_of_the_context_goes_to_the_continuation(tokenizer: Tokenizer) -> None:
    made = tokenizer("bos")
    assert split(made, "Answer: ", ["A"]) == split(made, "Answer:", [" A"])


@pytest.mark.parametrize("kind", ["bos", "no-bos"])
@pytest.mark.parametrize("context", ["", "  ", "\n"])
def test_bos_stands_for_a_context_without_text(
    tokenizer: Tokenizer, kind: str, context: str
) -> None:
    made = tokenizer(kind)
    expected = made(f"{context}Answer A", add_special_tokens=False).input_ids
    assert split(made, context, ["Answer A"]) == [([BOS], expected)]


def test_a_generated_answer_goes_on_from_the_text_as_it_is(tokenizer: Tokenizer) -> None:
    made = tokenizer("bos")
    (encoded,) = encode(made, [Prompt("Question\n")])
    assert encoded.context == tuple(made("Question\n").input_ids)
    assert encoded.readings == ()


def test_prompts_are_encoded_each_for_itself(tokenizer: Tokenizer) -> None:
    made = tokenizer("bos-and-template")
    prompts = [TEXT, CHAT, Prompt("Question\n"), TEXT]
    assert encode(made, prompts) == [encode(made, [prompt])[0] for prompt in prompts]
    assert encode(made, []) == []


def test_prefix_stands_in_the_assistant_s_mouth(tokenizer: Tokenizer) -> None:
    prompt = Prompt(messages=CHAT.messages, prefix="Let's")
    text = rendered_text(tokenizer("bos-and-template"), prompt)
    assert text == "[user]\nWhat is 1 + 1?\n[assistant]\nLet's"


def test_opening_is_read_from_the_post_processor(tokenizer: Tokenizer) -> None:
    assert opening_tokens(tokenizer("bos")) == (BOS,)
    assert opening_tokens(tokenizer("no-bos")) == ()


SYSTEM = Prompt(messages=(Message("system", "You know."), *CHAT.messages))
REFUSED = [
    ("bos", CHAT, "has no chat template; use template 'off'"),
    ("refuses-system", SYSTEM, "refuses these turns: no system turns here"),
]


@pytest.mark.parametrize(("kind", "prompt", "sentence"), REFUSED)
def test_turns_that_a_template_cannot_take_are_refused(
    tokenizer: Tokenizer, kind: str, prompt: Prompt, sentence: str
) -> None:
    with pytest.raises(BadInput) as refusal:
        encode(tokenizer(kind), [prompt])
    assert sentence in str(refusal.value)


GPT2_SPLIT = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
LLAMA3_SPLIT = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
QWEN_SPLIT = LLAMA3_SPLIT.replace("{1,3}", "")


def split_tokenizer(pattern: str | None) -> Any:
    """A BPE with a published pre-tokenizer; `None` is SentencePiece's way: texts are not parted."""
    from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    made = Tokenizer(models.BPE())
    if pattern is None:
        made.pre_tokenizer = pre_tokenizers.Metaspace(split=False)
    else:
        made.pre_tokenizer = pre_tokenizers.Sequence(
            [
                pre_tokenizers.Split(Regex(pattern), "isolated"),
                pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
            ]
        )
    made.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=700, initial_alphabet=alphabet, show_progress=False)
    made.train_from_iterator([FIVE_SHOT, "Answer: B\n\nThe", "12\n\nWhat"] * 3, trainer)
    return PreTrainedTokenizerFast(tokenizer_object=made)


FIVE_SHOT = "Choose.\n\n" + "".join(
    f"What is {i} + {i}?\nA. {i}\nB. {2 * i}\nAnswer: B\n\n" for i in range(5)
)
HARD_ENDS = ("Who?\nAnswer:", "\nWho?", " Who?", "Who?\n\n\n", "谁？\n\n答案：", "x\n\n \n\ny", "")


@pytest.mark.parametrize("pattern", [GPT2_SPLIT, LLAMA3_SPLIT, QWEN_SPLIT, None])
def test_tokenising_shared_parts_once_gives_the_ids_of_the_whole(pattern: str | None) -> None:
    tokenizer = split_tokenizer(pattern)
    prompts = [Prompt(FIVE_SHOT + end) for end in HARD_ENDS]
    for prompt, encoded in zip(prompts, encode(tokenizer, prompts), strict=True):
        assert list(encoded.context) == tokenizer(prompt.text).input_ids


def test_a_tokenizer_that_parts_texts_elsewhere_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut where GPT-2's rule does not part, the ids would be others; the whole is used instead."""
    tokenizer = split_tokenizer(GPT2_SPLIT)
    prompts = [Prompt(FIVE_SHOT + end) for end in HARD_ENDS]
    expected = encode(tokenizer, prompts)
    monkeypatch.setattr(encoding, "_SEAM", re.compile(r"(?<=[a-z])(?=[a-z])"))
    assert encode(tokenizer, prompts) == expected
