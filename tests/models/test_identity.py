"""Identity: the same weights are the same model, whatever it is called; other weights are not."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from astrolabe.core.model import ModelIdentity
from astrolabe.models.local import load

MakeFolder = Callable[..., Path]


@pytest.fixture(scope="module")
def llama(model_folder: MakeFolder) -> Path:
    return model_folder("llama", "bos-and-template")


@pytest.fixture(scope="module")
def identity(llama: Path) -> ModelIdentity:
    return load(str(llama)).identity


def copied(folder: Path, place: Path) -> Path:
    return Path(shutil.copytree(folder, place / "another name"))


def test_a_renamed_folder_is_the_same_model(
    llama: Path, identity: ModelIdentity, tmp_path: Path
) -> None:
    other = load(str(copied(llama, tmp_path))).identity
    assert other.name != identity.name
    assert other.digest == identity.digest


def test_one_flipped_bit_of_the_weights_is_another_model(
    llama: Path, identity: ModelIdentity, tmp_path: Path
) -> None:
    folder = copied(llama, tmp_path)
    path = folder / "model.safetensors"
    content = bytearray(path.read_bytes())
    # The lowest bit of the last number's mantissa.
    content[-4] ^= 1
    path.write_bytes(content)
    other = load(str(folder)).identity
    assert other.weights != identity.weights
    assert other.tokenizer == identity.tokenizer
    assert other.digest != identity.digest


def test_another_dtype_is_another_model(llama: Path, identity: ModelIdentity) -> None:
    other = load(str(llama), dtype="bfloat16").identity
    assert (identity.dtype, other.dtype) == ("float32", "bfloat16")
    assert other.weights == identity.weights
    assert other.digest != identity.digest


def test_settings_are_part_of_the_model(
    llama: Path, identity: ModelIdentity, tmp_path: Path
) -> None:
    folder = copied(llama, tmp_path)
    config = folder / "config.json"
    config.write_text(config.read_text().replace("1e-06", "1e-05"))
    assert load(str(folder)).identity.weights != identity.weights


def test_tokenizer_and_chat_template_are_part_of_the_model(
    model_folder: MakeFolder, llama: Path, identity: ModelIdentity, tmp_path: Path
) -> None:
    kinds = ["bos", "no-bos", "bos-twice-written", "refuses-system"]
    found = {identity.tokenizer}
    for kind in kinds:
        other = load(str(model_folder("llama", kind))).identity
        assert other.weights == identity.weights
        found.add(other.tokenizer)
    assert len(found) == 1 + len(kinds)


def test_a_file_that_is_no_part_of_the_model_changes_nothing(
    llama: Path, identity: ModelIdentity, tmp_path: Path
) -> None:
    folder = copied(llama, tmp_path)
    (folder / "README.md").write_text("A model.")
    (folder / "trainer_state.json").write_text("{}")
    assert load(str(folder)).identity.digest == identity.digest


def test_using_a_model_does_not_change_what_it_is(llama: Path, identity: ModelIdentity) -> None:
    from astrolabe.models.identity import identify

    model = load(str(llama))
    model.tokenizer(["a", "a b"], padding=False, truncation=True, max_length=4)
    assert identify("again", model.module, model.tokenizer).digest == identity.digest


def test_architectures_are_different_models(model_folder: MakeFolder) -> None:
    names = ["llama", "qwen2", "gpt_neox", "gpt2"]
    assert len({load(str(model_folder(name))).identity.weights for name in names}) == 4
