"""`astrolabe lens` as a person uses it."""

import json
from pathlib import Path

import pytest

from astrolabe.core.errors import Unsupported
from astrolabe.inside.head import Inside
from tests.cli.test_bad_input import one_sentence

CAPITAL = "The capital of France is"
FEW = ("--tokens", "2")


def texts(tokens) -> list[str]:
    return [token["text"] for token in tokens]


def test_polaris_knows_a_capital_and_shows_when(astrolabe) -> None:
    said = astrolabe("lens", CAPITAL, "--candidates", "Paris, Berlin", "--json")
    assert said.code == 0, said.err
    found = said.json
    assert (found["prompt"] + found["answer"]).startswith(f"{CAPITAL} Paris.\nThe capital of")
    assert found["depth"] == 8
    assert found["prompt_tokens"] == 6  # one BOS, five words
    assert found["tokens"].count(found["tokens"][0]) == 1
    assert texts(found["read"])[:3] == ["␣Paris", ".", "↵"]
    assert len(found["read"]) == 8
    assert texts(found["candidates"]) == ["␣Paris", "␣Berlin"]
    paris, berlin = found["candidates"]
    assert paris["layers"][-1] > 0.9 > 0.1 > paris["layers"][3]
    assert paris["contrasted"] == pytest.approx(1)
    assert berlin["contrasted"] == 0
    first = found["read"][0]
    assert first["tops"][-1][0]["text"] == "␣Paris"
    assert len(first["divergences"]) == 8
    assert Path("astrolabe-out/lens.png").stat().st_size > 10_000
    assert Path("astrolabe-out/lens.html").stat().st_size > 100_000


def test_the_terminal_view_says_where_the_files_are(astrolabe) -> None:
    said = astrolabe("lens", CAPITAL, *FEW, "--report-language", "zh", "--out", "here")
    assert said.code == 0, said.err
    assert f"{CAPITAL} Paris." in said.out
    assert "各层与末层的差异" in said.out
    assert said.out.splitlines()[-2:] == ["picture: here/lens.png", "page: here/lens.html"]


def test_only_the_file_that_is_named_is_written(astrolabe) -> None:
    said = astrolabe("lens", CAPITAL, *FEW, "--html", "deep/er/x.html")
    assert said.code == 0, said.err
    assert said.out.splitlines()[-1] == "page: deep/er/x.html"
    assert [path.name for path in Path().rglob("*.*")] == ["x.html"]


def test_text_written_by_dola_is_that_of_the_model(astrolabe) -> None:
    from astrolabe.core.decoding import Decoding, Dola
    from astrolabe.core.model import Generation
    from astrolabe.core.prompt import Prompt
    from astrolabe.models.local import load

    model = load("polaris")
    tokens = model.encode([Prompt(text=CAPITAL)])[0].context
    for dola, options in ((None, ()), (Dola(layers=(2, 4)), ("--dola", "--layers", "2,4"))):
        asked = Generation(tokens, 12, decoding=Decoding(dola=dola))
        ((_, expected),) = model.generate([asked])
        said = astrolabe("lens", CAPITAL, "--tokens", "12", *options, "--json", "--png", "x.png")
        assert said.json["answer"] == expected.text
        assert said.json["decoding"] == ("dola" if dola else "greedy")
        assert said.json["candidate_layers"] == ([2, 4] if dola else [4, 6])


def test_a_position_is_a_number_or_a_text(astrolabe) -> None:
    def position(asked: str) -> tuple[int, str]:
        said = astrolabe("lens", CAPITAL, "--position", asked, "--json", "--png", "x.png")
        found = said.json
        return found["position"], found["read"][found["position"]]["text"]

    assert position("4") == (4, "␣capital")
    assert position("of") == (5, "␣of")
    assert position("capital of") == (4, "␣capital")


def test_candidates_are_read_as_the_text_would_go_on(astrolabe) -> None:
    def firsts(text: str, candidates: str, *options: str) -> list[str]:
        said = astrolabe(
            "lens", text, *FEW, "--candidates", candidates, "--json", "--png", "x.png", *options
        )
        assert said.code == 0, said.err
        return texts(said.json["candidates"])

    assert firsts("7+8=", "15,9") == ["1", "9"]  # no space after "="
    assert firsts("Question: What is the capital of Italy?\nAnswer:", "Rome，Oslo") == [
        "␣Rome",
        "␣Oslo",
    ]
    assert firsts("题目：2+2\nA. 4\nB. 5\n答案是：", "A,B") == ["A", "B"]
    # After the token before the chosen one, not after the prompt.
    assert firsts("The capital of France", "Paris,Rome", "--position", "1") == ["␣Paris", "␣Rome"]


def test_all_shows_the_prompt_too(astrolabe) -> None:
    said = astrolabe("lens", CAPITAL, *FEW, "--all", "--json", "--png", "x.png")
    assert texts(said.json["read"]) == [
        *("The", "␣capital", "␣of", "␣France", "␣is"),
        *("␣Paris", "."),
    ]
    assert said.json["position"] == 0
    assert said.json["candidates"][0]["text"] == "␣Paris"


def test_half_characters_of_another_model_are_shown_as_bytes(astrolabe, model_folder) -> None:
    folder = str(model_folder("gpt2", "no-bos"))
    said = astrolabe("lens", "巴黎", "-m", folder, "--layers", "1", "--all", *FEW, "--json")
    assert said.code == 0, said.err
    assert said.json["prompt_tokens"] == 6  # six bytes, no BOS
    assert texts(said.json["read"])[:5] == ["‹B7›", "‹B4›", "‹E9›", "‹BB›", "‹8E›"]


def test_generation_ends_where_the_model_ends(astrolabe) -> None:
    said = astrolabe("lens", "<|user|>\n7+8=<|end|>\n<|assistant|>\n", "--tokens", "40", "--json")
    assert said.code == 0, said.err
    found = said.json
    assert len(found["read"]) < 40
    assert found["read"][-1]["text"] in ("<|end|>", "<|eos|>")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("",), "the text is empty"),
        ((" \n",), "the text is empty"),
        (("word " * 2050,), "longer than the 2048 that model 'polaris' was made to see"),
        ((CAPITAL, "--tokens", "2043"), "longer than the 2048"),
        ((CAPITAL, "--tokens", "0"), "0 tokens to generate leave nothing to see"),
        ((CAPITAL, "--norm", "first"), "unknown norm 'first'; there are final, none"),
        ((CAPITAL, "--divergence", "kl"), "unknown divergence 'kl'; there are js, published"),
        ((CAPITAL, "--layers", "2,8"), "cannot contrast layer 8: the model has 8 layers"),
        ((CAPITAL, "--layers=-1"), "layers are counted from 0"),
        ((CAPITAL, "--layers", "middle"), "give low, high, all, or numbers such as 2,4"),
        ((CAPITAL, "--layers", ""), "give low, high, all, or numbers such as 2,4"),
        ((CAPITAL, *FEW, "--position", "2"), "position 2 is out of range: 2 tokens"),
        ((CAPITAL, *FEW, "--position=-1"), "position -1 is out of range"),
        ((CAPITAL, *FEW, "--position", "Oslo"), "no generated token begins with 'Oslo'"),
        ((CAPITAL, *FEW, "--position", ""), "no generated token begins with ''"),
        ((CAPITAL, *FEW, "--candidates", "Paris,,Rome"), "candidate '' cannot be encoded"),
        ((CAPITAL, *FEW, "--candidates", ""), "candidate '' cannot be encoded"),
        (
            (CAPITAL, *FEW, "--candidates", "Paris,Paris now"),
            "'Paris' and 'Paris now' begin with the same token ' Paris'",
        ),
        ((f"<|bos|>{CAPITAL}",), "opens a prompt"),
        ((CAPITAL, "--report-language", "fr"), "no reports in language 'fr'"),
        ((CAPITAL, "--png", "."), "'.' cannot be written (it is a folder)"),
        ((CAPITAL, "-m", "./nowhere"), "is not a folder"),
    ],
)
def test_bad_input_gets_one_sentence(astrolabe, words: tuple[str, ...], says: str) -> None:
    assert says in one_sentence(astrolabe("lens", *words))
    assert not list(Path().rglob("lens.*"))


def test_a_model_that_does_not_show_its_layers_is_refused(astrolabe, monkeypatch) -> None:
    def hidden(self: Inside) -> float:
        raise Unsupported("Odd, whose last layer read early differs: an early exit")

    monkeypatch.setattr(Inside, "check", hidden)
    complaint = one_sentence(astrolabe("lens", CAPITAL, *FEW))
    assert "an early exit cannot be read" in complaint


def test_a_file_in_the_way_is_noticed_before_computing(astrolabe, monkeypatch) -> None:
    Path("taken").write_text("")
    monkeypatch.setattr("astrolabe.models.local.load", None)
    assert "name another file with --html" in one_sentence(
        astrolabe("lens", CAPITAL, "--html", "taken/x.html")
    )


def test_json_and_files_hold_the_same(astrolabe) -> None:
    said = astrolabe("lens", CAPITAL, *FEW, "--json", "--html", "x.html", "--norm", "none")
    page = Path("x.html").read_text(encoding="utf-8")
    divergence = f"{said.json['read'][0]['divergences'][3]:.3g}"
    assert json.dumps(divergence) in page
    assert "norm none" in page
