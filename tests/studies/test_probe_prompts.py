"""What stands before an entity, to the token."""

import pytest

from astrolabe.core.errors import BadInput
from astrolabe.inside.probes import known
from astrolabe.models.local import load
from astrolabe.studies.probe_prompts import RANDOM_TOKENS, entity_spans, spans, variant

NAMES = ("Paris", "Addis Ababa")


@pytest.fixture(scope="module")
def model():
    return load("polaris")


@pytest.fixture(scope="module")
def read(model):
    places = known.places()

    def ids(prompt):
        return [span.tokens for span in spans(model, NAMES, variant(prompt, places))]

    return ids


def test_texts_are_tokenised_as_wholes_and_end_with_the_entity(model, read):
    for prompt, before in (("empty", ""), ("city", "The city of "), ("Near ", "Near ")):
        for ids, name in zip(read(prompt), NAMES, strict=True):
            assert model.decode(ids).endswith(f"{before}{name}")
    assert model.decode(read("caps")[1]).endswith("ADDIS ABABA")


def test_ten_ordinary_tokens_others_for_each_entity_and_the_same_again(model, read):
    plain, found = read("empty"), read("random")
    before = entity_spans(model, NAMES)[0].start
    drawn = [ids[before : before + RANDOM_TOKENS] for ids in found]
    for ids, more, alone in zip(found, drawn, plain, strict=True):
        assert ids == (*alone[:before], *more, *alone[before:])
        assert not set(more) & set(model.tokenizer.all_special_ids)
    assert drawn[0] != drawn[1]
    assert read("random") == found


def test_an_entity_without_tokens_is_refused(model):
    with pytest.raises(BadInput, match=r"no token for entity 1 \(''\)"):
        spans(model, ("Paris", ""), variant("empty", known.places()))
