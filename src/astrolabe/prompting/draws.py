"""Every random choice about a prompt: which exemplars, which order of options, which items.

Draws are keyed by an item's own id, never by its position, so that a subset of the items is
asked exactly what the whole set would have been asked.
"""

from collections.abc import Iterable, Sequence
from random import Random

from astrolabe.core.benchmark import Dataset
from astrolabe.core.condition import Condition, Draw, Order
from astrolabe.core.digest import digest
from astrolabe.core.errors import BadInput
from astrolabe.core.item import Item

LM_EVAL_SEED = 1234
"""lm-evaluation-harness' default few-shot seed."""


def _stream(purpose: str, seed: int, item: Item) -> Random:
    return Random(digest(purpose, seed, item.id))


def exemplars(
    items: Sequence[Item], dataset: Dataset, condition: Condition
) -> list[tuple[Item, ...]]:
    """The exemplars shown before each of `items`, in the order shown.

    Raises:
        BadInput: when an item's pool holds fewer exemplars than the condition asks for.
    """
    if condition.shots == 0:
        return [()] * len(items)
    lm_eval = Random(LM_EVAL_SEED + condition.draw_seed)
    drawn = []
    for item in items:
        pool = dataset.pool(item)
        if len(pool) < condition.shots:
            raise BadInput(
                f"{condition.shots} shots asked for, but item '{item.id}' has only {len(pool)} "
                f"exemplars (subject '{item.subject}', {dataset.source}); ask for fewer shots"
            )
        match condition.draw:
            case Draw.FIRST:
                shown = pool[: condition.shots]
            case Draw.SEEDED:
                stream = _stream("exemplars", condition.draw_seed, item)
                shown = tuple(stream.sample(pool, condition.shots))
            case Draw.LM_EVAL:
                shown = tuple(lm_eval.sample(pool, condition.shots))
        drawn.append(shown)
    return drawn


def option_order(item: Item, condition: Condition) -> tuple[int, ...]:
    """Original index of the option shown at each place. Exemplars keep their own order."""
    places = list(range(len(item.choices)))
    match condition.order:
        case Order.AS_IS:
            pass
        case Order.SHUFFLED:
            _stream("order", condition.order_seed, item).shuffle(places)
        case rotated:
            by = int(rotated.removeprefix("rotated-")) % max(1, len(places))
            places = places[by:] + places[:by]
    return tuple(places)


def sample(items: Iterable[Item], limit: int | None) -> tuple[Item, ...]:
    """At most `limit` items, chosen by a hash of their ids and kept in order.

    Subsets are nested: every item of a smaller limit is in every larger one.
    """
    items = tuple(items)
    if limit is None or limit >= len(items):
        return items
    chosen = set(sorted(range(len(items)), key=lambda i: digest("sample", items[i].id))[:limit])
    return tuple(item for i, item in enumerate(items) if i in chosen)
