"""States read through the prefix tree, against one ordinary forward pass for each text."""

import random
from contextlib import ExitStack
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from astrolabe.core.errors import BadInput
from astrolabe.core.model import StateReading
from astrolabe.core.site import Intervention, Positions, Site
from astrolabe.engine import plain
from astrolabe.engine.memory import Budget
from astrolabe.engine.read import read
from tests.engine.conftest import opened, twin
from tests.inside.by_hand import WAYS, ByHand

EXACT = 1e-5
"""Largest difference of a state, as a share of the largest number in the states compared."""

DEPTH = 3
KINDS = {"resid": range(DEPTH + 1), "attn": range(1, DEPTH + 1), "mlp": range(1, DEPTH + 1)}
SITES = (*(Site(kind, layer) for kind, layers in KINDS.items() for layer in layers), Site("final"))


def ordinarily(model, tokens):
    """States [T, W] at every site: transformers' own hidden states, and hooks of the test's own."""
    blocks, _, attn, mlp = WAYS[model.config.model_type]
    found = {}

    def note(site):
        def keep(_module, _args, output):
            states = output[0] if isinstance(output, tuple) else output
            found[site] = states.reshape(len(tokens), -1)

        return keep

    with ExitStack() as stack:
        for layer, block in enumerate(model.get_submodule(blocks), 1):
            for kind, module in ("attn", attn), ("mlp", mlp):
                here = block.get_submodule(module)
                hook = here.register_forward_hook(note(Site(kind, layer)))
                stack.callback(hook.remove)
        hook = block.register_forward_hook(note(Site("resid", DEPTH)))
        stack.callback(hook.remove)
        with torch.no_grad():
            out = model(torch.tensor([tokens]), use_cache=False, output_hidden_states=True)
    streams = {Site("resid", layer): s[0] for layer, s in enumerate(out.hidden_states[:-1])}
    return found | streams | {Site("final"): out.hidden_states[-1][0]}


def equal(readings, answers, expected):
    """Every reading is answered, and as `expected` (a function of its tokens) says."""
    assert sorted(answers) == list(range(len(readings)))
    for index, reading in enumerate(readings):
        whole = expected(reading)
        assert tuple(answers[index]) == reading.sites
        for site, states in answers[index].items():
            assert states.dtype == np.float32
            theirs = whole[site][list(reading.positions)].numpy()
            assert states.shape == theirs.shape
            worst = np.abs(states - theirs).max()
            assert worst <= EXACT * max(1.0, np.abs(theirs).max()), f"{site}: {worst}"


def once(model, anew=False):
    """`ordinarily`, each text once; `anew`, in a fresh model, where some keep what they saw."""
    known = {}

    def look(reading):
        if reading.tokens not in known:
            known[reading.tokens] = ordinarily(twin(model) if anew else model, reading.tokens)
        return known[reading.tokens]

    return look


def texts(seed):
    """Texts of one beginning, one a prefix of another, two equal, one that shares nothing."""
    stream = random.Random(seed)

    def tokens(count):
        return tuple(stream.randrange(101) for _ in range(count))

    header = tokens(10)
    longer = [header + tokens(count) for count in (3, 7, 12)]
    return [header, *longer, longer[1], longer[1] + tokens(4), tokens(6)]


def wanted(seed):
    """The texts at all tokens, at the last, and at some."""
    stream = random.Random(seed)
    readings = []
    for tokens in texts(seed):
        count = len(tokens)
        some = sorted(stream.sample(range(count), stream.randrange(1, count)))
        for positions in (range(count), [count - 1], some):
            readings.append(StateReading(tokens, tuple(positions), SITES))
    return readings


@pytest.mark.parametrize("budget", [7, 4096])
def test_every_site_on_every_architecture(sharing, budget):
    readings = wanted(1)
    equal(readings, dict(read(opened(sharing), readings, Budget(budget))), once(sharing))


def test_every_site_on_the_plain_path(not_sharing, llama):
    for model in (not_sharing, llama):
        readings = wanted(2)
        answers = dict(plain.read(opened(model), readings, Budget(60)))
        equal(readings, answers, once(model, anew=True))


@pytest.mark.parametrize("how", [read, plain.read])
def test_each_reading_may_want_its_own_sites(llama, how):
    stream = random.Random(3)
    readings = [
        replace(one, sites=tuple(stream.sample(SITES, stream.randrange(1, 4)))) for one in wanted(3)
    ]
    equal(readings, dict(how(opened(llama), readings, Budget(20))), once(llama))


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, 2), st.booleans()), min_size=1, max_size=9),
        min_size=1,
        max_size=8,
    ),
    st.integers(1, 30),
)
def test_on_random_trees(llama, drawn, budget):
    readings = []
    for text in drawn:
        positions = [i for i, (_, is_read) in enumerate(text) if is_read] or [len(text) - 1]
        tokens = tuple(token for token, _ in text)
        readings.append(StateReading(tokens, tuple(positions), (Site("resid", 2), Site("mlp", 3))))
    equal(readings, dict(read(opened(llama), readings, Budget(budget))), once(llama))


@pytest.mark.parametrize("how", [read, plain.read])
def test_changed_states_are_read(llama, how):
    """What is changed at the last tokens, counted from the end of the text."""
    doubled = Intervention(
        Site("resid", 1), "scale", amount=2.0, positions=Positions(-2, None, of_end=True)
    )
    tokens = texts(4)[2]
    readings = [
        StateReading(tokens, (1, 9, 10, 15), (Site("resid", 2), Site("resid", 1)), changes)
        for changes in ((), (doubled,))
    ]
    slow = ByHand(llama)

    def expected(reading):
        _, streams = slow.run(tokens, len(tokens), reading.interventions)
        return {Site("resid", layer): states for layer, states in streams.items()}

    answers = dict(how(opened(llama), readings, Budget(9)))
    equal(readings, answers, expected)
    assert not np.array_equal(answers[0][Site("resid", 2)][3], answers[1][Site("resid", 2)][3])


def computed(model, readings, name):
    """How many tokens pass through each call of a module while `readings` are answered."""
    seen = []
    hook = model.get_submodule(name).register_forward_hook(
        lambda _module, _args, output: seen.append(output.reshape(-1, output.shape[-1]).shape[0])
    )
    try:
        dict(read(opened(model), readings, Budget(4096)))
    finally:
        hook.remove()
    return seen


def test_what_is_shared_is_computed_once_and_what_nobody_reads_not_at_all(llama):
    readings = wanted(5)
    distinct = {one.tokens[:end] for one in readings for end in range(1, len(one.tokens) + 1)}
    assert computed(llama, readings, "model.embed_tokens") == [len(distinct)]
    assert computed(llama, readings, "lm_head") == [0]
    after = StateReading(tuple(range(30)), (3, 8), (Site("resid", 3),))
    assert computed(llama, [after], "model.embed_tokens") == [9]


def test_blocks_behind_the_last_site_are_not_computed(llama):
    early = [replace(one, sites=(Site("resid", 2), Site("attn", 1))) for one in wanted(6)]
    assert computed(llama, early, "model.layers.1")
    assert not computed(llama, early, "model.layers.2")
    assert not llama.model.layers[2]._forward_pre_hooks


def test_states_of_a_pass_are_bounded(llama, monkeypatch):
    monkeypatch.setattr("astrolabe.engine.read._AT_ONCE", 4 * 64 * len(SITES) * 5)
    readings = wanted(7)
    equal(readings, dict(read(opened(llama), readings, Budget(4096))), once(llama))
    assert max(computed(llama, readings[:1], "model.norm")) <= 5


@pytest.mark.parametrize("how", [read, plain.read])
def test_running_out_of_memory_halves_the_budget_and_goes_on(llama, monkeypatch, how):
    readings, budget = wanted(8) + wanted(9), Budget(4096)
    expected = once(llama)
    for reading in readings:
        expected(reading)
    forward = type(llama).forward

    def small(self, input_ids, **kwargs):
        if input_ids.numel() > 40:
            raise RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory")
        return forward(self, input_ids=input_ids, **kwargs)

    monkeypatch.setattr(type(llama), "forward", small)
    equal(readings, dict(how(opened(llama), readings, budget)), expected)
    assert budget.tokens <= 40


@pytest.mark.parametrize(
    ("positions", "sites", "says"),
    [
        ((), (Site("final"),), "no position or no site"),
        ((0,), (), "no position or no site"),
        ((1, 0), (Site("final"),), "positions 1, 0 of a text of 3 tokens"),
        ((1, 3), (Site("final"),), "ascending positions from 0 to 2"),
        ((-1, 0), (Site("final"),), "ascending positions from 0 to 2"),
    ],
)
def test_what_cannot_be_read_is_refused(positions, sites, says):
    with pytest.raises(BadInput, match=says):
        StateReading((5, 6, 7), positions, sites)
