"""Changes inside a model, in one pass with others, against one sequence at a time by hand."""

import random
from dataclasses import replace
from itertools import chain
from math import inf

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from astrolabe.core.decoding import Decoding, Dola
from astrolabe.core.errors import BadInput, Unsupported
from astrolabe.core.model import GREEDY, Exit, Generation, Reading
from astrolabe.core.site import ANSWER, CONTEXT, EVERYWHERE, Intervention, Positions, Site
from astrolabe.decoding.dola import candidates
from astrolabe.engine import plain
from astrolabe.engine.generate import generate
from astrolabe.engine.memory import Budget
from astrolabe.engine.score import score
from tests.engine.conftest import NOT_SHARING, SHARING, build, opened
from tests.engine.test_exits import EXACT, questions
from tests.engine.test_generate import Letters
from tests.inside.by_hand import ByHand, dola_scores

WIDTH = 64
SITES = ["embed", "resid.1", "resid.3", "attn.1", "attn.3", "mlp.2", "mlp.3", "final"]
"""The last block's among them: there, only positions that are read are computed."""
WHERE = {
    "everywhere": EVERYWHERE,
    "context": CONTEXT,
    "answer": ANSWER,
    "the fourth token": Positions(3, 4),
    "the last asked": Positions(-1, 0, of_end=True),
    "the first answered": Positions(0, 1, of_end=True),
}


def vector(seed):
    return tuple(torch.randn(WIDTH, generator=torch.Generator().manual_seed(seed)).tolist())


ACTS = {
    "add": {"act": "add", "vector": vector(1), "amount": 0.7},
    "set": {"act": "set", "vector": vector(2)},
    "scale": {"act": "scale", "amount": -0.5},
    "scale along": {"act": "scale", "vector": vector(3), "amount": 3.0},
    "clamp": {"act": "clamp", "vector": vector(4), "low": 0.1, "high": 0.2},
    "pin": {"act": "clamp", "vector": vector(5), "low": -0.4, "high": -0.4},
    "clamp above": {"act": "clamp", "vector": vector(6), "high": -0.3},
}
PATHS = {"shared": score, "plain": plain.score}


def change(site, act="add", where=EVERYWHERE):
    return Intervention(Site.parse(site), positions=where, **ACTS[act])


def slowly(slow, reading):
    """The reading's log-probs in float64."""
    logits, streams = slow.run(reading.tokens[:-1], reading.start, reading.interventions)
    if reading.exit:
        logits = slow.exit(streams[reading.exit.layer], reading.exit.norm)
    answered = torch.tensor(reading.tokens[reading.start :])[:, None]
    return logits[reading.start - 1 :].log_softmax(-1).gather(-1, answered)[:, 0].tolist()


def scored(how, model, readings, budget=50):
    answers = dict(how(opened(model), readings, Budget(budget)))
    return [list(answers[i].logprobs) for i in range(len(readings))]


def close(found, expected):
    for mine, theirs in zip(found, expected, strict=True):
        assert mine == pytest.approx(theirs, abs=EXACT)


# Scores.


@pytest.mark.parametrize("site", SITES)
def test_every_act_at_every_place(llama, site):
    """All in one call, with the unchanged among them, at the last layer and at an early exit."""
    ((tokens, start), *_) = questions(1, 1)
    tokens += (5, 6, 7)
    changes = [(change(site, act, where),) for act in ACTS for where in WHERE.values()]
    readings = [Reading(tokens, start, None, one) for one in [(), *changes]]
    readings += [Reading(tokens, start, Exit(2), one) for one in [(), *changes[::5]]]
    slow = ByHand(llama)
    expected = [slowly(slow, reading) for reading in readings]
    for how in PATHS.values():
        close(scored(how, llama, readings), expected)
    felt = [numbers != expected[0] for numbers in expected[1 : len(changes) + 1]]
    assert sum(felt) > 0.8 * len(changes)


MIXED = [
    (change("embed", "add"), change("attn.1", "scale", CONTEXT)),
    (change("mlp.2", "set", WHERE["the fourth token"]),),
    (change("attn.3", "clamp", ANSWER),),
    (change("mlp.3", "add", ANSWER), change("resid.3", "scale along")),
    (change("final", "pin", CONTEXT),),
    (),
]


def mixed(seed):
    """Questions of one header, each as it is and changed in several ways."""
    return [
        Reading(*question, exit, changes)
        for question in questions(seed, 2)
        for exit, changes in zip([None, Exit(1), None, None, None, Exit(2)], MIXED, strict=True)
    ]


@pytest.mark.parametrize("budget", [7, 64])
def test_every_architecture(sharing, budget):
    readings, slow = mixed(2), ByHand(sharing)
    close(scored(score, sharing, readings, budget), [slowly(slow, r) for r in readings])


@pytest.mark.parametrize("name", [*NOT_SHARING, "llama", "opt"])
def test_the_plain_path(name):
    model, readings = build((SHARING | NOT_SHARING)[name]), mixed(3)
    close(
        scored(plain.score, model, readings),
        [slowly(ByHand(model), reading) for reading in readings],
    )


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.lists(st.integers(0, 2), min_size=2, max_size=7),
            st.integers(1, 6),
            st.sampled_from(MIXED),
            st.sampled_from([None, Exit(1, "none")]),
        ),
        min_size=1,
        max_size=7,
    ),
    st.integers(1, 30),
)
def test_random_trees(llama, drawn, budget):
    readings = [
        Reading(tuple(tokens), min(start, len(tokens) - 1), exit, changes)
        for tokens, start, changes, exit in drawn
    ]
    slow = ByHand(llama)
    close(scored(score, llama, readings, budget), [slowly(slow, r) for r in readings])


@pytest.mark.parametrize("how", PATHS.values(), ids=PATHS)
@pytest.mark.parametrize("site", ["resid.2", "attn.2", "mlp.3", "final"])
def test_changes_at_one_site_are_done_in_order(llama, how, site):
    """Both orders in one call, and one that the other sequence does at other positions."""
    ((tokens, start), *_) = questions(4, 1)
    one, other = change(site, "add"), change(site, "scale")
    orders = [(one, other), (other, one), (one, replace(other, positions=CONTEXT)), (one, one)]
    readings = [Reading(tokens, start, None, changes) for changes in orders]
    slow = ByHand(llama)
    expected = [slowly(slow, reading) for reading in readings]
    assert abs(expected[0][0] - expected[1][0]) > 1e-3
    close(scored(how, llama, readings), expected)


def test_what_comes_before_the_change_is_shared(llama):
    """Thirty tokens asked; three continuations of five, of which the last token is never fed."""
    seen = []
    handle = llama.get_input_embeddings().register_forward_hook(
        lambda _module, inputs, _output: seen.append(inputs[0].numel())
    )
    tokens, after = tuple(range(35)), Positions(0, of_end=True)
    changes = [(), (change("resid.1", "add", after),), (change("resid.1", "set", after),)]
    try:
        scored(score, llama, [Reading(tokens, 30, None, one) for one in changes], 999)
    finally:
        handle.remove()
    assert sum(seen) == 30 + 3 * 4


# Answers.


def written(slow, asked, tied=False):
    """Tokens by one full pass each, in float64."""
    ids, dola = list(asked.tokens), asked.decoding.dola
    for _ in range(asked.max_tokens):
        logits, streams = slow.run(ids, len(asked.tokens), asked.interventions)
        scores = logits[-1]
        if dola:
            early = {
                exit.layer: slow.exit(streams[exit.layer][-1:], exit.norm)[0]
                for exit in candidates(dola, len(slow.blocks), tied)
            }
            scores, _ = dola_scores(scores, early, dola)
        ids.append(int(scores.argmax()))
    return Letters().decode(ids[len(asked.tokens) :])


def asked_of_all(seed, rules=(GREEDY,), changes=MIXED):
    """Prompts of one header, some twice, changed in several ways."""
    stream = random.Random(seed)
    prompts = [tokens[: start + 1] for tokens, start in questions(seed, 2)][::2]
    return [
        Generation(tokens, stream.randrange(3, 7), (), rules[number % len(rules)], one)
        for number, (tokens, one) in enumerate((t, one) for t in prompts for one in changes)
    ]


def answers(way, model, asked):
    if way == "shared":
        found = dict(generate(opened(model), Letters(), asked, Budget(20), 4))
    else:
        found = dict(plain.generate(opened(model), Letters(), asked, Budget(60)))
    return [found[i].text for i in range(len(asked))]


@pytest.mark.parametrize("way", ["shared", "plain"])
def test_generations(llama, way):
    places = [change("resid.1", "set", where) for where in WHERE.values()]
    asked = asked_of_all(5, changes=[*MIXED, *((one,) for one in places)])
    slow = ByHand(llama)
    expected = [written(slow, generation) for generation in asked]
    assert len(set(expected)) > len(asked) / 2
    assert answers(way, llama, asked) == expected


def test_generations_of_every_architecture(sharing):
    asked, slow = asked_of_all(6), ByHand(sharing)
    assert answers("shared", sharing, asked) == [written(slow, one) for one in asked]


@pytest.mark.parametrize("way", ["shared", "plain"])
def test_with_dola(llama, way):
    """The early exits read what was changed; what changes the final norm is not done to them."""
    rules = [Decoding(dola=Dola(layers="all")), Decoding(dola=Dola(layers=(1,), norm="none"))]
    asked, slow = asked_of_all(7, rules), ByHand(llama)
    expected = [written(slow, one) for one in asked]
    assert answers(way, llama, asked) == expected
    assert answers(way, llama, [replace(one, interventions=()) for one in asked]) != expected


# The model afterwards.


def state(model):
    hooks = [(len(m._forward_hooks), len(m._forward_pre_hooks)) for m in model.modules()]
    with torch.no_grad():
        logits = model(torch.tensor([[1, 2, 3, 4]])).logits
    return hooks, model.config._attn_implementation, model.generation_config, logits


def untouched(before, model):
    *settings, logits = state(model)
    assert settings == list(before[:-1])
    assert torch.equal(logits, before[-1])


CHANGED = (change("embed"), change("attn.3", "set", ANSWER), change("final", "scale"))
WORK = {
    "shared scores": lambda inside: score(inside, [Reading((1, 2, 3), 1, Exit(1), CHANGED)], B),
    "plain scores": lambda inside: plain.score(
        inside, [Reading((1, 2, 3), 1, Exit(1), CHANGED)], B
    ),
    "shared answers": lambda inside: generate(inside, Letters(), ASKED, B, 2),
    "plain answers": lambda inside: plain.generate(inside, Letters(), ASKED, B),
}
B = Budget(64)
ASKED = [Generation((1, 2, 3), 4, (), Decoding(dola=Dola(layers=(1,), norm="none")), CHANGED)]
each_work = pytest.mark.parametrize("work", WORK.values(), ids=WORK)


@each_work
def test_the_model_is_left_as_it_was(llama, work):
    before = state(llama)
    dict(work(opened(llama)))
    untouched(before, llama)
    left_early = work(opened(llama))
    next(left_early)
    left_early.close()
    untouched(before, llama)


@each_work
@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
@pytest.mark.parametrize("calls", [1, 2])
def test_also_when_a_pass_is_broken_off(work, error, calls):
    """In the middle of its blocks; in generation, in the first step after the prompt, too."""
    model = build(SHARING["llama"])
    before, seen = state(model), []

    def stop(*_args):
        seen.append(1)
        if len(seen) == calls:
            raise error

    handle = model.model.layers[1].mlp.register_forward_hook(stop)
    try:
        with pytest.raises(error):
            list(chain(work(opened(model)), work(opened(model))))
    finally:
        handle.remove()
    untouched(before, model)


# What cannot be done.


@each_work
def test_a_vector_of_another_width_is_one_sentence(llama, work, monkeypatch):
    wrong = (Intervention(Site("mlp", 2), "add", (1.0,) * 7),)
    monkeypatch.setattr("tests.engine.test_interventions.CHANGED", wrong)
    monkeypatch.setattr(
        "tests.engine.test_interventions.ASKED", [replace(ASKED[0], interventions=wrong)]
    )
    before = state(llama)
    with pytest.raises(BadInput, match=r"^the intervention at mlp\.2 .* 7 numbers; .* 64 wide$"):
        dict(work(opened(llama)))
    untouched(before, llama)


@pytest.mark.parametrize("how", PATHS.values(), ids=PATHS)
def test_a_site_that_is_not_there(llama, how):
    with pytest.raises(BadInput, match=r"no site resid\.9: the model has 3 layers"):
        scored(how, llama, [Reading((1, 2), 1, None, (change("resid.9"),))])


@pytest.mark.parametrize("how", PATHS.values(), ids=PATHS)
def test_a_part_that_was_not_found(how):
    config = type(SHARING["opt"])(
        **(SHARING["opt"].to_diff_dict() | {"do_layer_norm_before": False})
    )
    with pytest.raises(Unsupported, match=r"do not add an attention and an MLP: site attn\.1"):
        scored(how, build(config), [Reading((1, 2), 1, None, (change("attn.1"),))])


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"act": "add"}, "needs a vector"),
        ({"act": "set", "vector": (1.0, float("nan"))}, "NaN or infinity"),
        ({"act": "scale", "amount": inf}, "NaN or infinity"),
        ({"act": "scale", "vector": (0.0, 0.0)}, "all zeros"),
        ({"act": "clamp", "vector": (0.0,), "low": 0.0}, "all zeros"),
        ({"act": "clamp", "vector": (1.0,), "low": 2.0, "high": 1.0}, "no number lies between"),
        ({"act": "clamp", "vector": (1.0,), "low": float("nan")}, "no number lies between"),
        ({"act": "clamp", "vector": (1.0,), "low": inf}, "no number lies between"),
    ],
)
def test_a_change_without_meaning_is_refused(fields, said):
    with pytest.raises(BadInput, match=rf"^intervention '{fields['act']}' at resid\.1.*{said}"):
        Intervention(Site("resid", 1), **fields)
