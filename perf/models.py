"""Models with random weights to measure with, the same for the same seed.

What a model costs does not depend on what it learned; and a model without knowledge shows any
difference between two ways of computing just as well. The tokenizer is a real one (byte-level BPE)
trained on the real rows where they are at hand, so that lengths are those of real prompts.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from astrolabe.core.digest import digest
from perf import rows

Family = Literal["llama", "gpt_neox"]
FAMILIES: tuple[Family, ...] = ("llama", "gpt_neox")
VOCABULARY = 8192
CONTEXT = 4096
HEADS = 8
SPREAD = 0.05
"""Standard deviation of the random weights: wide enough that what stands in a prompt matters."""


@dataclass(frozen=True)
class Size:
    width: int
    layers: int


USUAL = Size(width=512, layers=8)
SMALL = Size(width=128, layers=4)
"""Enough where only answers count, not time."""

_PATTERN = r"""'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}{1,3}| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"""
_CHAT = (
    "{{ bos_token }}{% for message in messages %}<|{{ message['role'] }}|>\n"
    "{{ message['content'] }}<|end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>\n{% endif %}"
)


def model(family: Family, size: Size = USUAL, seed: int = 0) -> Path:
    """Folder of a random-weight model of the given family, made on first use.

    ``llama`` puts a BOS before every text (in its tokenizer's post-processor) and has a chat
    template; ``gpt_neox`` has neither.
    """
    texts = list(rows.texts())
    shape = f"{size.width}x{size.layers}"
    folder = rows.cache() / f"{family}-{shape}-{seed}-{digest(texts)[:8]}"
    if (folder / "done").exists():
        return folder
    import torch
    from transformers import AutoModelForCausalLM
    from transformers.utils import logging

    logging.disable_progress_bar()
    tokenizer = _tokenizer(family, texts)
    torch.manual_seed(seed)
    made = AutoModelForCausalLM.from_config(_config(family, size, tokenizer), dtype=torch.float32)
    made.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    (folder / "done").write_text(json.dumps({"parameters": made.num_parameters()}))
    return folder


def parameters(folder: Path) -> int:
    """Number of weights of a model made here."""
    return int(json.loads((folder / "done").read_text())["parameters"])


def _config(family: Family, size: Size, tokenizer: Any) -> Any:
    from transformers import GPTNeoXConfig, LlamaConfig

    common: dict[str, Any] = {
        "vocab_size": VOCABULARY,
        "hidden_size": size.width,
        "num_hidden_layers": size.layers,
        "num_attention_heads": HEADS,
        "max_position_embeddings": CONTEXT,
        "initializer_range": SPREAD,
        "bos_token_id": tokenizer.bos_token_id,
        "eos_token_id": tokenizer.eos_token_id,
        "tie_word_embeddings": False,
    }
    if family == "llama":
        return LlamaConfig(
            **common, num_key_value_heads=HEADS, intermediate_size=size.width * 43 // 16
        )
    return GPTNeoXConfig(**common, intermediate_size=4 * size.width)


def _tokenizer(family: Family, texts: list[str]) -> Any:
    from tokenizers import Regex, Tokenizer, decoders, pre_tokenizers, processors, trainers
    from tokenizers import models as kinds
    from transformers import PreTrainedTokenizerFast

    bos, eos = ("<s>", "</s>") if family == "llama" else ("<|endoftext|>", "<|endoftext|>")
    tokenizer = Tokenizer(kinds.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(_PATTERN), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=list(dict.fromkeys((bos, eos))),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    if family == "llama":
        tokenizer.post_processor = processors.TemplateProcessing(
            single=f"{bos} $A", pair=f"{bos} $A {bos} $B", special_tokens=[(bos, 0)]
        )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token=bos,
        eos_token=eos,
        chat_template=_CHAT if family == "llama" else None,
        clean_up_tokenization_spaces=False,
    )
