"""Loading: what works is described, what is broken is told in one sentence."""

import json
import math
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from astrolabe.core.errors import BadInput
from astrolabe.core.model import Generation, Reading
from astrolabe.core.prompt import Prompt
from astrolabe.core.site import Intervention, Site
from astrolabe.models.local import load

MakeFolder = Callable[..., Path]
Change = Callable[[Path], object]


@pytest.mark.parametrize("architecture", ["llama", "qwen2", "gpt_neox", "gpt2"])
def test_a_decoder_answers_from_a_folder(model_folder: MakeFolder, architecture: str) -> None:
    model = load(str(model_folder(architecture)))
    assert model.context_length == 512
    assert model.why_plain is None
    said = model.describe()
    assert (said["device"], said["dtype"]) == ("cpu", "float32")
    json.dumps(said)
    (encoded,) = model.encode([Prompt("Question: 1 + 1?\nAnswer:", continuations=(" A", " B"))])
    scored = dict(model.score(encoded.readings))
    with torch.no_grad():
        logits = model.module(torch.tensor([encoded.readings[1].tokens])).logits[0]
    start = encoded.readings[1].start
    expected = logits.log_softmax(-1)[start - 1, encoded.readings[1].tokens[start]].item()
    assert scored[1].logprobs[0] == pytest.approx(expected, abs=1e-5)
    ((_, generated),) = model.generate([Generation(encoded.context, 3)])
    assert generated.tokens <= 3


@pytest.mark.parametrize("architecture", ["bloom", "mamba"])
def test_what_works_otherwise_answers_by_the_plain_path(
    model_folder: MakeFolder, architecture: str
) -> None:
    """ALiBi and an MLP that is given the stream to add to; no attention at all."""
    model = load(str(model_folder(architecture)), device="cpu")
    assert model.why_plain is not None
    (encoded,) = model.encode([Prompt("Question: 1 + 1?\nAnswer:", continuations=(" A", " B"))])
    scored = dict(model.score(encoded.readings))
    with torch.no_grad():
        logits = model.module(torch.tensor([encoded.readings[1].tokens[:-1]])).logits[0]
    expected = logits.log_softmax(-1)[-1, encoded.readings[1].tokens[-1]].item()
    assert scored[1].logprobs[-1] == pytest.approx(expected, abs=1e-5)
    ((_, generated),) = model.generate([Generation(encoded.context, 3)])
    assert generated.tokens <= 3


def test_a_probe_that_fails_does_not_keep_a_model_from_answering(
    model_folder: MakeFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise IndexError("nobody foresaw this")

    monkeypatch.setattr("astrolabe.inside.head.dissect", broken)
    model = load(str(model_folder("llama")), device="cpu")
    assert model.why_plain is None
    assert not model.inside.narrows


def test_a_site_that_the_model_has_not_is_refused_and_costs_it_nothing(
    model_folder: MakeFolder,
) -> None:
    model = load(str(model_folder("llama")), device="cpu")
    beyond = Intervention(Site("mlp", 99), "scale", amount=0.0)
    with pytest.raises(BadInput, match=r"no site mlp\.99: the model has"):
        model.score([Reading((1, 2, 3), 1, interventions=(beyond,))])
    assert model.why_plain is None


def test_dtype_and_device_are_as_asked(model_folder: MakeFolder) -> None:
    said = load(str(model_folder("llama")), dtype="bfloat16", device="cpu").describe()
    assert (said["device"], said["dtype"]) == ("cpu", "bfloat16")


def edit_config(**changes: Any) -> Change:
    def change(folder: Path) -> None:
        path = folder / "config.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | changes))

    return change


def edit_weights(change: Callable[[dict[str, torch.Tensor]], object]) -> Change:
    def changed(folder: Path) -> None:
        path = folder / "model.safetensors"
        tensors = load_file(path)
        change(tensors)
        save_file(tensors, path, metadata={"format": "pt"})

    return changed


def truncate(folder: Path) -> None:
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-100])


def remove(*names: str) -> Change:
    def change(folder: Path) -> None:
        for name in names:
            (folder / name).unlink()

    return change


def fill(value: float) -> Change:
    return edit_weights(lambda t: t["model.layers.1.mlp.up_proj.weight"].fill_(value))


def overwrite(name: str, text: str) -> Change:
    return lambda folder: (folder / name).write_text(text)


DOWN = "model.layers.0.mlp.down_proj.weight"
TOKENIZER = ("tokenizer.json", "tokenizer_config.json")

BROKEN: dict[str, tuple[Change, str]] = {
    "no config": (remove("config.json"), "has no config.json"),
    "no weights": (remove("model.safetensors"), "cannot be loaded: "),
    "no tokenizer": (remove(*TOKENIZER), "its tokenizer is missing or broken"),
    "broken tokenizer": (overwrite("tokenizer.json", "{}"), "its tokenizer is missing or broken"),
    "config is not JSON": (overwrite("config.json", "{"), "cannot be loaded: "),
    "config says nothing": (overwrite("config.json", "{}"), "cannot be loaded: "),
    "unknown architecture": (edit_config(model_type="astro"), "cannot be loaded: "),
    "truncated weights": (truncate, "cannot be loaded: "),
    "empty weights": (overwrite("model.safetensors", ""), "cannot be loaded: "),
    "missing tensor": (
        edit_weights(lambda t: t.pop(DOWN)),
        f"1 weights are missing or of the wrong shape (for example '{DOWN}')",
    ),
    "tensor of another shape": (
        edit_weights(lambda t: t.update({DOWN: torch.zeros(2, 2)})),
        f"1 weights are missing or of the wrong shape (for example '{DOWN}')",
    ),
    "another architecture's weights": (edit_config(num_hidden_layers=3), "9 weights are missing"),
    "NaN weights": (fill(math.nan), "not finite (NaN or infinity)"),
    "infinite weights": (fill(math.inf), "not finite (NaN or infinity)"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_model_is_refused_in_one_sentence(
    model_folder: MakeFolder, tmp_path: Path, what: str
) -> None:
    change, sentence = BROKEN[what]
    folder = Path(shutil.copytree(model_folder("llama"), tmp_path / "model"))
    change(folder)
    with pytest.raises(BadInput) as refusal:
        load(str(folder))
    said = str(refusal.value)
    assert str(folder) in said
    assert sentence in said
    assert "\n" not in said
    assert len(said) < 600


def test_an_encoder_decoder_is_refused(model_folder: MakeFolder, tmp_path: Path) -> None:
    from transformers import T5Config, T5ForConditionalGeneration

    sizes = {"d_model": 16, "d_kv": 8, "d_ff": 16, "num_layers": 1, "num_heads": 2}
    T5ForConditionalGeneration(T5Config(vocab_size=400, **sizes)).save_pretrained(tmp_path)
    with pytest.raises(BadInput, match="is an encoder-decoder; give a decoder-only model"):
        load(str(tmp_path))


def test_an_encoder_that_sees_what_comes_after_is_refused(
    model_folder: MakeFolder, tmp_path: Path
) -> None:
    from transformers import BertConfig, BertLMHeadModel

    shutil.copytree(model_folder("llama"), tmp_path, dirs_exist_ok=True)
    sizes = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4}
    config = BertConfig(
        vocab_size=400, intermediate_size=48, initializer_range=0.3, is_decoder=False, **sizes
    )
    torch.manual_seed(0)
    BertLMHeadModel(config).save_pretrained(tmp_path)
    with pytest.raises(BadInput, match=r"BertLMHeadModel\) lets a token see those after it"):
        load(str(tmp_path))


def test_a_tokenizer_larger_than_the_model_is_refused(model_folder: MakeFolder) -> None:
    model = load(str(model_folder("llama", vocab_size=300)))
    assert model.encode([Prompt("zqj")])
    with pytest.raises(BadInput) as refusal:
        model.encode([Prompt("zqj"), Prompt("The answer is", continuations=(" (with answers)",))])
    assert "the model knows only 300 tokens" in str(refusal.value)
    assert "do not belong together" in str(refusal.value)


NAMES: list[tuple[dict[str, str], str]] = [
    ({"name": "nosuchmodel"}, "model 'nosuchmodel' is not a folder, and does not look like"),
    ({"name": "/no/such/folder"}, "model '/no/such/folder' is not a folder"),
    ({"name": "./no/such"}, "model './no/such' is not a folder"),
    ({"name": "no/such/one"}, "model 'no/such/one' is not a folder"),
    ({"name": "nobody/no-such-model"}, "model 'nobody/no-such-model' cannot be loaded: "),
    ({"name": ""}, "model folder '' has no config.json"),
    ({"dtype": "int8"}, "unknown dtype 'int8'; there are auto, float32, bfloat16, float16"),
    ({"dtype": "torch.float32"}, "unknown dtype 'torch.float32'"),
    ({"device": "tpu9"}, "device 'tpu9' cannot be used: "),
    ({"device": ""}, "device '' cannot be used: "),
    ({"device": "vulkan"}, "device 'vulkan' cannot be used: "),
    ({"device": "privateuseone"}, "device 'privateuseone' cannot be used: "),
    ({"device": "meta"}, "device 'meta' holds no numbers"),
]


@pytest.mark.parametrize(("asked", "sentence"), NAMES)
def test_a_name_that_means_nothing_is_refused_in_one_sentence(
    model_folder: MakeFolder, asked: dict[str, str], sentence: str
) -> None:
    with pytest.raises(BadInput) as refusal:
        load(**({"name": str(model_folder("llama"))} | asked))
    said = str(refusal.value)
    assert said.startswith(sentence)
    assert "\n" not in said
    assert len(said) < 400


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has CUDA")
def test_a_device_that_is_not_here_is_refused() -> None:
    with pytest.raises(BadInput, match="device 'cuda' cannot be used: Torch not compiled"):
        load("polaris", device="cuda")


def test_a_file_is_no_model(model_folder: MakeFolder) -> None:
    with pytest.raises(BadInput, match=r"config.json' is not a folder"):
        load(str(model_folder("llama") / "config.json"))


def test_nothing_is_asked_and_nothing_is_answered(model_folder: MakeFolder) -> None:
    model = load(str(model_folder("llama")))
    assert list(model.score([])) == []
    assert list(model.generate([])) == []
    assert model.encode([]) == []


def test_answers_come_with_the_index_asked(model_folder: MakeFolder) -> None:
    model = load(str(model_folder("llama")))
    readings = [Reading((0, 5, 6, 7 + i), 2) for i in range(4)]
    answers = dict(model.score(readings))
    for index, reading in enumerate(readings):
        ((_, alone),) = model.score([reading])
        assert answers[index].logprobs == pytest.approx(alone.logprobs, abs=1e-5)
