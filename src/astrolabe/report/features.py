"""Features as plain rows: what tables, pictures and pages of them draw from."""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from astrolabe.report.lens import token_texts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from astrolabe.core.site import Site
    from astrolabe.inside.features.contexts import Bin, Histogram
    from astrolabe.inside.features.effects import Effects
    from astrolabe.inside.features.properties import Property
    from astrolabe.inside.features.scores import Scores
    from astrolabe.inside.features.survey import Survey
    from astrolabe.inside.sae.dictionary import Dictionary
    from astrolabe.models.local import LocalModel


@dataclass(frozen=True)
class Hit:
    """How well one unit tells one property, on texts that its threshold was not chosen on.

    Attributes:
        unit: Number of a feature; of a neuron, its coordinate, with the sign of its direction.
        property: Name.
        count: Tokens with the property.
        llr: Log-likelihood ratio, nats; see `astrolabe.inside.features.scores`.
        threshold: Activation from which on the unit is taken for the property.
    """

    unit: str
    property: str
    precision: float
    recall: float
    f1: float
    llr: float
    threshold: float
    count: int


@dataclass(frozen=True)
class Listing:
    """Features by property.

    Attributes:
        asked: The property asked for; `None` for the best feature of each.
        rows: Features, each with the neuron that tells the same property best.
        rare: Properties too rare in the texts to say anything.
        tokens: Tokens looked at.
        kinds_of_features: Number of kinds of text that a feature serves, its median.
        kinds_of_neurons: Likewise of a neuron.
    """

    asked: str | None
    rows: tuple[tuple[Hit, Hit], ...]
    rare: tuple[str, ...]
    tokens: int
    kinds_of_features: float
    kinds_of_neurons: float


@dataclass(frozen=True)
class Portrait:
    """One feature.

    Attributes:
        hits: Properties that it tells, the best first.
        density: Share of tokens for which it is active.
        kinds: Number of kinds of text that it serves.
        bins: Contexts over its range.
        histogram: Of its activations; `among` are those with the property of the first hit.
        effects: Direct logit effects.
        names: Every token shown, as a person sees it.
    """

    feature: int
    model: str
    site: str
    tokens: int
    hits: tuple[Hit, ...]
    density: float
    kinds: float
    bins: "tuple[Bin, ...]"
    histogram: "Histogram"
    effects: "Effects"
    names: "Mapping[int, str]"


def listing(survey: "Survey", asked: "Property | None", most: int) -> Listing:
    """The best feature of every property, or the best ones of one.

    Raises:
        BadInput: when the property asked for is too rare in these texts.
    """
    from astrolabe.core.errors import BadInput
    from astrolabe.inside.features.kinds import kinds_served
    from astrolabe.inside.features.properties import NAMES

    ours, theirs = survey.feature_scores, survey.neuron_scores
    known = [not bool(np.isnan(column).all()) for column in ours.f1.T]
    if asked is not None and not known[NAMES.index(asked.name)]:
        raise BadInput(
            f"the texts have too few tokens with the property '{asked.name}' to say which feature "
            "stands for it; give more --tokens, or other --text"
        )
    rows = []
    every = [place for place, there in enumerate(known) if there]
    for place in every if asked is None else [NAMES.index(asked.name)]:
        neuron = _hit(survey, theirs, int(theirs.f1[:, place].argmax()), place, neuron=True)
        for unit in (-ours.f1[:, place]).argsort(kind="stable")[: 1 if asked is None else most]:
            rows.append((_hit(survey, ours, int(unit), place), neuron))
    return Listing(
        None if asked is None else asked.name,
        tuple(rows),
        tuple(name for name, there in zip(NAMES, known, strict=True) if not there),
        len(survey.text),
        float(np.nanmedian(kinds_served(survey.features, survey.labels))),
        float(np.nanmedian(kinds_served(survey.neurons, survey.labels))),
    )


def _hit(survey: "Survey", scores: "Scores", unit: int, place: int, neuron: bool = False) -> Hit:
    from astrolabe.inside.features.properties import NAMES

    width = survey.neurons.shape[1] // 2
    name = f"{'+' if unit < width else '-'}{unit % width}" if neuron else str(unit)
    return Hit(
        name,
        NAMES[place],
        float(scores.precision[unit, place]),
        float(scores.recall[unit, place]),
        float(scores.f1[unit, place]),
        float(scores.llr[unit, place]),
        float(scores.threshold[unit, place]),
        int(scores.count[place]),
    )


def portrait(
    survey: "Survey", dictionary: "Dictionary", model: "LocalModel", site: "Site", feature: int
) -> Portrait:
    """All that is shown of one feature."""
    from astrolabe.inside.features.contexts import bins, histogram
    from astrolabe.inside.features.effects import effects
    from astrolabe.inside.features.kinds import kinds_served

    f1 = np.nan_to_num(survey.feature_scores.f1[feature])
    best = [int(place) for place in (-f1).argsort(kind="stable")[:5] if f1[place] > 0]
    contexts = tuple(bins(survey, feature))
    moved = effects(model.inside, dictionary.W_dec[feature])
    shown = {e.token for e in (*moved.promoted, *moved.suppressed)}
    shown |= {token for part in contexts for one in part.contexts for token in one.tokens}
    return Portrait(
        feature,
        model.name,
        str(site),
        len(survey.text),
        tuple(_hit(survey, survey.feature_scores, feature, place) for place in best),
        float(survey.density[feature]),
        float(kinds_served(survey.features[:, [feature]], survey.labels)[0]),
        contexts,
        histogram(survey, feature, best[0] if best else 0),
        moved,
        token_texts(model, shown),
    )


def listing_fields(found: Listing) -> dict[str, Any]:
    """As JSON values."""
    rows = [{"feature": asdict(f), "neuron": asdict(n)} for f, n in found.rows]
    return asdict(found) | {"rows": rows}


def portrait_fields(seen: Portrait) -> dict[str, Any]:
    """As JSON values; tokens as ids, with their texts in `names`."""
    return asdict(seen) | {"names": {str(token): name for token, name in seen.names.items()}}
