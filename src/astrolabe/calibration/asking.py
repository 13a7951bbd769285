"""Questions to a model without a benchmark around them: what it writes, what it prefers."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from astrolabe.core.decoding import Decoding
from astrolabe.core.model import GREEDY, Generated, Generation, Scored
from astrolabe.core.prompt import Prompt

if TYPE_CHECKING:
    from astrolabe.core.model import Model
    from astrolabe.runs.watch import Watch


def written(
    model: "Model",
    watch: "Watch",
    title: str,
    prompts: Sequence[Prompt],
    max_tokens: int,
    stops: tuple[str, ...] = (),
    decoding: Decoding = GREEDY,
) -> list[Generated]:
    """What a model writes after each prompt."""
    return written_each(model, watch, title, [(p, decoding) for p in prompts], max_tokens, stops)


def written_each(
    model: "Model",
    watch: "Watch",
    title: str,
    asked: Sequence[tuple[Prompt, Decoding]],
    max_tokens: int,
    stops: tuple[str, ...] = (),
) -> list[Generated]:
    """The same, every prompt with a decoding of its own."""
    encoded = model.encode([prompt for prompt, _ in asked])
    wanted = [
        Generation(one.context, max_tokens, stops, decoding)
        for one, (_, decoding) in zip(encoded, asked, strict=True)
    ]
    found: dict[int, Generated] = {}
    with watch.stage(f"{title}: answers", len(wanted)) as advance:
        for index, answer in model.generate(wanted):
            found[index] = answer
            advance(1)
    return [found[index] for index in range(len(wanted))]


def scored(
    model: "Model", watch: "Watch", title: str, prompts: Sequence[Prompt]
) -> list[list[float]]:
    """Log-prob in nats of every continuation of each prompt."""
    encoded = model.encode(prompts)
    readings = [reading for one in encoded for reading in one.readings]
    found: dict[int, float] = {}
    with watch.stage(f"{title}: answers", len(readings)) as advance:
        for index, answer in model.score(readings):
            assert isinstance(answer, Scored)  # no early exit is asked for
            found[index] = answer.total
            advance(1)
    totals = iter(range(len(readings)))
    return [[found[next(totals)] for _ in one.readings] for one in encoded]


def preferred(model: "Model", watch: "Watch", title: str, prompts: Sequence[Prompt]) -> list[int]:
    """Which continuation of each prompt is the likeliest; the first of equals."""
    return [totals.index(max(totals)) for totals in scored(model, watch, title, prompts)]
