"""What a model is fine-tuned on: a benchmark's examples, worded as it is asked, and general texts.

An example is a prompt without shots and the answer that a shot would give (`prompting.answered`),
so that a tuned model is asked with the very words it was taught in.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from astrolabe.core.benchmark import Recipe
from astrolabe.core.condition import Condition, Scoring
from astrolabe.core.item import Item
from astrolabe.core.model import Reading
from astrolabe.core.prompt import Prompt
from astrolabe.models.finetune import tune
from astrolabe.models.local import POLARIS, LocalModel
from astrolabe.models.tuning import Tuned, Tuning
from astrolabe.prompting.render import answered
from astrolabe.runs.watch import Watch
from astrolabe.studies.texts import polaris_texts, read_texts

TUNED = "astrolabe-tuned"
"""Folder where fine-tuned models are kept, unless another is given."""
DOCUMENTS = 400
"""General documents made from Polaris' world: more than any short training uses up."""
SEED = 1000
"""Of the first of Polaris' documents; small numbers draw those that it was trained on."""
LONGEST = 256
"""Tokens of a general document; the rest is cut off."""


def lessons(
    items: Sequence[Item], recipe: Recipe, condition: Condition, model: LocalModel
) -> list[Reading]:
    """Items with their right answers, as they are asked without shots, ready to be learned.

    Answers are worked where `condition` has its exemplars worked; how many it shows, and which, is
    of no account here.

    Where the answer is to be written, it ends with the tokenizer's end of text, as an answer that
    is complete does.

    Raises:
        BadInput: as `answered`, and as the model's `encode`.
    """
    prompts = [answered(item, recipe, condition) for item in items]
    if condition.scoring is not Scoring.GENERATED:
        return [encoded.readings[0] for encoded in model.encode(prompts)]
    # A prompt to be continued goes to the model as it is, white space at its end included.
    prompts = [replace(prompt, seam="") for prompt in prompts]
    return [_ended(encoded.readings[0], model) for encoded in model.encode(prompts)]


def _ended(reading: Reading, model: LocalModel) -> Reading:
    end = model.tokenizer.eos_token_id
    return reading if end is None else replace(reading, tokens=(*reading.tokens, end))


def general(model: LocalModel, file: str | None, seed: int) -> list[Reading]:
    """General documents to be mixed in: a user's texts, or Polaris' own kind for Polaris.

    Args:
        file: UTF-8 texts separated by blank lines.
        seed: Of Polaris' documents.

    Returns:
        None at all for another model without a file: nobody knows what it was trained on.

    Raises:
        BadInput: for a file that cannot be read.
    """
    if file is None and model.name != POLARIS:
        return []
    texts = read_texts(Path(file)) if file else polaris_texts(DOCUMENTS, SEED + seed)
    encoded = model.encode([Prompt(text) for text in texts])
    longest = min(LONGEST, model.context_length)
    whole = [_ended(Reading(one.context, 1), model).tokens[:longest] for one in encoded]
    return [Reading(tokens, 1) for tokens in whole if len(tokens) > 1]


def taught(
    model: LocalModel,
    title: str,
    examples: Sequence[Reading],
    documents: Sequence[Reading],
    tuning: Tuning,
    root: Path,
    watch: Watch,
) -> Tuned:
    """Fine-tune, and show how far it is. See `astrolabe.models.finetune.tune`."""
    with watch.stage(title, tuning.steps) as advance:
        return tune(model, examples, tuning, root, documents, advance)


def recorded(tuned: Tuned) -> dict[str, Any]:
    """A fine-tuning as JSON values: where its checkpoints lie, and what they took."""
    return {
        "checkpoints": {str(one.folder): vars(one.cost) for one in tuned.checkpoints},
        "trained": tuned.trained,
        "parameters": tuned.parameters,
        "losses": list(tuned.losses),
    }
