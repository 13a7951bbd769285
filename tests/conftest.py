"""Real rows where they are at hand, and tiny random-weight models on disk. No network is used."""

import os
import signal
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

# Read by huggingface_hub and torch when they are first imported.
os.environ["HF_HUB_OFFLINE"] = "1"
# Two threads that wait for each other on a busy core make a tiny product a hundred times slower.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# What a shell starts in the background ignores Ctrl-C, and so would all that the tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)

ROWS = Path(__file__).resolve().parents[1].parent / "shared" / "data"

SENTENCES = (
    "The following are multiple choice questions (with answers) about abstract algebra.",
    "Question: Janet's ducks lay 16 eggs per day. How many are left? Answer: #### 18",
    "Let's think step by step. A. B. C. D. The answer is",
    "以下是关于天文学的单项选择题，请直接给出正确答案的选项。题目：答案是：",
)

TURNS = (
    "{% for m in messages %}[{{ m.role }}]\n{{ m.content }}\n{% endfor %}"
    "{% if add_generation_prompt %}[assistant]\n{% endif %}"
)
REFUSES_SYSTEM = (
    "{% if messages[0].role == 'system' %}{{ raise_exception('no system turns here') }}{% endif %}"
    + TURNS
)
BOS_EVERY_EXCHANGE = (
    "{% for m in messages %}{% if m.role == 'user' %}{{ bos_token }}[{{ m.content }}]"
    "{% else %} {{ m.content }} {{ eos_token }}{% endif %}{% endfor %}"
)

TOKENIZERS: dict[str, tuple[bool, str | None]] = {
    "bos": (True, None),
    "no-bos": (False, None),
    "bos-and-template": (True, TURNS),
    "bos-twice-written": (True, "{{ bos_token }}" + TURNS),
    "bos-late-in-template": (True, "\n{{ bos_token }}" + TURNS),
    "bos-in-template-only": (False, "{{ bos_token }}" + TURNS),
    "bos-every-exchange": (True, BOS_EVERY_EXCHANGE),
    "refuses-system": (True, REFUSES_SYSTEM),
    "no-bos-template": (False, TURNS),
}
"""Whether the post-processor opens a text with BOS, and the chat template."""


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real benchmark rows."""
    if not ROWS.is_dir():
        pytest.skip(f"the real benchmark rows are not here ({ROWS})")
    return ROWS


@cache
def _trained() -> str:
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    byte_level = Tokenizer(models.BPE())
    byte_level.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    byte_level.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=400,
        special_tokens=["<s>", "</s>"],
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    byte_level.train_from_iterator(SENTENCES, trainer)
    return byte_level.to_str()


@cache
def make_tokenizer(kind: str) -> Any:
    """A byte-level BPE tokenizer of one of the kinds of `TOKENIZERS`."""
    from tokenizers import Tokenizer, processors
    from transformers import PreTrainedTokenizerFast

    opens, template = TOKENIZERS[kind]
    byte_level = Tokenizer.from_str(_trained())
    if opens:
        byte_level.post_processor = processors.TemplateProcessing(
            single="<s> $A", pair="<s> $A $B", special_tokens=[("<s>", 0)]
        )
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=byte_level, bos_token="<s>", eos_token="</s>"
    )
    tokenizer.chat_template = template
    return tokenizer


def make_model(architecture: str, seed: int = 0, **changes: Any) -> Any:
    """A random-weight model of two layers that knows the ids of `make_tokenizer`."""
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM

    size = {
        "vocab_size": len(make_tokenizer("bos")),
        "hidden_size": 32,
        "intermediate_size": 48,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "max_position_embeddings": 512,
        "bos_token_id": 0,
        "eos_token_id": 1,
        "pad_token_id": None,
    }
    more: dict[str, dict[str, Any]] = {
        "llama": {"num_key_value_heads": 2},
        "qwen2": {"num_key_value_heads": 2},
        "gpt2": {"n_inner": 48},
    }
    if architecture == "gpt2":
        del size["intermediate_size"]
    config = AutoConfig.for_model(architecture, **(size | more.get(architecture, {}) | changes))
    torch.manual_seed(seed)
    return AutoModelForCausalLM.from_config(config).eval()


MakeFolder = Callable[..., Path]


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> MakeFolder:
    """Makes a folder with a tiny model, in transformers' layout; the same one when asked again.

    Copy it before you change anything in it.
    """
    from transformers.utils import logging

    logging.disable_progress_bar()

    @cache
    def make(architecture: str = "llama", tokenizer: str | None = "bos", **changes: Any) -> Path:
        folder = tmp_path_factory.mktemp(architecture)
        make_model(architecture, **changes).save_pretrained(folder)
        if tokenizer is not None:
            make_tokenizer(tokenizer).save_pretrained(folder)
        return folder

    return make


@pytest.fixture(scope="session")
def tokenizer() -> Callable[[str], Any]:
    """Makes a tokenizer of one of the kinds of `TOKENIZERS`."""
    return make_tokenizer
