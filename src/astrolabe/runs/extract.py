"""The second stage: an answer that is asked for once the reasoning is written.

Kojima et al. 2022 (arXiv:2205.11916): the model is sent its own reasoning after the prompt, and
after that the words that ask for the answer ("Therefore, the answer (arabic numerals) is"). What it
writes then is its answer.
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace

from astrolabe.core.model import Answer, Generated, Generation, Model
from astrolabe.core.prompt import Prompt
from astrolabe.runs.ask import Asked, Request
from astrolabe.runs.fit import Fitted, cut_left


def ask_for_answers(asked: Asked, answers: Mapping[str, Answer], model: Model) -> None:
    """Add to a run, to each of its samples, what asks for its answer.

    The text is tokenised as a whole, as it would be by whoever sends it. Room for it was kept; but
    what a model writes can take more tokens when it is read again, and where it takes too many, the
    first ones are cut off.

    Args:
        answers: By key; holds everything that the run has asked so far.
    """
    condition = asked.plan.condition
    room = (model.context_length or sys.maxsize) - condition.extract_tokens
    prompts = [
        continued(fitted.prompt, f"{_written(sample, answers)}{asked.extract}")
        for fitted, samples in zip(asked.fitted, asked.requests, strict=True)
        for sample in samples
    ]
    encoded = iter(zip(prompts, model.encode(prompts), strict=True))
    every = []
    for samples in asked.requests:
        second = tuple(cut_left(Fitted(*next(encoded)), room) for _ in samples)
        for sample, fitted in zip(samples, second, strict=True):
            (first,) = sample.values()
            assert isinstance(first, Generation)
            asking = replace(
                first, tokens=fitted.encoded.context, max_tokens=condition.extract_tokens
            )
            sample[asking.key(model.identity)] = asking
        every.append(second)
    asked.second.extend(every)  # all at once: the run is whole when they are there


def foreseen(
    asked: Sequence[Asked], answers: Mapping[str, Answer], model: Model
) -> list[dict[str, Request]]:
    """Everything that runs will ask, by key; nothing is computed.

    Where the reasoning is not there yet, what asks for the answer is taken to be as long as it may
    become; it goes by a key that no answer has. (The prompt is read in both stages, and shared only
    within each; who counts shared prefixes over all requests counts it once.)
    """
    every = []
    for one in asked:
        requests = one.by_key
        if not one.whole and requests.keys() <= answers.keys():
            ask_for_answers(one, answers, model)
            requests = one.by_key
        elif not one.whole:
            (asking,) = model.encode([Prompt(text=one.extract)])
            requests |= {
                f"after {key}": _longest(first, asking.context, one)
                for key, first in requests.items()
                if isinstance(first, Generation)
            }
        every.append(requests)
    return every


def _longest(first: Generation, asking: Sequence[int], asked: Asked) -> Generation:
    written = (0,) * first.max_tokens  # any token: only how many there are counts
    return replace(
        first,
        tokens=(*first.tokens, *written, *asking),
        max_tokens=asked.plan.condition.extract_tokens,
    )


def continued(prompt: Prompt, text: str) -> Prompt:
    """A prompt that goes on with a text: in a chat, in the assistant's turn."""
    if prompt.text is not None:
        return replace(prompt, text=prompt.text + text)
    return replace(prompt, prefix=prompt.prefix + text)


def _written(sample: Mapping[str, object], answers: Mapping[str, Answer]) -> str:
    (key,) = sample
    answer = answers[key]
    assert isinstance(answer, Generated)
    return answer.text
