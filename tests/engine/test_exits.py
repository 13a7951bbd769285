"""Early exits read in the same pass, against the slow way."""

import random
import subprocess
import sys

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from astrolabe.core.errors import BadInput
from astrolabe.core.model import Exit, Exited, Reading, Scored
from astrolabe.core.site import Intervention, Site
from astrolabe.engine import plain
from astrolabe.engine.memory import Budget
from astrolabe.engine.score import score
from tests.engine.conftest import VOCABULARY, opened
from tests.inside.by_hand import ByHand, divergences

EXACT = 1e-5
"""Largest difference of a number from the same one computed in float64, in nats."""


def expected(model, readings):
    """The numbers of each answer, in float64; what has the same tokens is computed once."""
    alike = {}
    for reading in readings:
        alike.setdefault(reading.tokens[:-1], []).append(reading)
    found = {}
    for tokens, here in alike.items():
        slow = ByHand(model)  # anew, since some architectures keep what they saw before
        logits, streams = slow.run(tokens)
        for reading in here:
            rows = slice(reading.start - 1, None)
            read = torch.tensor(reading.tokens[reading.start :])[:, None]
            last = logits[rows]
            firsts = last.argmax(-1, keepdim=True)
            if reading.exit is None:
                p = last.log_softmax(-1)
                found[reading] = p.gather(-1, read)[:, 0], p.gather(-1, firsts)[:, 0]
                continue
            early = slow.exit(streams[reading.exit.layer], reading.exit.norm)[rows]
            q = early.log_softmax(-1)
            own = q.gather(-1, read)[:, 0], q.gather(-1, firsts)[:, 0]
            found[reading] = *own, *divergences(last, early)
    return [found[reading] for reading in readings]


def numbers(answer):
    if isinstance(answer, Scored):
        return answer.logprobs, answer.tops
    return answer.logprobs, answer.firsts, answer.js, answer.published, answer.contrast


def equal(model, readings, answers):
    assert sorted(answers) == list(range(len(readings)))
    for index, theirs in enumerate(expected(model, readings)):
        assert isinstance(answers[index], Exited if readings[index].exit else Scored)
        mine = torch.tensor(numbers(answers[index]), dtype=torch.float64)
        torch.testing.assert_close(mine, torch.stack(theirs), rtol=0, atol=EXACT)
        if readings[index].exit:  # a mean over the vocabulary, so as much smaller
            torch.testing.assert_close(mine[3], theirs[3], rtol=0, atol=EXACT / VOCABULARY)


def questions(seed, count=4):
    """Sequences with a common beginning, each with where its continuation starts."""
    stream = random.Random(seed)

    def tokens(length):
        return tuple(stream.randrange(101) for _ in range(length))

    header = tokens(10)
    asked = [header + tokens(stream.randrange(2, 8)) for _ in range(count)]
    return [(q + tokens(stream.randrange(1, 5)), len(q)) for q in asked for _ in range(2)]


EVERY = [None, *(Exit(layer, norm) for layer in range(3) for norm in ("final", "none"))]


@pytest.mark.parametrize("budget", [7, 64, 4096])
def test_every_layer_and_norm_on_every_architecture(sharing, budget):
    readings = [Reading(*question, exit) for question in questions(1, 2) for exit in EVERY]
    equal(sharing, readings, dict(score(opened(sharing), readings, Budget(budget))))


def test_every_layer_and_norm_on_the_plain_path(not_sharing, llama):
    for model in (not_sharing, llama):
        readings = [Reading(*question, exit) for question in questions(2, 2) for exit in EVERY]
        equal(model, readings, dict(plain.score(opened(model), readings, Budget(40))))


@pytest.mark.parametrize("how", [score, plain.score])
def test_each_reading_may_want_its_own_exit(llama, how):
    """Other layers, norms, beginnings and none at all, of equal and of different tokens."""
    stream = random.Random(3)
    readings = [
        Reading(tokens, stream.randrange(1, start + 1), stream.choice(EVERY))
        for tokens, start in questions(3) * 3
    ]
    assert len({reading.exit for reading in readings}) > 4
    equal(llama, readings, dict(how(opened(llama), readings, Budget(30))))


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.lists(st.integers(0, 3), min_size=2, max_size=8),
            st.integers(1, 7),
            st.sampled_from(EVERY),
        ),
        min_size=1,
        max_size=8,
    ),
    st.integers(1, 40),
)
def test_on_random_trees(llama, drawn, budget):
    readings = [
        Reading(tuple(tokens), min(start, len(tokens) - 1), exit) for tokens, start, exit in drawn
    ]
    equal(llama, readings, dict(score(opened(llama), readings, Budget(budget))))


def test_the_last_layer_read_early_is_the_models_own_answer(sharing):
    last = opened(sharing).depth
    asked = questions(4, 2)
    readings = [Reading(*question, exit) for exit in (None, Exit(last)) for question in asked]
    answers = dict(score(opened(sharing), readings, Budget(64)))
    for index in range(len(asked)):
        own, early = answers[index], answers[index + len(asked)]
        assert early.logprobs == pytest.approx(own.logprobs, abs=1e-6)
        assert early.firsts == pytest.approx(own.tops, abs=1e-6)
        assert early.js == pytest.approx([0.0] * len(early.js), abs=1e-6)


def test_one_pass_serves_all_layers(llama):
    seen = []
    handle = llama.get_input_embeddings().register_forward_hook(
        lambda _module, inputs, _output: seen.append(inputs[0].numel())
    )
    try:
        dict(score(opened(llama), [Reading(tuple(range(30)), 20, e) for e in EVERY], Budget(99)))
    finally:
        handle.remove()
    assert seen == [29]


def test_chunks_change_nothing(llama, monkeypatch):
    readings = [Reading(*question, exit) for question in questions(5) for exit in EVERY]
    whole = dict(score(opened(llama), readings, Budget(64)))
    monkeypatch.setattr("astrolabe.engine.readout.AT_ONCE", VOCABULARY * 13)
    monkeypatch.setattr("astrolabe.engine.readout.IN_CACHE", VOCABULARY)
    chunked = dict(score(opened(llama), readings, Budget(64)))
    for index, answer in whole.items():
        for mine, theirs in zip(numbers(chunked[index]), numbers(answer), strict=True):
            assert mine == pytest.approx(theirs, abs=2e-6)


@pytest.mark.parametrize("how", [score, plain.score])
def test_a_layer_that_the_model_does_not_have_is_refused(llama, how):
    with pytest.raises(BadInput, match=r"no site resid\.4: the model has 3 layers"):
        dict(how(opened(llama), [Reading((1, 2), 1, Exit(4))], Budget(9)))


@pytest.mark.parametrize("how", [score, plain.score])
def test_an_exit_that_gives_no_numbers_is_refused(llama, how):
    """As in float16, where a state that skips the norm can be too large for its logits."""
    huge = Intervention(Site("resid", 1), "set", (3e38,) * 64)
    fine = Reading((1, 2, 3), 1, Exit(1, "none"))
    with pytest.raises(BadInput, match=r"early exit at layer 1 \(norm none\).*not finite"):
        dict(how(opened(llama), [fine, Reading((1, 2, 3), 1, fine.exit, (huge,))], Budget(9)))


MEASURE = """
import resource, sys
import torch
from transformers import LlamaConfig, LlamaForCausalLM
from astrolabe.core.model import Exit, Reading
from astrolabe.engine.memory import Budget
from astrolabe.engine.score import score
from astrolabe.inside.head import Inside

torch.manual_seed(0)
torch.set_num_threads(1)
model = LlamaForCausalLM(LlamaConfig(
    vocab_size=128_000, hidden_size=32, intermediate_size=32, num_hidden_layers=17,
    num_attention_heads=2, max_position_embeddings=4096)).eval()
inside = Inside(model)
inside.check()
tokens, start = tuple(range(2049)), 2049 - int(sys.argv[1])

def peak(exits):
    answers = dict(score(inside, [Reading(tokens, start, exit) for exit in exits],
                         Budget(2048, rows=512)))
    assert all(len(answer.logprobs) == 2049 - start for answer in answers.values())
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20  # KB to GB

baseline = peak([None])
print(peak([None, *(Exit(layer) for layer in range(0, 16, 2))]) - baseline)
"""


def test_memory_for_eight_layers_of_a_large_vocabulary():
    """Of 2,048 tokens the last 160 are read; [layers, positions, vocabulary] would be 0.66 GB.

    Reading all of them takes longer, but no more memory: 0.05 GB were measured.
    """
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, "160"], capture_output=True, text=True, check=True
    )
    assert 0 <= float(done.stdout) < 0.3
