"""Small random-weight models of real architectures."""

from functools import cache

import pytest
import torch
from transformers import (
    AutoModelForCausalLM,
    Gemma2Config,
    Gemma3TextConfig,
    GemmaConfig,
    GPT2Config,
    GPTNeoXConfig,
    LlamaConfig,
    MistralConfig,
    OPTConfig,
    PhiConfig,
    PretrainedConfig,
    PreTrainedModel,
    Qwen2Config,
    Qwen2MoeConfig,
    Qwen3Config,
)

from astrolabe.inside.head import Inside

VOCABULARY = 101
SIZES = {
    "vocab_size": VOCABULARY,
    "hidden_size": 64,
    "intermediate_size": 96,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "max_position_embeddings": 256,
    "bos_token_id": None,
    "eos_token_id": None,
    "pad_token_id": None,
}
GROUPED = SIZES | {"num_key_value_heads": 2}

SHARING: dict[str, PretrainedConfig] = {
    "llama": LlamaConfig(**GROUPED),
    "gpt-neox": GPTNeoXConfig(**SIZES),
    "gpt2": GPT2Config(
        vocab_size=VOCABULARY,
        n_embd=64,
        n_layer=3,
        n_head=4,
        n_positions=256,
        bos_token_id=None,
        eos_token_id=None,
    ),
    "qwen2": Qwen2Config(**GROUPED),
    "qwen3": Qwen3Config(head_dim=16, **GROUPED),
    "mistral": MistralConfig(**GROUPED),
    "mistral with a short window": MistralConfig(sliding_window=8, **GROUPED),
    "qwen2 with a window in some layers": Qwen2Config(
        sliding_window=8, use_sliding_window=True, max_window_layers=1, **GROUPED
    ),
    "gemma": GemmaConfig(head_dim=16, **GROUPED),
    # Scores of enlarged weights are large, so that a cap which is left out shows.
    "gemma2 with soft caps and a short window": Gemma2Config(
        head_dim=16, sliding_window=8, attn_logit_softcapping=2.0, **GROUPED
    ),
    "gemma3 with a short window": Gemma3TextConfig(head_dim=16, sliding_window=8, **GROUPED),
    "phi": PhiConfig(**GROUPED),
    "opt": OPTConfig(
        vocab_size=VOCABULARY,
        hidden_size=64,
        ffn_dim=96,
        num_hidden_layers=3,
        num_attention_heads=4,
        max_position_embeddings=256,
        word_embed_proj_dim=64,
        bos_token_id=None,
        eos_token_id=None,
        pad_token_id=None,
    ),
}
NOT_SHARING: dict[str, PretrainedConfig] = {
    "qwen2-moe with a window in its mask alone": Qwen2MoeConfig(
        sliding_window=8,
        use_sliding_window=True,
        max_window_layers=1,
        moe_intermediate_size=32,
        shared_expert_intermediate_size=32,
        num_experts=4,
        num_experts_per_tok=2,
        **GROUPED,
    ),
    "llama with frequencies by length": LlamaConfig(
        rope_parameters={
            "rope_type": "dynamic",
            "factor": 4.0,
            "rope_theta": 10000.0,
            "original_max_position_embeddings": 16,
        },
        **(GROUPED | {"max_position_embeddings": 16}),
    ),
}


def build(config: PretrainedConfig) -> PreTrainedModel:
    torch.manual_seed(0)
    model = AutoModelForCausalLM.from_config(config).eval()
    # The default initialisation is so small that all tokens look alike; larger weights make every
    # position and every mask matter.
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() > 1:
                parameter.mul_(4.0)
    opened(model)
    return model


@pytest.fixture(scope="session")
def llama() -> PreTrainedModel:
    return build(SHARING["llama"])


@pytest.fixture(scope="session", params=list(SHARING))
def sharing(request: pytest.FixtureRequest) -> PreTrainedModel:
    return build(SHARING[request.param])


@pytest.fixture(scope="session", params=list(NOT_SHARING))
def not_sharing(request: pytest.FixtureRequest) -> PreTrainedModel:
    return build(NOT_SHARING[request.param])


@cache
def opened(model: PreTrainedModel) -> Inside:
    """The model with its parts found, so that a test that watches it sees its own passes only."""
    inside = Inside(model)
    _ = inside.rowwise
    return inside


def twin(model: PreTrainedModel) -> PreTrainedModel:
    """The same weights in a fresh model: some architectures keep what they saw before."""
    fresh = type(model)(model.config).eval()
    fresh.load_state_dict(model.state_dict())
    return fresh
