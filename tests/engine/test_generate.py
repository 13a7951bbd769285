import random
from collections import Counter

import pytest
import torch

from astrolabe.core.decoding import Decoding
from astrolabe.core.errors import BadInput
from astrolabe.core.model import Generation
from astrolabe.engine import plain
from astrolabe.engine.generate import generate
from astrolabe.engine.memory import Budget
from astrolabe.engine.text import Writer
from tests.engine.conftest import opened, twin

END = 33


class Letters:
    """A tokenizer with one visible text for each id; id 100 is the end."""

    eos_token_id = None
    all_special_tokens = ("<|end|>",)

    def convert_tokens_to_ids(self, tokens):
        return [END for _ in tokens]

    def decode(self, ids, **_):
        return "".join(chr(0x4E00 + i) if i % 3 == 0 else f"{i}." for i in ids)


def prompts(seed, count=9, vocabulary=101, most=12):
    stream = random.Random(seed)
    header = [stream.randrange(vocabulary) for _ in range(30)]
    asked = [
        Generation(
            tuple(header[: stream.choice([10, 30])])
            + tuple(stream.randrange(vocabulary) for _ in range(stream.randrange(1, 9))),
            stream.randrange(1, most),
        )
        for _ in range(count)
    ]
    # The same prompt twice, and one that is a prefix of others: nothing of its own to keep.
    return [*asked, asked[0], Generation(tuple(header[:10]), 9), Generation(tuple(header[:10]), 4)]


def alone(model, generation):
    """Greedy continuation by one full forward pass a token, by hand."""
    ids = list(generation.tokens)
    for _ in range(generation.max_tokens):
        with torch.no_grad():
            ids.append(int(model(torch.tensor([ids])).logits[0, -1].argmax()))
    return Letters().decode(ids[len(generation.tokens) :])


@pytest.mark.parametrize(("budget", "rows"), [(7, 3), (4096, 64), (33, 1)])
def test_shared_equals_alone_on_every_architecture(sharing, budget, rows):
    asked = prompts(seed=1)
    answers = dict(generate(opened(sharing), Letters(), asked, Budget(budget), rows))
    assert sorted(answers) == list(range(len(asked)))
    for index, generation in enumerate(asked):
        assert answers[index].text == alone(sharing, generation)
        assert answers[index].finish == "length"
        assert answers[index].tokens == generation.max_tokens


def test_plain_equals_transformers_own_generate(llama, not_sharing):
    """A fresh model each time: some keep what they saw, and caches are part of the answer."""
    for model in (llama, not_sharing):
        asked = prompts(seed=2, count=4)
        answers = dict(plain.generate(opened(model), Letters(), asked, Budget(100)))
        for index, generation in enumerate(asked):
            ids = torch.tensor([generation.tokens])
            written = twin(model).generate(
                ids, do_sample=False, max_new_tokens=generation.max_tokens, pad_token_id=0
            )[0, ids.shape[1] :]
            assert answers[index].text == Letters().decode(written.tolist())


def test_stops_and_end_tokens_end_each_row_for_itself(llama, monkeypatch):
    asked = prompts(seed=3, count=6, most=20)
    whole = dict(generate(opened(llama), Letters(), asked, Budget(64), 4))
    stops = [whole[i].text[2:4] for i in range(len(asked))]
    stopped = [
        Generation(g.tokens, g.max_tokens, stops=("never there", stop))
        for g, stop in zip(asked, stops, strict=True)
        if len(stop) == 2
    ]
    answers = dict(generate(opened(llama), Letters(), stopped, Budget(64), 3))
    for index, generation in enumerate(stopped):
        expected = whole[asked.index(Generation(generation.tokens, generation.max_tokens))]
        assert answers[index].finish == "stop"
        assert answers[index].text == expected.text.split(generation.stops[1])[0]
        assert answers[index].tokens <= expected.tokens
    assert stopped


def test_an_end_token_is_not_part_of_the_text(llama, monkeypatch):
    generation = prompts(seed=4)[0]
    generation = Generation(generation.tokens, 8)
    (first,) = dict(generate(opened(llama), Letters(), [generation], Budget(64), 1)).values()
    second_token = 0
    with torch.no_grad():
        ids = list(generation.tokens)
        for _ in range(2):
            second_token = int(llama(torch.tensor([ids])).logits[0, -1].argmax())
            ids.append(second_token)
    monkeypatch.setattr(llama.generation_config, "eos_token_id", [second_token, 7])
    (answer,) = dict(generate(opened(llama), Letters(), [generation], Budget(64), 1)).values()
    assert answer.finish == "eos"
    assert first.text.startswith(answer.text)
    assert answer.tokens <= 2


def test_a_stop_that_is_a_special_token_ends_the_answer(llama):
    """It never appears in the decoded text, so it is known by its id."""
    writer = Writer(Letters(), stops=("<|end|>", "other"), ends=frozenset({7}), max_tokens=99)
    assert [writer.push(token) for token in (5, END)] == [None, "stop"]


def test_the_plain_path_takes_no_penalty_from_the_models_settings(llama, monkeypatch):
    asked = prompts(seed=7, count=4)
    expected = dict(plain.generate(opened(llama), Letters(), asked, Budget(100)))
    monkeypatch.setattr(llama.generation_config, "repetition_penalty", 5.0)
    monkeypatch.setattr(llama.generation_config, "min_new_tokens", 3)
    assert dict(plain.generate(opened(llama), Letters(), asked, Budget(100))) == expected
    assert llama.generation_config.repetition_penalty == 5.0


def test_memory_that_never_suffices_for_one_row_is_said(llama, monkeypatch):
    def never(self, **_kwargs):
        raise torch.OutOfMemoryError("no")

    monkeypatch.setattr(type(llama), "forward", never)
    with pytest.raises(BadInput, match="does not fit into memory"):
        dict(generate(opened(llama), Letters(), prompts(seed=8), Budget(16), 8))


def test_batch_mates_change_nothing(llama):
    sampled = [
        Generation(g.tokens, 8, decoding=Decoding(temperature=1.0, top_p=0.9, seed=seed))
        for seed, g in enumerate(prompts(seed=5))
    ]
    together = dict(generate(opened(llama), Letters(), sampled, Budget(64), 5))
    for index, generation in enumerate(sampled):
        ((_, by_itself),) = generate(opened(llama), Letters(), [generation], Budget(64), 1)
        assert together[index] == by_itself


def test_sampling_follows_the_models_distribution(llama):
    """First tokens of 600 seeds against the softmax: Pearson's chi-square with its 0.1 % point."""
    from scipy.stats import chisquare

    tokens, count = (3, 14, 15), 600
    asked = [
        Generation(tokens, 1, decoding=Decoding(temperature=1.5, seed=seed))
        for seed in range(count)
    ]
    drawn = Counter(a.text for _, a in generate(opened(llama), Letters(), asked, Budget(64), 64))
    with torch.no_grad():
        probs = (llama(torch.tensor([tokens])).logits[0, -1].double() / 1.5).softmax(-1)
    common = [i for i in range(101) if probs[i] * count >= 8]
    seen = [drawn[Letters().decode([i])] for i in common]
    expected = [float(probs[i]) * count for i in common]
    rest = count - sum(seen), count - sum(expected)
    assert chisquare([*seen, rest[0]], [*expected, rest[1]]).pvalue > 0.001


def test_running_out_of_memory_while_decoding_halves_the_rows(llama, monkeypatch):
    forward = type(llama).forward
    widest = []

    def small(self, input_ids, **kwargs):
        rows = input_ids.shape[0]
        if rows > 2:
            raise torch.OutOfMemoryError("too many rows")
        widest.append(rows)
        return forward(self, input_ids=input_ids, **kwargs)

    asked = prompts(seed=6)
    expected = dict(generate(opened(llama), Letters(), asked, Budget(64), 2))
    monkeypatch.setattr(type(llama), "forward", small)
    assert dict(generate(opened(llama), Letters(), asked, Budget(64), 8)) == expected
    assert max(widest) == 2


def test_half_a_character_is_not_searched_for_stops():
    class Halves(Letters):
        def decode(self, ids, **_):
            return bytes(ids).decode("utf-8", errors="replace")

    writer = Writer(Halves(), stops=("界。",), ends=frozenset(), max_tokens=99)
    finishes = [writer.push(byte) for byte in "世界。又".encode()]
    assert finishes.index("stop") == len("世界。".encode()) - 1
    assert writer.finished("stop").text == "世"
