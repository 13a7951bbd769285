"""Dictionaries on disk, in the layout of SAELens 6: ``cfg.json`` and ``sae_weights.safetensors``.

What we save, SAELens loads (`SAE.load_from_disk`); a folder that SAELens saved, of version 6 or
before, is loaded here. BatchTopK becomes JumpReLU with one threshold for all features, as SAELens
saves it, too. ``make peers`` checks both ways.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from astrolabe.core.errors import BadInput
from astrolabe.core.site import Site
from astrolabe.inside.sae.dictionary import Dictionary, Kind

CONFIG = "cfg.json"
WEIGHTS = "sae_weights.safetensors"

_LAYOUT = "6.0.0"
"""First version of SAELens with this layout; without one it takes a config for an older one."""

_KINDS: Mapping[str, Kind] = {"standard": "relu", "topk": "topk", "jumprelu": "jumprelu"}
_ARCHITECTURES = {
    "relu": "standard",
    "topk": "topk",
    "batchtopk": "jumprelu",
    "jumprelu": "jumprelu",
}
_PLAIN = ("none", "expected_average_only_in", None, False)
"""Normalisations that do nothing at inference; the second is folded into the weights."""
_HOOK = re.compile(r"blocks\.(\d+)\.hook_(resid_pre|resid_post|attn_out|mlp_out)")


def save(dictionary: Dictionary, folder: Path) -> Path:
    """Write a dictionary; its files are written beside and renamed, the config last.

    Returns:
        The folder.

    Raises:
        BadInput: when it cannot be written.
    """
    tensors = {name: getattr(dictionary, name) for name in ("b_enc", "W_dec", "b_dec", "threshold")}
    tensors["W_enc"] = dictionary.W_enc.T
    whole = {n: t.detach().cpu().contiguous() for n, t in tensors.items() if t is not None}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _written(folder / WEIGHTS, lambda part: save_file(whole, part))
        text = json.dumps(_config(dictionary), indent=2, ensure_ascii=False) + "\n"
        _written(folder / CONFIG, lambda part: part.write_text(text, encoding="utf-8"))
    except OSError as error:
        raise BadInput(
            f"no dictionary can be written to '{folder}' ({error.strerror or error}); give another "
            "folder"
        ) from error
    return folder


def _written(path: Path, write: Callable[[Path], Any]) -> None:
    part = path.with_name(path.name + ".new")
    write(part)
    part.replace(path)


def _config(dictionary: Dictionary) -> dict[str, Any]:
    about = dict(dictionary.about)
    metadata = {"sae_lens_version": _LAYOUT, "astrolabe": about | {"kind": dictionary.kind}}
    if "model" in about:
        metadata["model_name"] = about["model"]
    if "site" in about:
        metadata["hook_name"] = hook_name(Site.parse(about["site"]))
    config = {
        "architecture": _ARCHITECTURES[dictionary.kind],
        "d_in": dictionary.inputs,
        "d_sae": dictionary.width,
        "dtype": str(dictionary.W_dec.dtype).removeprefix("torch."),
        "device": "cpu",
        "apply_b_dec_to_input": True,
        "normalize_activations": "none",
        "reshape_activations": "none",
        "metadata": metadata,
    }
    if dictionary.kind == "topk":
        config |= {"k": dictionary.k, "rescale_acts_by_decoder_norm": False}
    return config


def hook_name(site: Site) -> str:
    """What TransformerLens calls a site."""
    if site.kind == "final":
        return "ln_final.hook_normalized"
    if site.kind == "resid":
        return (
            f"blocks.{site.layer - 1}.hook_resid_post" if site.layer else "blocks.0.hook_resid_pre"
        )
    return f"blocks.{site.layer - 1}.hook_{site.kind}_out"


def site_of(hook: str) -> Site | None:
    """The site that TransformerLens calls by that name; `None` where it is none of ours."""
    if hook == "ln_final.hook_normalized":
        return Site("final")
    found = _HOOK.fullmatch(hook)
    if found is None:
        return None
    layer, what = int(found[1]), found[2]
    if what.startswith("resid"):
        return Site("resid", layer + (what == "resid_post"))
    return Site("attn" if what == "attn_out" else "mlp", layer + 1)


def load(folder: Path) -> Dictionary:
    """A dictionary from a folder that we or SAELens wrote.

    Raises:
        BadInput: when it is no such folder, broken, or of an architecture that is not ours.
    """
    config = _read_config(folder)
    kind = _kind(folder, config)
    parts = _read_weights(folder)
    about = _about(config)
    ours = about.pop("kind", kind)
    needed = ["W_enc", "b_enc", "W_dec", "b_dec"] + ["threshold"] * (kind == "jumprelu")
    missing = [name for name in needed if name not in parts]
    if missing:
        raise BadInput(f"'{folder / WEIGHTS}' holds no {missing[0]}; it is no {kind} autoencoder")
    if parts["W_enc"].dim() != 2 or parts["W_dec"].dim() != 2:
        raise BadInput(f"'{folder / WEIGHTS}': W_enc and W_dec are no matrices")
    dictionary = Dictionary(
        ours,
        parts["W_enc"].T.contiguous(),
        parts["b_enc"],
        parts["W_dec"],
        parts["b_dec"],
        parts.get("threshold"),
        config.get("k") or config.get("activation_fn_kwargs", {}).get("k"),
        about,
    )
    return _as_ours(dictionary, config)


def _read_config(folder: Path) -> dict[str, Any]:
    if not (folder / CONFIG).is_file():
        raise BadInput(
            f"'{folder}' is no folder of a sparse autoencoder (it has no {CONFIG}); give one that "
            "'astrolabe sae train' or SAELens wrote"
        )
    try:
        config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    except ValueError as error:
        raise BadInput(f"'{folder / CONFIG}' is not valid JSON; it may be cut off") from error
    if not isinstance(config, dict):
        raise BadInput(f"'{folder / CONFIG}' holds no settings, but a {type(config).__name__}")
    return config


def _kind(folder: Path, config: Mapping[str, Any]) -> Kind:
    """Which kind it is, and that it does nothing that we do not."""
    architecture = config.get("architecture", "standard")
    activation = config.get("activation_fn") or config.get("activation_fn_str") or "relu"
    if architecture == "standard" and activation == "topk":
        architecture = "topk"
    elsewhere = {
        "architecture": (architecture, _KINDS),
        "activation_fn": (activation, ("relu", "topk")),
        "normalize_activations": (config.get("normalize_activations"), _PLAIN),
        "reshape_activations": (config.get("reshape_activations"), ("none", None)),
        "finetuning_scaling_factor": (config.get("finetuning_scaling_factor"), (False, None)),
    }
    for name, (value, known) in elsewhere.items():
        if value not in known:
            raise BadInput(
                f"'{folder / CONFIG}': {name} '{value}' is not known here; standard, topk and "
                "jumprelu autoencoders without normalisation at inference are"
            )
    return _KINDS[architecture]


def _read_weights(folder: Path) -> dict[str, Tensor]:
    try:
        found = load_file(folder / WEIGHTS)
    except (OSError, SafetensorError) as error:
        raise BadInput(f"'{folder / WEIGHTS}' is missing or broken; save it again") from error
    broken = [name for name, part in found.items() if not bool(part.isfinite().all())]
    if broken:
        raise BadInput(f"'{folder / WEIGHTS}': {broken[0]} holds NaN or infinity")
    return {name: part.float() for name, part in found.items()}


def _about(config: Mapping[str, Any]) -> dict[str, Any]:
    """What is said of where a dictionary comes from."""
    metadata = config.get("metadata") or {}
    if "astrolabe" in metadata:
        return dict(metadata["astrolabe"])
    told = {**config, **metadata}
    about = {"saelens": metadata} if metadata else {}
    if told.get("model_name"):
        about["model"] = told["model_name"]
    site = site_of(told.get("hook_name") or told.get("hook_point") or "")
    return about | ({"site": str(site)} if site else {})


def _as_ours(dictionary: Dictionary, config: Mapping[str, Any]) -> Dictionary:
    """The same function, with the bias taken off first and decoder norms not looked at."""
    W_enc, b_enc, W_dec = dictionary.W_enc, dictionary.b_enc, dictionary.W_dec
    if not config.get("apply_b_dec_to_input", True):
        b_enc = b_enc + W_enc @ dictionary.b_dec
    if config.get("rescale_acts_by_decoder_norm", False):
        norms = torch.linalg.vector_norm(W_dec, dim=1)
        W_enc, b_enc, W_dec = W_enc * norms[:, None], b_enc * norms, W_dec / norms[:, None]
    return replace(dictionary, W_enc=W_enc, b_enc=b_enc, W_dec=W_dec)
