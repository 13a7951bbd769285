"""Which model is it, exactly: digests of weights and tokenizer."""

import hashlib
from pathlib import Path

import torch
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from astrolabe.core.digest import DIGEST_LENGTH, digest
from astrolabe.core.model import ModelIdentity

_WEIGHTS = ("*.safetensors", "pytorch_model*.bin")
_SETTINGS = ("config.json", "generation_config.json")


def identify(
    name: str, model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase
) -> ModelIdentity:
    """The identity of a loaded model.

    A model from the hub is known by its resolved commit; one from a folder by the contents of its
    weight and settings files, so that a renamed folder is the same model and a retrained one not;
    one made in memory by its tensors.
    """
    folder = Path(model.name_or_path)
    commit = getattr(model.config, "_commit_hash", None)
    named = bool(model.name_or_path)
    if commit and named and not folder.is_dir():
        weights = f"hub:{commit}"
    else:
        weights = _files_digest(folder) if named and folder.is_dir() else _tensors_digest(model)
    return ModelIdentity(
        name=name,
        weights=weights,
        tokenizer=_tokenizer_digest(tokenizer),
        dtype=str(model.dtype).removeprefix("torch."),
    )


def _tensors_digest(model: PreTrainedModel) -> str:
    whole = hashlib.sha256(model.config.to_json_string().encode())
    for name, tensor in sorted(model.state_dict().items()):
        whole.update(name.encode())
        whole.update(tensor.detach().cpu().contiguous().view(torch.uint8).numpy().tobytes())
    return whole.hexdigest()[:DIGEST_LENGTH]


def _files_digest(folder: Path) -> str:
    files = sorted(path for pattern in _WEIGHTS + _SETTINGS for path in folder.glob(pattern))
    contents = []
    for path in files:
        with path.open("rb") as stream:
            contents.append(hashlib.file_digest(stream, "sha256").hexdigest())
    return hashlib.sha256("".join(contents).encode()).hexdigest()[:DIGEST_LENGTH]


def _tokenizer_digest(tokenizer: PreTrainedTokenizerBase) -> str:
    backend = getattr(tokenizer, "backend_tokenizer", None)
    if backend is not None:
        # What the last call cut or padded is left in it, and every call sets it anew.
        backend.no_truncation()
        backend.no_padding()
    rules = backend.to_str() if backend is not None else sorted(tokenizer.get_vocab().items())
    return digest("tokenizer", rules, str(tokenizer.chat_template), tokenizer.special_tokens_map)
