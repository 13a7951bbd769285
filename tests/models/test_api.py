"""A real server on a real socket, asked by the real client: its answers are the local model's."""

import json
import os
import signal
from contextlib import ExitStack, contextmanager
from dataclasses import replace

import openai
import pytest
from tests.server import NAME, Server, serving

from astrolabe.benchmarks import get
from astrolabe.core.decoding import Decoding, Dola
from astrolabe.core.errors import BadInput
from astrolabe.core.model import Generation, Reading
from astrolabe.core.prompt import Message, Prompt
from astrolabe.core.run import RunPlan
from astrolabe.core.site import Intervention, Site
from astrolabe.models import api, named
from astrolabe.models.api import ApiModel, connect
from astrolabe.models.local import load
from astrolabe.runs.execute import execute
from astrolabe.runs.store import Store
from astrolabe.runs.watch import Silent

LIMIT = 4
WORDS = {"shots": 1, "max_tokens": 8}


@pytest.fixture(scope="module")
def polaris():
    return load("polaris", device="cpu")


@pytest.fixture
def serve(polaris):
    """Starts servers that answer by Polaris."""
    with ExitStack() as stack:
        yield lambda **does: stack.enter_context(serving(Server(polaris, **does)))


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch):
    for name in ("OPENAI_BASE_URL", "OPENAI_API_KEY"):
        monkeypatch.delenv(name, raising=False)


def plan(limit=LIMIT, **fields) -> RunPlan:
    condition = get("gsm8k").recipe("official").condition(**(WORDS | fields))
    return RunPlan("", "any", "gsm8k", condition, limit=limit)


def hasty(server: Server, tries: int = 1, seconds: float = 60.0) -> ApiModel:
    """The model behind a server, with a client that does not wait for long."""
    client = openai.OpenAI(
        base_url=server.url, api_key="k-secret", max_retries=tries - 1, timeout=seconds
    )
    return ApiModel(server.named, NAME, client)


class Impatient(Silent):
    """Presses Ctrl-C when it is told of so many answers."""

    def __init__(self, answers: int) -> None:
        self.left = answers

    @contextmanager
    def stage(self, title: str, total: int):
        def advance(units: int) -> None:
            self.left -= units if title.endswith("answers") else 0
            if self.left == 0:
                os.kill(os.getpid(), signal.SIGINT)

        yield advance


def ask(model: ApiModel, text: str = "The capital of France is", **fields):
    """One answer."""
    (encoded,) = model.encode([Prompt(text)])
    ((_, answer),) = model.generate([Generation(encoded.context, 4, **fields)])
    return answer


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"template": "turns", "role": "You are kind."},
        {"samples": 3, "decoding": {"temperature": 0.8, "top_p": 0.9}},
        {"shots": 0, "reasoning": "trigger", "trigger": "Let's think.", "extract_tokens": 4},
    ],
)
def test_answers_through_a_server_are_the_local_models(polaris, serve, tmp_path, fields) -> None:
    if "extract_tokens" in fields:
        zero = get("gsm8k").recipe("zero-shot")
        asked = replace(plan(), condition=zero.condition(**(WORDS | fields)))
    else:
        asked = plan(**fields)
    server = serve()
    with Store(tmp_path / "a.db") as store:
        served, here = execute(asked, connect(server.named), store), execute(asked, polaris, store)
    assert [one.answers for one in served.items] == [one.answers for one in here.items]
    assert [one.grades for one in served.items] == [one.grades for one in here.items]
    assert served.id != here.id
    if "template" not in fields:
        assert [one.prompt for one in served.items] == [one.prompt for one in here.items]


def test_the_record_says_who_answered_and_what_is_not_known(serve, tmp_path, monkeypatch) -> None:
    server = serve(key="k-secret")
    monkeypatch.setenv("OPENAI_BASE_URL", server.url)
    monkeypatch.setenv("OPENAI_API_KEY", "k-secret")
    with Store(tmp_path / "a.db") as store:
        run = execute(plan(limit=2), connect(f"api:{NAME}"), store)
    said = run.record["model"]
    assert (said["engine"], said["base_url"], said["asked_for"]) == ("api", server.url, NAME)
    assert (said["served"], said["system_fingerprints"]) == ([f"{NAME}-2026"], ["fp_1"])
    assert said["weights"] == f"unknown: '{NAME}' as served by {server.url}"
    assert set(server.keys) == {"Bearer k-secret"}
    assert b"k-secret" not in (tmp_path / "a.db").read_bytes()
    assert "k-secret" not in json.dumps(run.record)


def test_what_is_sent_is_what_the_condition_says(serve, tmp_path) -> None:
    server = serve()
    with Store(tmp_path / "a.db") as store:
        run = execute(plan(limit=1), connect(server.named), store)
        chance = {"decoding": {"temperature": 0.5, "top_p": 0.9, "seed": 7}, "samples": 2}
        execute(plan(limit=1, **chance), connect(server.named), store)
    greedy, *sampled = server.asked
    assert (greedy["temperature"], greedy["max_tokens"]) == (0, 8)
    assert greedy["stop"] == run.record["prompts"]["stops"] != []
    assert "seed" not in greedy
    assert "top_p" not in greedy
    assert {(one["temperature"], one["top_p"]) for one in sampled} == {(0.5, 0.9)}
    assert 7 in {one["seed"] for one in sampled}
    assert len({one["seed"] for one in sampled}) == 2


def test_a_second_run_asks_nobody(serve, tmp_path) -> None:
    server = serve()
    with Store(tmp_path / "a.db") as store:
        first = execute(plan(), connect(server.named), store)
        asked = len(server.asked)
        assert execute(plan(), connect(server.named), store) == first
    assert len(server.asked) == asked == LIMIT


def test_a_server_gone_midway_costs_nothing_that_was_answered(polaris, serve, tmp_path) -> None:
    asked = plan(limit=14, max_tokens=2)
    gone = Server(polaris, after=lambda count: gone.ill.extend([(0, "")] * 99 * (count == 4)))
    with Store(tmp_path / "a.db") as store:
        with serving(gone), pytest.raises(BadInput, match=r"cannot be reached.* goes on"):
            execute(asked, hasty(gone), store)
        assert 5 <= gone.answered < 14
        again = Server(polaris, port=gone.port)
        with serving(again):
            run = execute(asked, hasty(again), store)
        assert again.answered == 14 - gone.answered
        assert run.record["answers"] == {
            "computed": again.answered,
            "from_store": gone.answered,
        }
        whole = execute(asked, polaris, store)
    assert [one.answers for one in run.items] == [one.answers for one in whole.items]


def test_ctrl_c_keeps_what_is_done(serve, tmp_path) -> None:
    asked = plan(limit=24, max_tokens=2)
    server = serve(pause=0.05)
    with Store(tmp_path / "a.db") as store:
        with pytest.raises(KeyboardInterrupt):
            execute(asked, hasty(server), store, Impatient(9))
        assert server.most_at_once == api.AT_ONCE
        run = execute(asked, hasty(server), store)
    assert run.record["answers"] == {"computed": 15, "from_store": 9}


@pytest.mark.parametrize("status", [429, 500, 503, 0])
def test_a_server_that_is_busy_or_fails_is_asked_again(serve, status: int) -> None:
    server = serve(ill=[(status, {"error": {"message": "later"}})] * 2)
    assert ask(hasty(server, tries=3)).text == ask(hasty(serve())).text
    assert len(server.asked) == 3


@pytest.mark.parametrize(
    ("does", "told"),
    [
        ({"key": "another"}, "does not accept the key; put yours into OPENAI_API_KEY"),
        ({"chat_only": True}, "takes no plain text .*--template turns"),
        ({"pause": 0.5}, "did not answer in time; what was answered is kept"),
        ({"ill": [(429, {"error": {"message": "over quota"}})]}, r"\(.*over quota.*\); wait"),
        ({"ill": [(500, {"error": {"message": "broken"}})]}, "failed .*broken"),
        (
            {"ill": [(400, {"error": {"message": "maximum context length is 8 tokens"}})]},
            "do not fit into the context .*8 tokens.*--max-tokens",
        ),
        ({"ill": [(422, {"detail": "no k-secret here"})]}, r"what it was asked \(.*no \*\*\* here"),
        ({"ill": [(200, "<html>Welcome</html>")]}, "does not answer as OpenAI's API .*Welcome"),
        ({"ill": [(200, {"error": "odd"})]}, "does not answer as OpenAI's API does"),
    ],
)
def test_what_goes_wrong_is_told_in_one_sentence(serve, does, told: str) -> None:
    with pytest.raises(BadInput, match=told) as refused:
        ask(hasty(serve(**does), seconds=0.25 if "pause" in does else 60.0))
    assert "\n" not in str(refused.value)
    assert "k-secret" not in str(refused.value)


def test_a_model_that_the_server_does_not_have_is_told_with_those_it_has(serve) -> None:
    model = connect(f"api:polaris-servd@{serve().url}")
    with pytest.raises(BadInput, match=f"no model 'polaris-servd', did you mean '{NAME}'"):
        ask(model)


def test_a_url_that_leads_past_the_api_is_told(serve) -> None:
    (encoded,) = hasty(serve()).encode([Prompt(messages=(Message("user", "1 + 1?"),))])
    model = connect(serve().named.removesuffix("/v1"))
    with pytest.raises(BadInput, match=r"has no /chat/completions.*end in /v1"):
        list(model.generate([Generation(encoded.context, 4)]))


def test_nobody_at_the_address_is_told(serve, monkeypatch) -> None:
    monkeypatch.setattr(api, "TRIES", 1)
    with pytest.raises(BadInput, match=r"cannot be reached .*OPENAI_BASE_URL"):
        ask(connect(f"api:{NAME}@http://127.0.0.1:9/v1"))


def test_the_newer_name_of_the_budget_is_learned_from_the_server(serve) -> None:
    said = "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."
    says = {"role": "assistant", "content": "ok"}
    reply = {
        **{"id": "", "created": 1, "object": "chat.completion", "model": "m"},
        "choices": [{"index": 0, "message": says, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
    }
    server = serve(ill=[(400, {"error": {"message": said}}), (200, reply), (200, reply)])
    model = hasty(server)
    (encoded,) = model.encode([Prompt(messages=(Message("user", "1 + 1?"),))])
    for _ in range(2):
        ((_, answer),) = model.generate([Generation(encoded.context, 4)])
        assert answer.text == "ok"
    names = [key for one in server.asked for key in one if key.startswith("max_")]
    assert names == ["max_tokens", "max_completion_tokens", "max_completion_tokens"]


@pytest.mark.parametrize(
    ("choice", "stops", "finish", "text"),
    [
        ({"finish_reason": "length"}, ("\n",), "length", "one, two"),
        ({"finish_reason": "stop"}, (), "eos", "one, two"),
        ({"finish_reason": "stop"}, ("\n",), "stop", "one, two"),
        ({"finish_reason": "stop", "stop_reason": None}, ("\n",), "eos", "one, two"),
        ({"finish_reason": "stop", "stop_reason": "\n"}, ("\n",), "stop", "one, two"),
        ({"finish_reason": "content_filter"}, (), "eos", "one, two"),
        ({"finish_reason": "length"}, ("a", "b", "c", "d", "two", ","), "stop", "one"),
    ],
)
def test_why_an_answer_ended(serve, choice, stops, finish: str, text: str) -> None:
    reply = {
        **{"id": "", "created": 1, "object": "text_completion", "model": "m"},
        "choices": [{"index": 0, "text": "one, two", "logprobs": None, **choice}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 3, "total_tokens": 4},
    }
    server = serve(ill=[(200, reply)])
    model = hasty(server)
    answer = ask(model, stops=stops)
    assert (answer.text, answer.finish, answer.tokens) == (text, finish, 3)
    assert len(server.asked[0].get("stop", ())) <= 4  # OpenAI's API takes no more
    assert model.describe()["withheld_by_filter"] == (choice["finish_reason"] == "content_filter")


def test_what_a_server_cannot_do_is_refused_and_nothing_is_sent(serve) -> None:
    server = serve()
    model = hasty(server)
    push = Intervention(Site.parse("resid.1"), "add", (1.0,))
    refusals = [
        (lambda: model.encode([Prompt("A or B?", continuations=(" A", " B"))]), "--scoring"),
        (lambda: model.score([Reading((1, 2), 1)]), "log-probs"),
        (lambda: model.exits(Dola()), "DoLa"),
        (lambda: ask(model, decoding=Decoding(dola=Dola())), "DoLa"),
        (lambda: ask(model, decoding=Decoding(repetition_penalty=1.2)), "repetition penalty"),
        (lambda: ask(model, interventions=(push,)), "nothing can be changed inside"),
        (
            lambda: model.encode([Prompt(messages=(Message("user", "?"),), prefix="Let's")]),
            "begin with 'Let's'.*template 'off'",
        ),
    ]
    for act, told in refusals:
        with pytest.raises(BadInput, match=told):
            act()
    assert list(model.score([])) == []
    assert server.asked == []


def test_the_key_goes_to_the_server_it_is_for_and_to_no_other(serve, monkeypatch) -> None:
    mine, other = serve(), serve()
    monkeypatch.setenv("OPENAI_BASE_URL", f"{mine.url}/")
    monkeypatch.setenv("OPENAI_API_KEY", "k-secret")
    for name in (f"api:{NAME}", mine.named, other.named):
        ask(connect(name))
    assert mine.keys == ["Bearer k-secret"] * 2
    assert "k-secret" not in str(other.keys)


def test_another_address_or_another_name_is_another_model(monkeypatch) -> None:
    names = ("api:a@http://x/v1", "api:b@http://x/v1", "api:a@http://y/v1")
    assert len({connect(name).identity.digest for name in names}) == 3
    monkeypatch.setenv("OPENAI_BASE_URL", "http://x/v1/")
    assert connect("api:a").identity.digest == connect(names[0]).identity.digest
    assert connect("api:@cf/meta/llama@http://x/v1").model == "@cf/meta/llama"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("api:", "names no model"),
        ("api:m@http://", "no address"),
        ("api:m@http://me:hush@x/v1", "OPENAI_API_KEY"),
        ("api:m@http://x/v1?key=hush", "OPENAI_API_KEY"),
    ],
)
def test_a_name_that_is_none_is_refused(name: str, told: str) -> None:
    with pytest.raises(BadInput, match=told) as refused:
        connect(name)
    assert "hush" not in str(refused.value)


def test_a_model_by_name_is_found_where_it_is() -> None:
    assert isinstance(named.load("api:m"), ApiModel)
    with pytest.raises(BadInput, match="leave out --dtype"):
        named.load("api:m", dtype="float16")
    with pytest.raises(BadInput, match=r"behind a server: .*not looked into"):
        load("api:m")
