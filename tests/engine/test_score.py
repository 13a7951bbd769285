import random

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from astrolabe.core.errors import BadInput, Unsupported
from astrolabe.core.model import Reading
from astrolabe.engine import plain
from astrolabe.engine.memory import Budget
from astrolabe.engine.score import score
from astrolabe.engine.selfcheck import self_check
from tests.engine.conftest import NOT_SHARING, SHARING, build, opened, twin

EXACT = 1e-5
"""Largest difference of a float32 log-prob between any two ways to compute it, in nats."""


def alone(model, reading):
    """The reading's log-probs from one ordinary forward pass of its own, by hand."""
    with torch.no_grad():
        # The last token is read, never fed; where frequencies follow the length, that shows.
        logprobs = model(torch.tensor([reading.tokens[:-1]])).logits[0].log_softmax(-1)
    return [
        logprobs[i - 1, reading.tokens[i]].item() for i in range(reading.start, len(reading.tokens))
    ]


def exam(seed, questions=6, header=20, vocabulary=101):
    """A header, questions of different lengths, options of one to three tokens."""
    stream = random.Random(seed)

    def tokens(count):
        return tuple(stream.randrange(vocabulary) for _ in range(count))

    start = tokens(header)
    asked = [start + tokens(stream.randrange(3, 12)) for _ in range(questions)]
    return [Reading(q + tokens(stream.randrange(1, 4)), len(q)) for q in asked for _ in range(4)]


@pytest.mark.parametrize("budget", [7, 64, 4096])
def test_shared_equals_alone_on_every_architecture(sharing, budget):
    readings = exam(seed=1)
    answers = dict(score(opened(sharing), readings, Budget(budget)))
    assert sorted(answers) == list(range(len(readings)))
    for index, reading in enumerate(readings):
        assert answers[index].logprobs == pytest.approx(alone(sharing, reading), abs=EXACT)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.lists(st.integers(0, 3), min_size=2, max_size=9), st.integers(1, 8)),
        min_size=1,
        max_size=10,
    ),
    st.integers(1, 40),
)
def test_shared_equals_alone_on_random_trees(llama, drawn, budget):
    readings = [Reading(tuple(tokens), min(start, len(tokens) - 1)) for tokens, start in drawn]
    answers = dict(score(opened(llama), readings, Budget(budget)))
    assert sorted(answers) == list(range(len(readings)))
    for index, reading in enumerate(readings):
        assert answers[index].logprobs == pytest.approx(alone(llama, reading), abs=EXACT)


def test_greedy_says_whether_each_token_was_the_first_choice(llama):
    context = (5, 6, 7)
    with torch.no_grad():
        best = int(llama(torch.tensor([context])).logits[0, -1].argmax())
    readings = [Reading((*context, best), 3), Reading((*context, (best + 1) % 101), 3)]
    answers = dict(score(opened(llama), readings, Budget(64)))
    assert [answers[0].greedy, answers[1].greedy] == [True, False]


def test_letters_cost_nothing_beyond_the_question(llama):
    seen = []
    handle = llama.get_input_embeddings().register_forward_hook(
        lambda _module, inputs, _output: seen.append(inputs[0].numel())
    )
    question = tuple(range(30))
    try:
        dict(
            score(
                opened(llama),
                [Reading((*question, letter), 30) for letter in range(40, 44)],
                Budget(99),
            )
        )
    finally:
        handle.remove()
    assert seen == [30]


def test_the_model_is_left_as_it_was(llama):
    before = llama.config._attn_implementation
    hooks = len(llama.get_output_embeddings()._forward_pre_hooks)
    walk = score(opened(llama), exam(seed=2), Budget(16))
    next(walk)
    walk.close()
    assert llama.config._attn_implementation == before
    assert len(llama.get_output_embeddings()._forward_pre_hooks) == hooks


def test_what_cannot_be_shared_is_refused_and_the_plain_path_answers(not_sharing):
    readings = exam(seed=3)
    with pytest.raises(Unsupported):
        self_check(opened(not_sharing))
    answers = dict(plain.score(opened(not_sharing), readings, Budget(64)))
    for index, reading in enumerate(readings):
        assert answers[index].logprobs == pytest.approx(
            alone(twin(not_sharing), reading), abs=EXACT
        )


def test_a_window_that_layers_do_not_tell_of_is_refused_where_a_prompt_reaches_beyond_it():
    model = build(NOT_SHARING["qwen2-moe with a window in its mask alone"])
    short, long = Reading(tuple(range(9)), 5), Reading(tuple(range(40)), 20)
    dict(score(opened(model), [short], Budget(64)))
    with pytest.raises(Unsupported, match="window of 8 tokens"):
        dict(score(opened(model), [long], Budget(64)))


def test_logits_are_never_wanted_at_more_places_than_the_budget_allows(llama, monkeypatch):
    seen = []
    forward = type(llama).forward

    def watched(self, **kwargs):
        output = forward(self, **kwargs)
        seen.append(output.logits.shape[1])
        return output

    readings = [Reading(tuple(range(60)), 1), *exam(seed=8)]
    expected = dict(score(opened(llama), readings, Budget(64)))
    monkeypatch.setattr(type(llama), "forward", watched)
    answers = dict(score(opened(llama), readings, Budget(64, rows=5)))
    assert max(seen) <= 5
    for index in expected:
        assert answers[index].logprobs == pytest.approx(expected[index].logprobs, abs=EXACT)


def test_plain_equals_alone(llama):
    readings = exam(seed=4)
    answers = dict(plain.score(opened(llama), readings, Budget(100)))
    for index, reading in enumerate(readings):
        assert answers[index].logprobs == pytest.approx(alone(llama, reading), abs=EXACT)


@pytest.mark.parametrize("how", [score, plain.score])
def test_running_out_of_memory_halves_the_budget_and_goes_on(llama, monkeypatch, how):
    """A forward pass of more than 40 tokens fails as torch's CPU allocator would."""
    forward = type(llama).forward

    def small(self, input_ids, **kwargs):
        if input_ids.numel() > 40:
            raise RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory")
        return forward(self, input_ids=input_ids, **kwargs)

    readings = exam(seed=5)
    expected = dict(how(opened(llama), readings, Budget(30)))
    monkeypatch.setattr(type(llama), "forward", small)
    budget = Budget(4096)
    answers = dict(how(opened(llama), readings, budget))
    assert sorted(answers) == list(range(len(readings)))
    for index in answers:
        assert answers[index].logprobs == pytest.approx(expected[index].logprobs, abs=EXACT)
    assert budget.tokens <= 40
    assert budget.halvings == 7


def test_memory_that_never_suffices_is_said(llama, monkeypatch):
    def never(self, **_kwargs):
        raise torch.OutOfMemoryError("no")

    monkeypatch.setattr(type(llama), "forward", never)
    with pytest.raises(BadInput, match="does not fit into memory"):
        dict(score(opened(llama), exam(seed=6), Budget(64)))


def test_other_errors_are_not_taken_for_memory(llama, monkeypatch):
    def broken(self, **_kwargs):
        raise RuntimeError("size mismatch")

    monkeypatch.setattr(type(llama), "forward", broken)
    with pytest.raises(RuntimeError, match="size mismatch"):
        dict(score(opened(llama), exam(seed=6), Budget(64)))


def test_self_check_passes_and_would_notice_a_wrong_merge(llama, monkeypatch):
    assert self_check(opened(llama)) < EXACT

    def forgetful(out, lse, more, more_lse):
        """Drops what came before the own node."""

    monkeypatch.setattr("astrolabe.engine.packed.merge", forgetful)
    assert self_check(opened(llama)) > 0.1


def test_self_check_refuses_numbers_that_are_not_finite():
    model = build(SHARING["llama"])
    with torch.no_grad():
        model.get_output_embeddings().weight[3] = float("nan")
    with pytest.raises(BadInput, match="not finite"):
        self_check(opened(model))
