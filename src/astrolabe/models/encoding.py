"""From a `Prompt` to token ids, through the model's own tokenizer and chat template."""

import re
from collections.abc import Sequence

import jinja2
from transformers import PreTrainedTokenizerBase

from astrolabe.core.errors import BadInput
from astrolabe.core.model import Encoded, Reading
from astrolabe.core.prompt import Prompt


def rendered_text(tokenizer: PreTrainedTokenizerBase, prompt: Prompt) -> str:
    """The prompt as one text, up to where the answer begins.

    Raises:
        BadInput: when a chat prompt meets a tokenizer without a (fitting) chat template.
    """
    if prompt.text is not None:
        return prompt.text
    if tokenizer.chat_template is None:
        raise BadInput(f"model '{tokenizer.name_or_path}' has no chat template; use template 'off'")
    messages = [{"role": m.role, "content": m.content} for m in prompt.messages]
    try:
        text: str = tokenizer.apply_chat_template(
            messages, tokenize=False, add_generation_prompt=True
        )
    except jinja2.TemplateError as error:
        raise BadInput(
            f"the chat template of model '{tokenizer.name_or_path}' refuses these turns: {error}"
        ) from error
    return text + prompt.prefix


def opening_tokens(tokenizer: PreTrainedTokenizerBase) -> tuple[int, ...]:
    """The special tokens that the tokenizer itself puts before a text: one BOS, or nothing.

    Decided from what its own post-processor does, never from the model's name.
    """
    bare = tokenizer("a", add_special_tokens=False).input_ids
    whole = tokenizer("a").input_ids
    for start in range(len(whole) - len(bare) + 1):
        if whole[start : start + len(bare)] == bare:
            return tuple(whole[:start])
    return ()


def encode(tokenizer: PreTrainedTokenizerBase, prompts: Sequence[Prompt]) -> list[Encoded]:
    """Token ids of `prompts` and of their continuations.

    A continuation's ids are what its text adds when context and continuation are tokenised as a
    whole; white space at the end of the context counts to the continuation (or only what the
    prompt's seam names of it), since tokenizers join it to the next word. They are scored after the
    ids of the context alone, also where a tokenizer would merge across the boundary. (Both are the
    rule of lm-evaluation-harness.)

    A tokenizer that opens texts with a BOS gets exactly one, unless the model's own chat template
    writes it, or the prompt wants none. Where there is no text at all before a continuation, BOS
    (or EOS) stands for it.

    Raises:
        BadInput: as `rendered_text`; for a text that holds the BOS itself; and for a continuation
            that adds no token of its own.
    """
    if not prompts:
        return []
    opening = opening_tokens(tokenizer)
    for prompt in prompts:
        _refuse_bos(tokenizer, prompt)
    contexts = [rendered_text(tokenizer, prompt) for prompt in prompts]
    texts: list[str] = []
    for context, prompt in zip(contexts, prompts, strict=True):
        # A generated answer goes on from the text as it is; a scored one follows the rule above.
        texts.append(context.rstrip(prompt.seam) if prompt.continuations else context)
        texts.extend(context + continuation for continuation in prompt.continuations)
    ids = iter(_tokenise(tokenizer, texts))
    encoded = []
    for prompt in prompts:
        before = opening if prompt.bos else ()
        begun = _opened(tokenizer, before, next(ids))
        wholes = [_opened(tokenizer, before, next(ids)) for _ in prompt.continuations]
        if not begun:
            begun = (_stand_in(tokenizer),)
            wholes = [begun + whole for whole in wholes]
        for whole, continuation in zip(wholes, prompt.continuations, strict=True):
            if len(whole) <= len(begun):
                raise BadInput(
                    f"the tokenizer of model '{tokenizer.name_or_path}' joins '{continuation}' to "
                    "the text before it, so it has no log-prob of its own; use scoring 'generated'"
                )
        readings = tuple(Reading(begun + whole[len(begun) :], len(begun)) for whole in wholes)
        encoded.append(Encoded(begun, readings))
    return encoded


_SEAM = re.compile(r"(?<=[0-9A-Za-z])(?=\n\n)")
"""Between a letter or digit and a blank line. The pre-tokenizers of GPT-2, Llama 3 and Qwen part a
text there; one that does not, such as SentencePiece's, is noticed."""

_COMPARED = 8
"""Texts of each call that are also tokenised as wholes."""


def _tokenise(tokenizer: PreTrainedTokenizerBase, texts: Sequence[str]) -> list[list[int]]:
    """Ids of `texts` without specials; what they share between seams is tokenised once.

    Five-shot prompts of a subject are mostly the same text. Whether this tokenizer gives the same
    ids for the parts as for the whole is found out on some of the texts; if not, all are tokenised
    as wholes.
    """
    parts = [_SEAM.split(text) for text in texts]
    distinct = list(dict.fromkeys(part for split in parts for part in split))
    known = dict(zip(distinct, _ids(tokenizer, distinct), strict=True))
    joined = [[token for part in split for token in known[part]] for split in parts]
    compared = range(0, len(texts), max(1, len(texts) // _COMPARED))
    wholes = _ids(tokenizer, [texts[place] for place in compared])
    if all(joined[place] == whole for place, whole in zip(compared, wholes, strict=True)):
        return joined
    return _ids(tokenizer, texts)


def _ids(tokenizer: PreTrainedTokenizerBase, texts: Sequence[str]) -> list[list[int]]:
    # A prompt longer than the context is dealt with when it is fitted, so nobody needs a warning.
    found: list[list[int]] = tokenizer(
        list(texts), add_special_tokens=False, verbose=False
    ).input_ids
    return found


def _refuse_bos(tokenizer: PreTrainedTokenizerBase, prompt: Prompt) -> None:
    bos = tokenizer.bos_token
    said = (prompt.text or "", *(m.content for m in prompt.messages), prompt.prefix)
    if bos and any(bos in text for text in (*said, *prompt.continuations)):
        raise BadInput(
            f"the prompt holds the text '{bos}', which opens a prompt of model "
            f"'{tokenizer.name_or_path}'; it cannot be part of a question, a role or a trigger"
        )


def _opened(
    tokenizer: PreTrainedTokenizerBase, opening: tuple[int, ...], ids: Sequence[int]
) -> tuple[int, ...]:
    """`ids` after the opening, unless the chat template has written the BOS itself."""
    written = tokenizer.bos_token_id in ids or tuple(ids[: len(opening)]) == opening
    return tuple(ids) if written else opening + tuple(ids)


def _stand_in(tokenizer: PreTrainedTokenizerBase) -> int:
    """The token that stands for a context without any."""
    for token in (tokenizer.bos_token_id, tokenizer.eos_token_id):
        if token is not None:
            return int(token)
    raise BadInput(
        f"the prompt is empty, and the tokenizer of model '{tokenizer.name_or_path}' has no token "
        "to open it with"
    )
