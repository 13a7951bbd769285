"""Every random choice about a prompt: which exemplars, which order of options, which items.

Draws are keyed by an item's own id (lm-evaluation-harness' by its position in the whole data set),
so that a subset of the items is asked exactly what the whole set would have been asked.
"""

from collections.abc import Iterable, Sequence
from random import Random

from astrolabe.core.benchmark import Dataset, Recipe
from astrolabe.core.condition import Condition, Draw, Order
from astrolabe.core.digest import digest
from astrolabe.core.errors import BadInput
from astrolabe.core.item import Item

LM_EVAL_SEED = 1234
"""lm-evaluation-harness' default few-shot seed."""


def _stream(purpose: str, seed: int, item: Item) -> Random:
    return Random(digest(purpose, seed, item.id))


def exemplars(
    items: Sequence[Item], dataset: Dataset, recipe: Recipe, condition: Condition
) -> list[tuple[Item, ...]]:
    """The exemplars shown before each of `items`, in the order shown.

    Raises:
        BadInput: when an item's pool holds fewer exemplars than the condition asks for.
    """
    if condition.shots == 0:
        return [()] * len(items)
    for item in items:
        pool = dataset.pool(item)
        if len(pool) < condition.shots:
            raise _too_few(item, len(pool), dataset, recipe, condition)
    drawn = _drawn(items, dataset, condition)
    if condition.arrangement == 0:
        return drawn
    places = list(range(condition.shots))
    Random(digest("arrangement", condition.arrangement)).shuffle(places)
    return [tuple(shown[place] for place in places) for shown in drawn]


def _drawn(items: Sequence[Item], dataset: Dataset, condition: Condition) -> list[tuple[Item, ...]]:
    """The exemplars before each item, in the order drawn."""
    if condition.draw is Draw.LM_EVAL:
        drawn = _lm_eval_stream(dataset, condition)
        return [drawn[item.id] for item in items]
    if condition.draw is Draw.FIRST:
        return [dataset.pool(item)[: condition.shots] for item in items]
    if condition.draw is Draw.SHARED:
        return [_shared(dataset.pool(item), condition) for item in items]
    return [
        tuple(
            _stream("exemplars", condition.draw_seed, item).sample(
                dataset.pool(item), condition.shots
            )
        )
        for item in items
    ]


def _shared(pool: Sequence[Item], condition: Condition) -> tuple[Item, ...]:
    """The first exemplars of a pool ordered by hashes: a pool that lacks one has all the others."""
    by_hash = sorted(pool, key=lambda item: digest("shared", condition.draw_seed, item.id))
    return tuple(by_hash[: condition.shots])


def _too_few(
    item: Item, there: int, dataset: Dataset, recipe: Recipe, condition: Condition
) -> BadInput:
    shots = f"{condition.shots} shot{'' if condition.shots == 1 else 's'}"
    usual = recipe.defaults.get("shots") == condition.shots
    wanted = f"recipe '{recipe.name}' shows {shots}" if usual else f"{shots} asked for"
    if not dataset.exemplars and dataset.without_exemplars:
        return BadInput(f"{wanted}, but {dataset.without_exemplars}, or ask for --shots 0")
    pool = f"{f'only {there}' if there else 'no'} exemplar{'' if there == 1 else 's'}"
    fewer = f"--shots {there}" if there else "--shots 0, or give a file with --exemplars"
    return BadInput(
        f"{wanted}, but item '{item.id}' has {pool} (subject '{item.subject}', {dataset.source}); "
        f"ask for {fewer}"
    )


def _lm_eval_stream(dataset: Dataset, condition: Condition) -> dict[str, tuple[Item, ...]]:
    """Exemplars of every item, drawn as lm-evaluation-harness does.

    There each task (a subject of MMLU) has one random stream, consumed item after item. The whole
    dataset is drawn, whichever items are asked, so that each gets what it gets there.
    """
    streams: dict[str, Random] = {}
    drawn = {}
    for item in dataset.items:
        pool = dataset.pool(item)
        task = item.subject if item.subject in dataset.exemplars else ""
        stream = streams.setdefault(task, Random(LM_EVAL_SEED + condition.draw_seed))
        drawn[item.id] = tuple(stream.sample(pool, min(condition.shots, len(pool))))
    return drawn


def option_orders(
    items: Sequence[Item], dataset: Dataset, recipe: Recipe, condition: Condition
) -> list[tuple[int, ...]]:
    """Original index of the option shown at each place of `items`. Exemplars keep their own order.

    Raises:
        BadInput: for the order ``protocol`` where the recipe's protocol shuffles nothing.
    """
    if condition.order is not Order.PROTOCOL:
        return [_option_order(item, condition) for item in items]
    if recipe.permutation is None:
        raise BadInput(
            f"order 'protocol' is asked for, but recipe '{recipe.name}' shuffles no options; "
            "use order 'as-is' or 'shuffled'"
        )
    # A protocol's stream runs through the whole data set, whichever items are asked.
    orders = recipe.permutation(dataset.items)
    by_id = {item.id: order for item, order in zip(dataset.items, orders, strict=True)}
    return [by_id[item.id] for item in items]


def _option_order(item: Item, condition: Condition) -> tuple[int, ...]:
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
