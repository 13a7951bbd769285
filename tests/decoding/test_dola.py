"""DoLa's rules: which layers, which scores, what is refused; against the slow way."""

from dataclasses import replace
from math import inf, log

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from astrolabe.core.condition import Condition
from astrolabe.core.decoding import MASKED, Decoding, Dola
from astrolabe.core.errors import BadInput
from astrolabe.core.model import Exit, Exited, Generation, Reading, Scored
from astrolabe.decoding import choose, chooser, early_layers, scores
from astrolabe.decoding.dola import candidates, contrast, contrasted
from astrolabe.engine import generate as shared_generate
from astrolabe.engine import plain
from astrolabe.engine.memory import Budget
from astrolabe.engine.score import score
from tests.engine.conftest import GROUPED, SHARING, VOCABULARY, build, opened
from tests.engine.test_generate import Letters, prompts
from tests.inside.by_hand import ByHand, dola_scores

VARIANTS = {
    "by default": Dola(layers="all"),
    "as published": Dola(
        layers="all", divergence="published", norm="none", post_softmax=False
    ),
    "low": Dola(layers="low", norm="none"),
    "static": Dola(layers=(2,)),
    "everything plausible": Dola(layers=(0, 1, 2), relative_top=0.0, post_softmax=False),
    "everything plausible, made log-probs": Dola(layers=(0, 1), relative_top=0.0),
    "strict": Dola(layers=(1, 2), relative_top=0.6),
    "settled": Dola(layers=(0, 2), settled=0.2, norm="none"),
}  # fmt: skip
each_variant = pytest.mark.parametrize("dola", VARIANTS.values(), ids=VARIANTS)


@pytest.fixture(scope="module")
def llama():
    return build(SHARING["llama"])


# Which layers.


def layers(name, depth, tied=False):
    return [exit.layer for exit in candidates(Dola(layers=name), depth, tied)]


@pytest.mark.parametrize(
    ("depth", "low", "high"),
    [
        # Four models of the paper, with the buckets that its authors print.
        (32, range(0, 16, 2), range(16, 32, 2)),
        (40, range(0, 20, 2), range(20, 40, 2)),
        (60, range(0, 20, 2), range(40, 60, 2)),
        (80, range(0, 20, 2), range(60, 80, 2)),
        (8, [0, 2], [4, 6]),
        (6, [0, 2], [4]),
    ],
)
def test_buckets_are_the_even_layers_of_the_lower_and_upper_half(depth, low, high):
    assert layers("low", depth) == list(low)
    assert layers("high", depth) == list(high)
    assert layers("all", depth) == list(range(0, depth, 2))
    assert layers("low", depth, tied=True) == [layer for layer in low if layer]
    assert layers("high", depth, tied=True) == list(high)
    assert layers("all", depth, tied=True) == list(range(2, depth, 2))


def test_the_embedding_is_all_that_a_model_of_two_layers_has():
    assert layers("low", 2) == layers("all", 2) == [0]


@pytest.mark.parametrize(
    ("name", "depth", "tied"), [("high", 2, False), ("low", 2, True), ("all", 2, True)]
)
def test_a_bucket_without_layers_is_refused(name, depth, tied):
    with pytest.raises(BadInput, match=f"no candidate layers in '{name}'.*{depth} layers.*name"):
        layers(name, depth, tied)


def test_listed_layers_are_taken_in_order_and_once():
    assert layers((5, 3, 3), 6) == [3, 5]
    assert layers((0,), 6, tied=True) == [0]


def test_the_last_layer_cannot_be_contrasted_with_itself():
    with pytest.raises(BadInput, match=r"cannot contrast layer 6: .* early ones are 0 to 5"):
        layers((2, 6), 6)


def test_exits_carry_the_norm():
    assert candidates(Dola(layers=(1,), norm="none"), 3, False) == (Exit(1, "none"),)


@pytest.mark.parametrize(
    "fields",
    [
        {"layers": []},
        {"layers": [-1]},
        {"layers": "middle"},
        {"layers": 4},
        {"layers": [1.5]},
        {"divergence": "kl"},
        {"norm": "layer"},
        {"relative_top": 1.0},
        {"relative_top": -0.1},
        {"relative_top": float("nan")},
        {"settled": 0.0},
        {"settled": 1.1},
        {"layer": [1]},
    ],
)
def test_settings_without_meaning_are_refused_where_they_stand(fields):
    with pytest.raises(BadInput, match=r"^decoding\.dola\.") as caught:
        Condition.parse({"decoding": {"dola": fields}})
    assert "\n" not in str(caught.value)


def test_scored_options_take_dola_but_no_penalty():
    assert Condition.parse({"decoding": {"dola": {}}}).decoding.dola == Dola()
    with pytest.raises(BadInput, match="repetition_penalty mean nothing when options are scored"):
        Condition.parse({"decoding": {"dola": {}, "repetition_penalty": 1.2}})
    with pytest.raises(BadInput, match="seed mean nothing at temperature 0"):
        Condition.parse({"decoding": {"dola": {}, "seed": 3}, "scoring": "generated"})


# Scores of given texts.


def found(token, first, js=0.1, published=0.1, contrast=0.0):
    """What an exit says at one place."""
    return Exited((log(token),), (log(first),), (js,), (published,), (contrast,))


def under(dola, early, own=0.3, top=0.5):
    """Score and layer of a token that the last layer gives `own`, and its first choice `top`."""
    last = Scored((log(own),), False, (log(top),))
    answer = contrasted(last, {Exit(n): one for n, one in early.items()}, dola)
    assert answer.tops == last.tops
    return answer.logprobs[0], answer.layers[0]


def test_the_layer_most_unlike_the_last_is_contrasted():
    early = {0: found(0.1, 0.1, js=0.2, published=0.4), 2: found(0.2, 0.1, js=0.3, published=0.3)}
    bare = Dola(post_softmax=False)
    assert under(bare, early) == (pytest.approx(log(0.3 / 0.2)), 2)
    published = bare.model_copy(update={"divergence": "published"})
    assert under(published, early) == (pytest.approx(log(0.3 / 0.1)), 0)


def test_post_softmax_takes_off_the_log_of_the_sum():
    assert under(Dola(), {0: found(0.1, 0.1, contrast=0.7)})[0] == pytest.approx(log(3) - 0.7)


def test_the_rare_are_masked_whatever_the_sum():
    early = {4: found(0.001, 0.1, contrast=0.7)}
    assert under(Dola(relative_top=0.1), early, own=0.0499) == (MASKED, 4)
    assert under(Dola(relative_top=0.1), early, own=0.0501)[0] == pytest.approx(log(50.1) - 0.7)
    assert under(Dola(relative_top=0.0), early, own=1e-9)[0] == pytest.approx(log(1e-6) - 0.7)


def test_what_is_large_in_both_layers_is_left_as_it_is():
    """Also a token that would be masked: the last layer is used, and nothing is contrasted."""
    dola = Dola(settled=0.8)
    assert under(dola, {2: found(0.5, 0.8)}, own=0.8, top=0.8) == (pytest.approx(log(0.8)), None)
    assert under(dola, {2: found(0.1, 0.9)}, own=0.01, top=0.9) == (pytest.approx(log(0.01)), None)
    assert under(dola, {2: found(0.5, 0.79)}, own=0.8, top=0.8)[1] == 2
    assert under(dola, {2: found(0.5, 0.9)}, own=0.79, top=0.79)[1] == 2
    assert under(Dola(), {2: found(0.5, 0.9)}, own=0.9, top=0.9)[1] == 2


def test_each_place_chooses_for_itself():
    last = Scored((log(0.5), log(0.5)), True, (log(0.5), log(0.5)))
    early = {
        Exit(0): Exited((-1.0, -2.0), (-1.0, -2.0), (0.3, 0.1), (0.0, 0.0), (0.0, 0.0)),
        Exit(2): Exited((-3.0, -4.0), (-3.0, -4.0), (0.2, 0.2), (0.0, 0.0), (0.0, 0.0)),
    }
    answer = contrasted(last, early, Dola())
    assert answer.layers == (0, 2)
    assert answer.logprobs == pytest.approx((log(0.5) + 1, log(0.5) + 4))


@each_variant
def test_scores_of_texts_equal_the_slow_way(llama, dola):
    asked = [(g.tokens, len(g.tokens) // 2) for g in prompts(seed=1, count=5)]
    exits = candidates(dola, 3, tied=False)
    readings = [Reading(*one, exit) for one in asked for exit in (None, *exits)]
    answers = dict(score(opened(llama), readings, Budget(50)))
    masked, slow = 0, ByHand(llama)
    for number, (tokens, start) in enumerate(asked):
        at = number * (len(exits) + 1)
        early = {exit: answers[at + 1 + i] for i, exit in enumerate(exits)}
        answer = contrasted(answers[at], early, dola)
        logits, streams = slow.run(tokens[:-1])
        q = {exit.layer: slow.exit(streams[exit.layer], exit.norm) for exit in exits}
        for place, token in enumerate(tokens[start:]):
            row = start - 1 + place
            every, layer = dola_scores(
                logits[row], {one: q[one][row] for one in q}, dola, masked=MASKED
            )
            assert answer.layers[place] == layer
            assert answer.logprobs[place] == pytest.approx(every[token].item(), abs=1e-5)
            masked += answer.logprobs[place] == MASKED
    assert (masked > 0) == (dola.relative_top > 0)


# Scores of next tokens.


def at_exits(inside, dola, states):
    """Logits [R, V] of each candidate layer, in float64."""
    slow = ByHand(inside.model)
    return {
        exit.layer: slow.exit(states[exit.layer].double(), exit.norm)
        for exit in candidates(dola, inside.depth, inside.tied)
    }


def drawn(rows, seed, spread=1.0):
    """Logits of the last layer, likely first tokens more or less, and states of the others."""
    stream = torch.Generator().manual_seed(seed)
    logits = torch.randn(rows, VOCABULARY, generator=stream) * spread
    return logits, {n: torch.randn(rows, 64, generator=stream) for n in range(3)}


@each_variant
@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**31), st.sampled_from([0.3, 2.0, 5.0, 40.0]))
def test_every_row_chooses_as_the_slow_way_does(llama, dola, seed, spread):
    """With a spread of 0.3 all tokens are plausible; with one of 40, in most rows, only one is."""
    inside, (logits, states) = opened(llama), drawn(5, seed, spread)
    every = scores(inside, [Decoding(dola=dola)] * 5, logits, states)
    early = at_exits(inside, dola, states)
    for row in range(5):
        expected, _ = dola_scores(logits[row], {n: one[row] for n, one in early.items()}, dola)
        assert int(every[row].argmax()) == int(expected.argmax())
        ruled_out = expected == -inf
        assert torch.equal(every[row] == -inf, ruled_out)
        if (~ruled_out).sum() > 1:  # of a single token, only that it is the one
            mine, theirs = every[row][~ruled_out].double(), expected[~ruled_out]
            # A sum for all of them makes no choice another.
            torch.testing.assert_close(mine - mine[0], theirs - theirs[0], rtol=0, atol=2e-5)


def test_where_one_token_is_plausible_no_layer_is_read(llama, monkeypatch):
    inside, (logits, states) = opened(llama), drawn(3, seed=1)
    logits[:, 7] = 50.0
    states[2][:] = float("nan")
    dola = Dola(layers=(2,))
    every = contrast(inside, dola, candidates(dola, 3, False), logits, states)
    assert every.argmax(-1).tolist() == [7, 7, 7]
    assert (every > -inf).sum(-1).tolist() == [1, 1, 1]


def test_a_settled_row_is_the_last_layers_own(llama):
    """So that sampling from it, too, is sampling from the model as it is."""
    inside, (logits, _) = opened(llama), drawn(3, seed=2, spread=0.5)
    head = llama.lm_head.weight.detach()
    logits[0, 7] = logits[1, 7] = 12.0
    states = {2: torch.stack([40 * head[7], 40 * head[8], 40 * head[7]])}
    dola = Dola(layers=(2,), norm="none", settled=0.7)
    p, q = logits.softmax(-1), inside.logits(states[2], "none").softmax(-1)
    assert (p[:, 7] > 0.7).tolist() == [True, True, False]
    assert (q[:, 7] > 0.7).tolist() == [True, False, True]
    every = contrast(inside, dola, candidates(dola, 3, False), logits, states)
    torch.testing.assert_close(every[0].softmax(-1), p[0])
    assert (every == -inf).any(-1).tolist() == [False, True, True]


@pytest.mark.parametrize("chunk", [1, VOCABULARY * 5, 2**24])
def test_rows_are_the_same_whatever_they_ride_with(llama, monkeypatch, chunk):
    """Rows of all variants together, in other orders, in chunks, and alone."""
    inside, (logits, states) = opened(llama), drawn(16, seed=3, spread=3.0)
    rules = [Decoding(dola=dola) for dola in (*VARIANTS.values(), None)]
    rules = [rules[row % len(rules)] for row in range(16)]
    monkeypatch.setattr("astrolabe.decoding.dola.AT_ONCE", chunk)
    monkeypatch.setattr("astrolabe.decoding.dola.IN_CACHE", chunk)
    together = scores(inside, rules, logits, states)
    for row in range(16):
        here = {n: one[row : row + 1] for n, one in states.items()}
        alone = scores(inside, rules[row : row + 1], logits[row : row + 1], here)
        torch.testing.assert_close(together[row], alone[0], rtol=0, atol=5e-6)
        assert choose([chooser(rules[row], ())], alone) == [int(together[row].argmax())]


def test_rows_without_dola_keep_their_logits(llama):
    inside, (logits, states) = opened(llama), drawn(2, seed=4)
    assert scores(inside, [Decoding(), Decoding()], logits, {}) is logits
    mixed = scores(inside, [Decoding(), Decoding(dola=Dola(layers=(1,)))], logits, states)
    assert torch.equal(mixed[0], logits[0])
    assert not torch.equal(mixed[1], logits[1])


def test_the_layers_that_are_needed_are_those_of_all_rows(llama):
    inside = opened(llama)
    rules = [Decoding(), Decoding(dola=Dola(layers=(2, 0))), Decoding(dola=Dola(layers=(1,)))]
    assert early_layers(inside, rules) == [0, 1, 2]
    assert early_layers(inside, rules[:1]) == []


@pytest.mark.parametrize("broken", [float("nan"), inf])
def test_an_exit_that_gives_no_numbers_is_refused(llama, broken):
    inside, (logits, states) = opened(llama), drawn(3, seed=5)
    states[1][2, 9] = broken
    dola = Dola(layers=(0, 1), norm="none")
    with pytest.raises(BadInput, match=r"^the early exit at layer 1 \(norm none\) .*not finite"):
        contrast(inside, dola, candidates(dola, 3, False), logits, states)


# Whole answers.


def slowly(slow, tied, asked):
    """Tokens by one full pass each, in float64."""
    dola, ids = asked.decoding.dola, list(asked.tokens)
    for _ in range(asked.max_tokens):
        logits, streams = slow.run(ids)
        early = {
            exit.layer: slow.exit(streams[exit.layer][-1:], exit.norm)[0]
            for exit in candidates(dola, len(slow.blocks), tied)
        }
        ids.append(int(dola_scores(logits[-1], early, dola)[0].argmax()))
    return Letters().decode(ids[len(asked.tokens) :])


def asked_of_all(seed, max_tokens=5):
    rules = [Decoding(dola=dola) for dola in VARIANTS.values()]
    return [
        replace(g, decoding=rules[number % len(rules)], max_tokens=max_tokens)
        for number, g in enumerate(prompts(seed, count=14))
    ]


@pytest.mark.parametrize("name", ["llama", "tied", "gpt2"])
def test_generations_equal_the_slow_way(name):
    config = type(SHARING["llama"])(tie_word_embeddings=True, **GROUPED)
    model = build(config if name == "tied" else SHARING[name])
    inside, slow = opened(model), ByHand(model)
    assert inside.tied == (name != "llama")
    asked = asked_of_all(seed=2)
    if inside.tied:  # two of three layers are left, so a low bucket has none
        asked = [g for g in asked if g.decoding.dola.layers != "low"]
    expected = [slowly(slow, inside.tied, g) for g in asked]
    ways = (
        shared_generate.generate(inside, Letters(), asked, Budget(33), 5),
        plain.generate(inside, Letters(), asked, Budget(60)),
    )
    for answers in map(dict, ways):
        assert [answers[i].text for i in range(len(asked))] == expected
    greedy = [replace(g, decoding=Decoding()) for g in asked]
    without = dict(shared_generate.generate(inside, Letters(), greedy, Budget(33), 5))
    assert sum(without[i].text != text for i, text in enumerate(expected)) > len(asked) / 2


def test_batch_mates_change_no_answer(llama):
    """With penalties, sampling and all variants in one batch, and each row alone."""
    asked = [
        replace(
            g,
            decoding=Decoding(
                dola=g.decoding.dola,
                repetition_penalty=[1.0, 1.3][number % 2],
                temperature=[0.0, 0.0, 0.9][number % 3],
                seed=0 if number % 3 < 2 else number,
            ),
        )
        for number, g in enumerate(asked_of_all(seed=3, max_tokens=8))
    ]
    together = dict(shared_generate.generate(opened(llama), Letters(), asked, Budget(64), 6))
    for number, generation in enumerate(asked):
        for alone in (
            shared_generate.generate(opened(llama), Letters(), [generation], Budget(64), 1),
            plain.generate(opened(llama), Letters(), [generation], Budget(64)),
        ):
            assert dict(alone) == {0: together[number]}


def test_a_broken_layer_stops_a_generation_with_one_sentence():
    model = build(SHARING["llama"])
    with torch.no_grad():
        model.model.layers[0].mlp.down_proj.weight.fill_(float("nan"))
    dola = Dola(layers=(0, 1), relative_top=0.0)
    asked = [Generation((1, 2, 3), 3, decoding=Decoding(dola=dola))]
    for answers in (
        shared_generate.generate(opened(model), Letters(), asked, Budget(64), 1),
        plain.generate(opened(model), Letters(), asked, Budget(64)),
    ):
        with pytest.raises(BadInput, match=r"early exit at layer 1 .*not finite"):
            dict(answers)
