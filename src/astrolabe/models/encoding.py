"""From a `Prompt` to token ids, through the model's own tokenizer and chat template."""

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
    whole; white space at the end of the context counts to the continuation, since tokenizers join
    it to the next word. (The rule of lm-evaluation-harness; protocols differ when a tokenizer
    merges across the boundary.)

    Raises:
        BadInput: as `rendered_text`; and when the ids do not begin with exactly one BOS for a
            tokenizer that has one.
    """
    opening = opening_tokens(tokenizer)
    contexts = [rendered_text(tokenizer, prompt) for prompt in prompts]
    texts: list[str] = []
    for context, prompt in zip(contexts, prompts, strict=True):
        # A generated answer goes on from the text as it is; a scored one follows the rule above.
        texts.append(context.rstrip() if prompt.continuations else context)
        texts.extend(context + continuation for continuation in prompt.continuations)
    ids = iter(tokenizer(texts, add_special_tokens=False).input_ids)
    encoded = []
    for prompt in prompts:
        begun = _opened(tokenizer, opening, next(ids))
        wholes = [_opened(tokenizer, opening, next(ids)) for _ in prompt.continuations]
        readings = tuple(Reading(whole, len(begun)) for whole in wholes)
        encoded.append(Encoded(begun, readings))
    return encoded


def _opened(
    tokenizer: PreTrainedTokenizerBase, opening: tuple[int, ...], ids: Sequence[int]
) -> tuple[int, ...]:
    """`ids` after the opening, which a chat template may have written itself."""
    bos = tokenizer.bos_token_id
    whole = (
        tuple(ids) if opening and tuple(ids[: len(opening)]) == opening else opening + tuple(ids)
    )
    if opening and whole.count(bos) != opening.count(bos):
        raise BadInput(
            f"the prompt holds the token '{tokenizer.bos_token}' {whole.count(bos)} times; "
            "exactly one may open it, so it cannot be part of a question, a role or a trigger"
        )
    if not whole:
        whole = (bos if bos is not None else tokenizer.eos_token_id,)
    return whole
