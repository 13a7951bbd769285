"""Sites over real modules, found by structure, against transformers' own and against names."""

from copy import deepcopy

import pytest
import torch
from torch import nn
from transformers import GPTNeoXConfig, OPTConfig, Qwen2MoeConfig

from astrolabe.core.errors import BadInput, Unsupported
from astrolabe.core.site import Site
from astrolabe.inside import taps
from astrolabe.inside.head import Inside
from tests.engine.conftest import GROUPED, SHARING, SIZES, VOCABULARY, build
from tests.inside.by_hand import WAYS

TOKENS = (5, 6, 7, 8, 5, 99)
OPT = SHARING["opt"].to_diff_dict()

SUMMED = SHARING | {
    "gpt-neox, one after the other": GPTNeoXConfig(use_parallel_residual=False, **SIZES),
    "opt with projections": OPTConfig(**(OPT | {"word_embed_proj_dim": 32})),
    "qwen2-moe": Qwen2MoeConfig(
        moe_intermediate_size=32,
        shared_expert_intermediate_size=32,
        num_experts=4,
        num_experts_per_tok=2,
        **GROUPED,
    ),
}
"""Every block adds an attention and an MLP to the stream."""
NORMED = {
    "opt, norms after": OPTConfig(**(OPT | {"do_layer_norm_before": False})),
    "opt, norms after, with projections": OPTConfig(
        **(OPT | {"do_layer_norm_before": False, "word_embed_proj_dim": 32})
    ),
}
"""The stream itself goes through norms, so nothing is added to it, and there is no final one."""


@pytest.fixture(scope="module", params=list(SUMMED))
def summed(request):
    return Inside(build(SUMMED[request.param]))


@pytest.fixture(scope="module", params=list(SUMMED | NORMED))
def any_inside(request):
    return Inside(build((SUMMED | NORMED)[request.param]))


def read(inside, names):
    """States [T, W] at sites in one pass, and the pass' output."""
    sites = {name: Site.parse(name) for name in names}
    with torch.no_grad(), taps.reading(inside.anatomy, sites, slice(None)) as found:
        output = inside.model(torch.tensor([TOKENS]), output_hidden_states=True, use_cache=False)
    return {name: states[0] for name, states in found.items()}, output


def test_parts_are_those_that_bear_their_names(summed):
    blocks, norm, attention, mlp = WAYS[summed.model.config.model_type]
    parts, named = summed.anatomy, summed.model.get_submodule(blocks)
    assert parts.depth == len(named) == 3
    assert all(mine is theirs for mine, theirs in zip(parts.blocks, named, strict=True))
    for index, block in enumerate(named):
        assert parts.attention[index] is block.get_submodule(attention)
        assert parts.mlp[index] is block.get_submodule(mlp)
    assert [id(module) for module in parts.norms] == [id(summed.model.get_submodule(norm))]
    assert parts.head is summed.model.get_output_embeddings()


def test_the_stream_is_transformers_own(any_inside):
    states, output = read(any_inside, [f"resid.{layer}" for layer in range(4)])
    for layer in range(3):
        assert torch.equal(states[f"resid.{layer}"], output.hidden_states[layer][0])
    # The last of theirs is after the final norm, so the last of ours is told by its logits.
    with torch.no_grad():
        logits = any_inside.logits(states["resid.3"], "final")
    torch.testing.assert_close(logits, output.logits[0], rtol=0, atol=1e-5)


def test_a_block_adds_its_attention_and_its_mlp(summed):
    every = [f"{kind}.{layer}" for kind in ("attn", "mlp") for layer in (1, 2, 3)]
    states, _ = read(summed, ["embed", *every, *(f"resid.{layer}" for layer in (1, 2, 3))])
    before = states["embed"]
    for layer in (1, 2, 3):
        after = states[f"resid.{layer}"]
        added = states[f"attn.{layer}"] + states[f"mlp.{layer}"]
        assert min(states[f"{kind}.{layer}"].abs().max() for kind in ("attn", "mlp")) > 1e-3
        torch.testing.assert_close(before + added, after, rtol=1e-5, atol=1e-5)
        before = after


def test_final_is_what_leaves_the_norm(summed):
    states, output = read(summed, ["final", "resid.3"])
    with torch.no_grad():
        normed = summed.anatomy.norms[0](states["resid.3"])
        logits = summed.logits(states["resid.3"], "final")
    assert torch.equal(states["final"], normed)
    torch.testing.assert_close(logits, output.logits[0], rtol=0, atol=1e-5)


def test_the_last_exit_is_the_models_own_logits(any_inside):
    assert any_inside.check() < 1e-5


def test_norm_none_leaves_out_the_norm_alone(any_inside):
    """The projection of some OPT models, and Gemma 2's soft cap, stay."""
    stream = torch.randn(2, any_inside.model.config.hidden_size)
    with torch.no_grad():
        found = any_inside.logits(stream, "none")
        decoder = any_inside.model.get_decoder()
        project = getattr(getattr(decoder, "decoder", decoder), "project_out", None)
        logits = any_inside.anatomy.head(stream if project is None else project(stream))
        cap = getattr(any_inside.model.config, "final_logit_softcapping", None)
        logits = logits if cap is None else cap * (logits / cap).tanh()
    torch.testing.assert_close(found, logits, rtol=0, atol=1e-6)
    assert found.shape == (2, VOCABULARY)


def test_tied_embeddings_are_known():
    def tied(**changed):
        return Inside(build(type(SHARING["llama"])(**(GROUPED | changed)))).tied

    assert tied(tie_word_embeddings=True)
    assert not tied(tie_word_embeddings=False)


@pytest.mark.parametrize("name", list(NORMED))
def test_a_stream_that_is_normed_has_no_parts_to_name(name):
    inside = Inside(build(NORMED[name]))
    for site, missing in (("attn.1", "do not add an attention"), ("final", "without a final norm")):
        with pytest.raises(Unsupported, match=missing):
            read(inside, [site])


def test_rows_are_kept_by_index_and_batch():
    inside = Inside(build(SHARING["llama"]))
    tokens = torch.tensor([[1, 2, 3, 4], [5, 6, 7, 8]])
    with torch.no_grad():
        hidden = inside.model(tokens, output_hidden_states=True).hidden_states[2]
        with inside.streams([2], torch.tensor([3, 1]), batch=2) as found:
            inside.model(tokens)
    assert torch.equal(found[2], hidden[:, [3, 1]])


# What is not found is said.


@pytest.fixture
def broken():
    return build(deepcopy(SHARING["llama"]))


def refused(model):
    with pytest.raises(Unsupported) as caught:
        Inside(model).check()
    return str(caught.value)


def test_a_model_without_blocks(broken):
    broken.config.num_hidden_layers = 5  # it has three, and no list of five
    assert refused(broken) == (
        "LlamaForCausalLM, in which no list of 5 blocks that a stream passes through was found: "
        "its inside"
    )


def test_a_model_without_blocks_and_head(broken, monkeypatch):
    broken.config.num_hidden_layers = 5
    monkeypatch.setattr(broken, "get_output_embeddings", lambda: None)
    said = refused(broken)
    assert "no output embedding in use and no list of 5 blocks" in said


def test_a_head_that_is_never_used(broken, monkeypatch):
    idle = nn.Linear(64, VOCABULARY)
    monkeypatch.setattr(broken, "get_output_embeddings", lambda: idle)
    assert "no output embedding in use was found" in refused(broken)


def test_a_list_that_the_stream_does_not_pass_through_is_not_taken_for_the_blocks(broken):
    broken.idle = nn.ModuleList(nn.Linear(500, 500) for _ in range(3))
    assert Inside(broken).anatomy.blocks == tuple(broken.model.layers)


def test_a_head_that_does_something_unknown_to_its_logits(broken, monkeypatch):
    forward = type(broken).forward

    def scaled(self, *args, **kwargs):
        output = forward(self, *args, **kwargs)
        output.logits = output.logits * 1.01
        return output

    monkeypatch.setattr(type(broken), "forward", scaled)
    assert "last layer read early differs from its own logits" in refused(broken)


def test_numbers_that_are_not_finite_are_no_agreement(broken):
    with torch.no_grad():
        broken.lm_head.weight[3] = float("nan")
    assert "differs from its own logits by nan" in refused(broken)


def test_looking_leaves_no_hooks(broken):
    inside = Inside(broken)
    inside.check()
    with inside.streams([0, 3], slice(None)):
        assert hooks(broken) == 2
    with pytest.raises(KeyboardInterrupt), inside.streams([0, 1, 2], slice(None)):
        raise KeyboardInterrupt
    with pytest.raises(BadInput), inside.streams([0, 9], slice(None)):
        pass
    assert hooks(broken) == 0


def hooks(model):
    return sum(len(m._forward_hooks) + len(m._forward_pre_hooks) for m in model.modules())


# Names.


@pytest.mark.parametrize("name", ["embed", "resid.1", "resid.80", "attn.1", "mlp.12", "final"])
def test_a_sites_name_reads_back(name):
    assert str(Site.parse(name)) == name


def test_the_embedding_has_two_names():
    assert Site.parse("resid.0") == Site.parse("embed") == Site("resid", 0)


OTHERS = ["resid", "resid.", "resid.-1", "resid.1.5", "resid.99999", "Resid.1", "attn.0", "mlp.0"]


@pytest.mark.parametrize(
    "name", [*OTHERS, "", " resid.1", "resid.1\n", "final.1", "embed.1", "head.3"]
)
def test_other_names_are_refused_in_one_sentence(name):
    with pytest.raises(BadInput, match=r"(?s)^no site .*; sites are embed, resid\.L .* final$"):
        Site.parse(name)


@pytest.mark.parametrize("name", ["resid.4", "attn.4", "mlp.9"])
def test_a_layer_that_the_model_does_not_have(name):
    inside = Inside(build(SHARING["llama"]))
    with pytest.raises(BadInput, match=rf"no site {name}: the model has 3 layers"):
        read(inside, [name])
