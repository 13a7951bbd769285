"""Which labels exemplars carry: right, drawn, wrong, symbolic, none, or right beside wrong inputs.

After Min et al. 2022 (arXiv:2202.12837) and Wei et al. 2023 (arXiv:2303.03846). The label set of an
exemplar is its options; of an open one, the answers of its pool. What is drawn is keyed by the
exemplar's own id, so that it carries the same label before every item; only how many of those shown
are flipped, and beside whose inputs answers stand, is of the prompt as a whole.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from random import Random

from astrolabe.core.benchmark import Dataset
from astrolabe.core.condition import Condition, Labels
from astrolabe.core.digest import digest
from astrolabe.core.errors import BadInput
from astrolabe.core.item import LETTERS, Item
from astrolabe.polaris.forms import label_games


def labelled(shown: Sequence[Item], pool: Sequence[Item], condition: Condition) -> tuple[Item, ...]:
    """The exemplars of one prompt with the labels that the condition wants, in the same order.

    Symbolic labels are the business of `symbolic`, since items take part in them; labels left out,
    of rendering.

    Args:
        shown: The exemplars.
        pool: What they were drawn from.

    Raises:
        BadInput: when there is no wrong label, or the mapping of labels cannot be had.
    """
    seed = condition.labels_seed
    match condition.labels:
        case Labels.RANDOM:
            return tuple(_random(exemplar, pool, seed) for exemplar in shown)
        case Labels.FLIPPED:
            flipped = _to_flip(shown, condition)
            return tuple(
                _wrong(exemplar, pool, seed) if exemplar.id in flipped else exemplar
                for exemplar in shown
            )
        case Labels.SHUFFLED_INPUTS:
            return _shuffled(shown, seed)
    return tuple(shown)


def symbolic(dataset: Dataset, condition: Condition) -> Dataset:
    """The data with every label replaced by a word that has nothing to do with it.

    Which word stands for which label hangs on the label set and `labels_seed` alone. Under any
    other kind of labels, the data as they are.

    Raises:
        BadInput: when items and exemplars do not all have the same few options.
    """
    if condition.labels is not Labels.SYMBOLIC:
        return dataset
    pools = dataset.exemplars
    everything = [*dataset.items, *(exemplar for pool in pools.values() for exemplar in pool)]
    sets = {tuple(sorted(item.choices)) for item in everything}
    symbols = label_games.labels(held=False)
    if len(sets) != 1 or sets == {()}:
        raise BadInput(
            "labels 'symbolic' stand for labels that all items share (positive, negative), but "
            f"the items of {dataset.source} have options of their own; use labels 'random' or "
            "'flipped'"
        )
    (labels,) = sets
    if len(labels) > len(symbols):
        raise BadInput(
            f"labels 'symbolic' know {len(symbols)} words, but there are {len(labels)} labels"
        )
    drawn = Random(digest("symbols", condition.labels_seed, list(labels)))
    stand_for = dict(zip(labels, drawn.sample(symbols, len(labels)), strict=True))
    return replace(
        dataset,
        items=tuple(_renamed(item, stand_for) for item in dataset.items),
        exemplars={
            name: tuple(_renamed(exemplar, stand_for) for exemplar in pool)
            for name, pool in pools.items()
        },
    )


def _renamed(item: Item, stand_for: Mapping[str, str]) -> Item:
    return replace(item, choices=tuple(stand_for[label] for label in item.choices))


def _labels(exemplar: Item, pool: Sequence[Item]) -> Sequence[str]:
    """The label set, as `gold` names labels."""
    if exemplar.choices:
        return LETTERS[: len(exemplar.choices)]
    return sorted({other.gold for other in pool})


def _random(exemplar: Item, pool: Sequence[Item], seed: int) -> Item:
    drawn = Random(digest("random label", seed, exemplar.id))
    return replace(exemplar, gold=drawn.choice(_labels(exemplar, pool)))


def _to_flip(shown: Sequence[Item], condition: Condition) -> set[str]:
    """Ids of the exemplars to be flipped: of a smaller share, some of those of a larger one."""
    count = int(condition.flipped_share * len(shown) + 0.5)
    seed = condition.labels_seed
    return set(sorted((item.id for item in shown), key=lambda i: digest("flip", seed, i))[:count])


def _wrong(exemplar: Item, pool: Sequence[Item], seed: int) -> Item:
    wrong = [label for label in _labels(exemplar, pool) if label != exemplar.gold]
    if not wrong:
        raise BadInput(
            f"labels 'flipped' need a wrong label, but every exemplar like '{exemplar.id}' is "
            f"answered '{exemplar.gold}'; use labels 'random' or 'none'"
        )
    return replace(exemplar, gold=Random(digest("wrong label", seed, exemplar.id)).choice(wrong))


def _shuffled(shown: Sequence[Item], seed: int) -> tuple[Item, ...]:
    """Every exemplar's options, solution and answer beside what another one asks."""
    places = list(range(len(shown)))
    drawn = Random(digest("shuffled inputs", seed, [item.id for item in shown]))
    # Sattolo (1986): a cyclic permutation, evenly drawn, so that nothing stays where it was.
    for last in range(len(places) - 1, 0, -1):
        other = drawn.randrange(last)
        places[last], places[other] = places[other], places[last]
    return tuple(
        replace(item, question=shown[place].question, metadata=shown[place].metadata)
        for item, place in zip(shown, places, strict=True)
    )
