"""A forecast counts what the engine will do, and says nothing of what the store knows."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrolabe.benchmarks import get
from astrolabe.core.model import Exit, Reading
from astrolabe.core.run import RunPlan
from astrolabe.engine.cost import Cost, Fed, Work, tree, work
from astrolabe.models.local import load
from astrolabe.runs import forecast as module
from astrolabe.runs.ask import ask
from astrolabe.runs.execute import execute_together
from astrolabe.runs.forecast import forecast, makespan
from astrolabe.runs.store import Store


@pytest.fixture(scope="module")
def polaris():
    return load("polaris", device="cpu")


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """The counts are what is tested; timing may be as short as it likes."""
    monkeypatch.setattr(module, "WORTH_TIMING", 0.1)
    monkeypatch.setattr(module, "STEPS", 3)


def plan(label, benchmark="mmlu", limit=8, **fields) -> RunPlan:
    condition = get(benchmark).recipe("official").condition(**fields)
    return RunPlan(label, "polaris", benchmark, condition, limit=limit)


LETTERS = plan("letters", shots=2)
TEXT = plan("text", shots=2, scoring="text")
DOLA = plan("dola", shots=2, decoding={"dola": {"layers": [2, 4]}})
WORKED = plan("worked", "gsm8k", 6, shots=2, reasoning="worked", max_tokens=5)
STUDY = (LETTERS, DOLA, TEXT, WORKED)


def fed(request) -> tuple[int, ...]:
    """The last token of a continuation is never fed, all of a prompt to be continued is."""
    return request.tokens[:-1] if isinstance(request, Reading) else request.tokens


def prefixes(sequences) -> set[tuple[int, ...]]:
    return {s[: end + 1] for s in sequences for end in range(len(s))}


def test_tokens_are_those_of_the_distinct_prefixes_each_counted_for_the_first_run(polaris):
    found = forecast(STUDY, polaris, None)
    seen: dict[type, set[tuple[int, ...]]] = {}
    for one, share in zip(STUDY, found.runs, strict=True):
        requests = list(ask(one, polaris).by_key.values())
        kind = seen.setdefault(type(requests[0]), set())
        new = prefixes(map(fed, requests)) - kind
        kind |= new
        assert share.distinct == len(new)
        assert share.sent == sum(len(fed(request)) for request in requests)
        assert share.readings + share.generations == len(requests)
    # Four letters and two early exits feed what the first letter feeds.
    assert [run.riding for run in found.runs[:2]] == [8 * 3, 8 * 4 * 3]
    assert found.runs[1].distinct == 0
    assert found.runs[1].sharing is None
    assert found.whole.distinct == sum(map(len, seen.values()))
    assert found.runs[3].written == found.whole.written == 6 * 5


def test_the_engine_computes_what_was_foreseen(polaris, monkeypatch):
    monkeypatch.setattr(polaris.budget, "tokens", 256)
    found = forecast([LETTERS, DOLA, TEXT], polaris, None)
    asked = [ask(one, polaris).by_key for one in (LETTERS, DOLA, TEXT)]
    requests = {key: request for own in asked for key, request in own.items()}
    passes = []
    hook = polaris.module.register_forward_pre_hook(
        lambda _module, _args, kwargs: passes.append(kwargs["input_ids"].numel()), with_kwargs=True
    )
    answers = dict(polaris.score(list(requests.values())))
    hook.remove()
    assert len(answers) == len(requests)
    assert sum(passes) == found.whole.distinct
    assert len(passes) == found.passes
    assert found.saved == sum(map(len, asked)) - len(passes)


def test_a_second_stage_is_foreseen_as_long_as_it_may_become(polaris, tmp_path):
    condition = get("gsm8k").recipe("zero-shot").condition(max_tokens=4, extract_tokens=3)
    two = RunPlan("two", "polaris", "gsm8k", condition, limit=5)
    before = forecast([two], polaris, None).whole
    assert (before.generations, before.written) == (10, 5 * 4 + 5 * 3)
    with Store(tmp_path / "a.db") as store:
        first = ask(two, polaris).by_key
        store.save_answers(
            {
                k: a
                for k, (_, a) in zip(
                    first, sorted(polaris.generate(list(first.values()))), strict=True
                )
            }
        )
        between = forecast([two], polaris, store).whole
        assert (between.generations, between.known, between.written) == (10, 5, 5 * 3)
        assert between.sent <= before.sent
        execute_together([two], polaris, store)
        after = forecast([two], polaris, store).whole
        assert (after.generations, after.known, after.written) == (10, 10, 0)


def test_what_the_store_knows_is_counted_apart(polaris, tmp_path):
    with Store(tmp_path / "a.db") as store:
        execute_together([LETTERS, WORKED], polaris, store)
        found = forecast([LETTERS, WORKED], polaris, store)
        assert found.alone == found.passes == found.steps == 0
        assert found.rate == found.step == found.whole.seconds == 0.0
        assert found.memory.bytes == 0
        assert [run.known for run in found.runs] == [32, 6]
        more = forecast([plan("more", shots=2, limit=12), TEXT], polaris, store)
    assert [run.known for run in more.runs] == [32, 0]
    assert more.runs[0].distinct > 0
    assert more.alone == 4 * 4 + 8 * 4


def test_time_and_memory_grow_with_the_work(polaris):
    little = forecast([plan("", shots=2, limit=4), WORKED], polaris, None)
    assert little.rate > 0
    assert little.step > 0
    assert little.whole.reading_seconds > 0
    cost = Cost.of(polaris.module)
    # For every token, all weights but embeddings and norms; for every row read, the unembedding.
    config = polaris.module.config
    width, norms = config.hidden_size, 2 * config.num_hidden_layers + 1
    aside = (config.vocab_size + norms) * width
    assert cost.token == 2 * (polaris.module.num_parameters() - aside)
    assert cost.pair == 4 * config.num_hidden_layers * width
    assert cost.row == 2 * config.vocab_size * width
    assert little.steps == 5
    longer = plan("", "gsm8k", 6, shots=2, reasoning="worked", max_tokens=50)
    much = forecast([longer], polaris, None)
    assert much.steps == 50
    assert much.memory.slots > little.memory.slots
    assert much.runs[0].writing_seconds == pytest.approx(50 * much.step)


def test_a_model_that_cannot_share_is_foreseen_to_compute_every_sequence():
    alone = load("polaris", device="cpu")
    alone.why_plain = "so it is told"
    found = forecast([plan("", shots=0, limit=3)], alone, None)
    requests = ask(plan("", shots=0, limit=3), alone).by_key.values()
    assert found.whole.distinct == sum(map(len, set(map(fed, requests))))
    assert not found.shares
    written = forecast([plan("", "gsm8k", 2, shots=0, max_tokens=3)], alone, None)
    assert written.whole.written == 6
    assert written.step > 0


@pytest.mark.parametrize(
    ("limits", "rows", "steps"),
    [([], 1, 0), ([7], 4, 7), ([3, 3, 3], 2, 6), ([5, 1, 1, 1], 2, 5), ([1, 2, 3, 4], 1, 10)],
)
def test_steps_are_those_of_slots_that_are_refilled_at_once(limits, rows, steps):
    assert makespan(limits, rows) == steps


SEQUENCES = st.lists(
    st.tuples(
        st.lists(st.integers(0, 2), min_size=1, max_size=6).map(tuple),
        st.integers(0, 5),
        st.sampled_from([(), (Exit(1),), (Exit(1), Exit(2, "none"))]),
        st.integers(0, 2),
    ),
    min_size=1,
    max_size=12,
)


@given(SEQUENCES)
def test_work_is_that_of_the_distinct_prefixes(drawn):
    sequences = [Fed(t, min(first, len(t) - 1), exits, owner) for t, first, exits, owner in drawn]
    owners: dict[tuple[int, ...], int] = {}
    rows: dict[object, int] = {}
    for one in sequences:
        for position in range(len(one.tokens)):
            prefix = one.tokens[: position + 1]
            owners[prefix] = min(one.owner, owners.get(prefix, 9))
            for exit in (None, *one.exits) if position >= one.first else ():
                rows[prefix, exit] = min(one.owner, rows.get((prefix, exit), 9))
    inner = {prefix[:-1] for prefix in owners}
    expected = {
        owner: Work(
            sum(mine == owner for mine in owners.values()),
            sum(len(prefix) for prefix, mine in owners.items() if mine == owner),
            Counter(rows.values())[owner],
            sum(mine == owner and prefix not in inner for prefix, mine in owners.items()),
        )
        for owner in {*owners.values(), *rows.values()}
    }
    assert work(tree(sequences), sequences) == expected
