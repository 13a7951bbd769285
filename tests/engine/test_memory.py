"""How much is computed at once follows from what memory is free."""

from itertools import pairwise

import pytest
import torch

from astrolabe.core.model import Generation
from astrolabe.engine.memory import (
    LEAST_TOKENS,
    LEAST_WANTED,
    MOST_ROWS,
    Budget,
    Sizes,
    default_budget,
    free_bytes,
    sizes,
    slot_tokens,
)
from astrolabe.engine.tree import grow
from astrolabe.models.local import load

CPU, GPU = torch.device("cpu"), torch.device("cuda")
TAKES = Sizes(kept=131_072, passed=500_000, logits=4 * 128_256)
"""About those of a model of eight billion weights in bfloat16."""


@pytest.mark.parametrize(("device", "tokens"), [(CPU, 2048), (GPU, 4096)])
@pytest.mark.parametrize("free", [None, 10**12])
def test_where_memory_is_plenty_speed_decides(device, tokens, free):
    budget = default_budget(device, TAKES, free)
    assert (budget.tokens, budget.rows) == (tokens, 2**26 // 128_256)
    assert budget.decoded(1000 * TAKES.kept) == MOST_ROWS


@pytest.mark.parametrize("free", [0, 10**6, 10**8, 10**9, 4 * 10**9, 10**11])
def test_what_is_planned_fits_into_half_of_what_is_free(free):
    budget = default_budget(GPU, TAKES, free)
    slot = 300 * TAKES.kept
    rows = budget.decoded(slot)
    assert budget.tokens >= LEAST_TOKENS
    assert budget.rows >= LEAST_WANTED
    assert rows >= 1
    if budget.tokens > LEAST_TOKENS and budget.rows > LEAST_WANTED and rows > 1:
        planned = budget.tokens * TAKES.passed + budget.rows * TAKES.logits + rows * slot
        assert planned <= free / 2


def test_more_memory_never_means_less_at_once():
    budgets = [default_budget(GPU, TAKES, 2**power) for power in range(20, 42)]
    for less, more in pairwise(budgets):
        assert less.tokens <= more.tokens
        assert less.rows <= more.rows
        assert less.decoded(10**8) <= more.decoded(10**8)
    assert len({budget.tokens for budget in budgets}) > 3
    assert len({budget.decoded(10**8) for budget in budgets}) > 3


def test_a_huge_vocabulary_never_takes_more_than_a_quarter_of_a_gigabyte_of_logits():
    budget = default_budget(GPU, Sizes(1, 1, 4 * 2**20), None)
    assert budget.rows == 64
    assert default_budget(GPU, Sizes(1, 1, 4 * 2**30), 0).rows == 1


def test_kept_bytes_are_those_of_a_real_cache(sharing):
    ids = torch.tensor([[1, 2, 3, 4, 5]])
    with torch.inference_mode():
        cache = sharing(input_ids=ids, use_cache=True).past_key_values
    real = sum(
        tensor.numel() * tensor.element_size()
        for layer in cache.layers
        for tensor in (layer.keys, layer.values)
    )
    assert sizes(sharing).kept * ids.shape[1] == real
    assert sizes(sharing).passed > sizes(sharing).kept
    assert sizes(sharing).logits == 4 * sharing.get_output_embeddings().weight.shape[0]


def test_a_slot_holds_what_no_other_row_shares():
    prompts = [(1, 2, 3), (1, 2, 4, 5, 6), (1, 2), (9, 9), (9, 9)]
    assert slot_tokens(grow(prompts), [10, 10, 10, 10, 10]) == 13
    assert slot_tokens(grow(prompts), [10, 1, 1, 1, 30]) == 30
    assert slot_tokens(grow(prompts[:1]), [4]) == 7


def test_free_memory_of_this_machine_is_known():
    free = free_bytes(CPU)
    assert free is not None
    assert 10**8 < free < 10**14


def test_scarce_memory_changes_how_answers_are_computed_but_not_the_answers():
    polaris = load("polaris", device="cpu")
    asked = [Generation((1, 7, 8, token), 6) for token in range(20, 26)]
    plenty = dict(polaris.generate(asked))
    assert polaris.describe()["rows_decoded_together"] == MOST_ROWS
    polaris.budget = Budget(LEAST_TOKENS, LEAST_WANTED, slots=2 * 7 * polaris.takes.kept)
    assert dict(polaris.generate(asked)) == plenty
    described = polaris.describe()
    assert described["rows_decoded_together"] == 2
    assert described["tokens_per_pass"] == LEAST_TOKENS
    assert described["logit_rows_per_pass"] == LEAST_WANTED
