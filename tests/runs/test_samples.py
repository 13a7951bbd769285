"""Several samples of each answer, from the condition to pass@k and the vote; programs judged."""

import shutil

import pytest

from astrolabe.benchmarks import get
from astrolabe.core.errors import BadInput
from astrolabe.core.grade import Outcome
from astrolabe.core.model import Generated
from astrolabe.core.run import RunPlan
from astrolabe.grading.sandbox import Execution
from astrolabe.models.local import load
from astrolabe.runs import judge as judging
from astrolabe.runs.execute import execute
from astrolabe.runs.regrade import regrade
from astrolabe.runs.store import Store
from astrolabe.runs.summary import summarise

sandboxed = pytest.mark.skipif(shutil.which("bwrap") is None, reason="bubblewrap is not installed")


class Scripted:
    """A model that writes what it is told to, by item and sample."""

    def __init__(self, model, written):
        self.model = model
        self.written = written
        self.asked = []

    def __getattr__(self, name):
        return getattr(self.model, name)

    def generate(self, generations):
        self.asked += generations
        for index, generation in enumerate(generations):
            prompt = self.model.decode(generation.tokens)
            yield index, Generated(self.written(prompt, generation.decoding.seed), 3, "eos")


@pytest.fixture(scope="module")
def polaris():
    return load("polaris", device="cpu")


@pytest.fixture
def store(tmp_path):
    with Store(tmp_path / "a.db") as opened:
        yield opened


def plan(benchmark: str, limit: int, **asked) -> RunPlan:
    condition = get(benchmark).recipe("official").condition(**asked)
    return RunPlan("", "scripted", benchmark, condition, limit=limit)


def counter():
    """Tells which of its prompt's samples a seed is, from 0."""
    seen: dict[str, list[int]] = {}

    def turn(prompt: str, seed: int) -> int:
        seeds = seen.setdefault(prompt, [])
        if seed not in seeds:
            seeds.append(seed)
        return seeds.index(seed)

    return turn


def test_repeats_under_other_seeds_share_no_sample(polaris):
    from astrolabe.runs.ask import ask

    seeds = [
        {
            request.decoding.seed
            for item in ask(plan("gsm8k", 1, samples=5, decoding=decoding), polaris).requests
            for one in item
            for request in one.values()
        }
        for decoding in ({"temperature": 1.0, "seed": seed} for seed in range(4))
    ]
    assert [len(own) for own in seeds] == [5] * 4
    assert len(set().union(*seeds)) == 20


SAMPLED = {"samples": 4, "decoding": {"temperature": 0.8, "seed": 7}}


@sandboxed
def test_programs_are_run_and_samples_summed_up(polaris, store):
    items = {item.question: item for item in get("humaneval").load(None).items}
    turn = counter()

    def written(prompt: str, seed: int) -> str:
        item = next(item for question, item in items.items() if question in prompt)
        return item.gold if turn(prompt, seed) < 2 else "    return None\n"

    model = Scripted(polaris, written)
    run = execute(plan("humaneval", 3, **SAMPLED), model, store)
    seeds = list(dict.fromkeys(g.decoding.seed for g in model.asked))
    assert len(seeds) == 4
    assert seeds[0] == 7
    assert len(model.asked) == 12
    for item in run.items:
        assert len(item.answers) == 4
        assert item.grades[run.rule].share == 0.5
        # Of the six pairs of samples one is without a right one.
        assert item.grades[f"{run.rule}:pass@2"].share == pytest.approx(5 / 6)
    assert summarise(run).accuracy == 0.5
    assert run.record["sandbox"]["mode"] == "warm"
    assert store.run(run.id) == run


@sandboxed
def test_one_program_an_item_is_right_or_not_and_is_not_run_twice(polaris, store, monkeypatch):
    items = {item.question: item for item in get("humaneval").load(None).items}

    def written(prompt: str, _: int) -> str:
        item = next(item for question, item in items.items() if question in prompt)
        return item.gold

    run = execute(plan("humaneval", 4), Scripted(polaris, written), store)
    assert [item.grades[run.rule].outcome for item in run.items] == [Outcome.RIGHT] * 4
    assert run.record["sandbox"]["mode"] == "fresh"

    def refuse(*_: object) -> None:
        raise AssertionError("nothing has to be run")

    monkeypatch.setattr(judging, "_run", refuse)
    again = regrade(run, store)
    assert again.items == run.items
    # Where programs ran whose verdicts were known is said as well.
    said = run.record["sandbox"]
    name = f"bubblewrap {said['version']}, fresh, {said['python']}"
    assert run.record["programs"] == {"run": 4, "from_store": {}}
    assert again.record["programs"] == {"run": 0, "from_store": {name: 4}}


def test_where_the_sandbox_fails_nothing_is_right_or_wrong(polaris, store, monkeypatch):
    tried = []

    class Broken:
        def __init__(self, **_: object) -> None: ...
        def __enter__(self):
            return self

        def __exit__(self, *_: object) -> None: ...
        def describe(self):
            return dict.fromkeys(("name", "version", "mode", "python"), "none")

        def run(self, programs):
            tried.append(len(programs))
            for index in range(len(programs)):
                yield index, Execution("infra", "no room", 0, 0, 0.0)

    monkeypatch.setattr(judging, "Sandbox", Broken)
    run = execute(plan("humaneval", 2), Scripted(polaris, lambda *_: "    return 1\n"), store)
    assert {item.grades[run.rule].outcome for item in run.items} == {Outcome.INFRA}
    assert summarise(run).accuracy is None
    assert tried == [2]
    execute(plan("humaneval", 2), Scripted(polaris, lambda *_: "    return 1\n"), store)
    assert tried == [2, 2]  # it is tried again


def test_samples_vote_on_the_answer(polaris, store):
    items = {item.question: item for item in get("gsm8k").load(None).items}
    turn = counter()

    def written(prompt: str, seed: int) -> str:
        gold = next(item.gold for question, item in items.items() if question in prompt)
        return f"so\n#### {gold}" if turn(prompt, seed) < 3 else "so\n#### 99999"

    run = execute(plan("gsm8k", 3, **SAMPLED, max_tokens=8), Scripted(polaris, written), store)
    for item in run.items:
        assert item.grades["gsm8k-official"].share == 0.75
        vote = item.grades["gsm8k-official:maj"]
        assert (vote.outcome, vote.extracted, vote.votes) == (Outcome.RIGHT, item.gold, 0.75)
    summary = summarise(run)
    assert summary.rules["gsm8k-official:maj"] == 1.0
    assert summary.votes["gsm8k-official:maj"] == 0.75


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"samples": 4}, "samples of greedy decoding would all be the same"),
        ({"samples": 0}, "samples: must be at least 1"),
    ],
)
def test_samples_that_make_no_sense_are_refused(asked, sentence):
    with pytest.raises(BadInput, match=sentence):
        get("gsm8k").recipe("official").condition(**asked)


def test_samples_of_scored_options_are_refused():
    with pytest.raises(BadInput, match="options are scored"):
        get("mmlu").recipe("official").condition(samples=3, decoding={"temperature": 1.0})
