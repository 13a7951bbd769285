import json

import pytest
import torch
from safetensors.torch import load_file, save_file

from astrolabe.core.errors import BadInput
from astrolabe.core.site import Site
from astrolabe.inside.sae.dictionary import KINDS, Dictionary
from astrolabe.inside.sae.saelens import CONFIG, WEIGHTS, hook_name, load, save, site_of

N, W = 24, 8


def made(kind, **more):
    generator = torch.Generator().manual_seed(2)
    parts = [torch.randn(s, generator=generator) for s in ((N, W), (N,), (N, W), (W,), (N,))]
    threshold = parts[4].abs() if kind in ("batchtopk", "jumprelu") else None
    return Dictionary(kind, *parts[:4], threshold, 4 if kind == "topk" else None, **more)


STATES = torch.randn(50, W, generator=torch.Generator().manual_seed(3))


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_saved_is_loaded(kind, tmp_path):
    about = {"model": "polaris", "site": "resid.4", "settings": {"seed": 3}}
    whole = made(kind, about=about)
    found = load(save(whole, tmp_path / "new" / "one"))
    assert (found.kind, found.k, found.about) == (kind, whole.k, about)
    assert torch.equal(found.reconstruct(STATES), whole.reconstruct(STATES))
    assert sorted(file.name for file in (tmp_path / "new" / "one").iterdir()) == [CONFIG, WEIGHTS]


def test_the_layout_is_that_of_saelens(tmp_path):
    save(made("topk", about={"model": "m", "site": "mlp.3"}), tmp_path)
    config = json.loads((tmp_path / CONFIG).read_text())
    assert (config["architecture"], config["d_in"], config["d_sae"]) == ("topk", W, N)
    assert config["k"] == 4
    assert config["metadata"]["hook_name"] == "blocks.2.hook_mlp_out"
    shapes = {name: tuple(part.shape) for name, part in load_file(tmp_path / WEIGHTS).items()}
    assert shapes == {"W_enc": (W, N), "b_enc": (N,), "W_dec": (N, W), "b_dec": (W,)}


def changed(folder, **settings):
    config = json.loads((folder / CONFIG).read_text()) | settings
    (folder / CONFIG).write_text(json.dumps(config))
    return folder


def test_a_release_without_bias_before_the_encoder_and_with_decoder_norms(tmp_path):
    whole = made("topk")
    save(whole, tmp_path)
    found = load(changed(tmp_path, apply_b_dec_to_input=False, rescale_acts_by_decoder_norm=True))
    norms = whole.W_dec.norm(dim=1)
    table = (STATES @ whole.W_enc.T + whole.b_enc) * norms
    kept = table.relu() * torch.zeros_like(table).scatter(1, table.topk(4).indices, 1.0)
    expected = (kept / norms) @ whole.W_dec + whole.b_dec
    torch.testing.assert_close(found.reconstruct(STATES), expected, rtol=1e-4, atol=1e-4)


def test_a_config_from_before_version_6(tmp_path):
    save(made("relu"), tmp_path)
    old = {"hook_point": "blocks.3.hook_resid_post", "model_name": "gpt2-small", "d_in": W}
    (tmp_path / CONFIG).write_text(json.dumps(old))
    assert load(tmp_path).about == {"model": "gpt2-small", "site": "resid.4"}
    topk = {"activation_fn_str": "topk", "activation_fn_kwargs": {"k": 5}}
    (tmp_path / CONFIG).write_text(json.dumps(old | topk))
    assert (load(tmp_path).kind, load(tmp_path).k) == ("topk", 5)


@pytest.mark.parametrize("name", ["embed", "resid.1", "resid.12", "attn.1", "mlp.7", "final"])
def test_sites_have_names_there(name):
    assert site_of(hook_name(Site.parse(name))) == Site.parse(name)


def test_other_names_are_no_sites_of_ours():
    assert site_of("blocks.5.hook_resid_pre") == Site("resid", 5)
    assert site_of("blocks.5.attn.hook_z") is None


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"architecture": "gated"}, "architecture 'gated'"),
        ({"normalize_activations": "layer_norm"}, "normalize_activations 'layer_norm'"),
        ({"reshape_activations": "hook_z"}, "reshape_activations 'hook_z'"),
        ({"activation_fn": "tanh-relu"}, "activation_fn 'tanh-relu'"),
        ({"architecture": "jumprelu", "metadata": {}}, "no threshold"),
        ({"architecture": "topk", "k": 100, "metadata": {}}, "k is 100"),
    ],
)
def test_what_is_not_known_is_refused(settings, says, tmp_path):
    save(made("relu"), tmp_path)
    with pytest.raises(BadInput, match=says):
        load(changed(tmp_path, **settings))


def test_broken_folders_are_refused(tmp_path):
    with pytest.raises(BadInput, match=f"has no {CONFIG}"):
        load(tmp_path)
    save(made("relu"), tmp_path)
    whole = load_file(tmp_path / WEIGHTS)
    whole["b_enc"][3] = torch.nan
    save_file(whole, tmp_path / WEIGHTS)
    with pytest.raises(BadInput, match="b_enc holds NaN"):
        load(tmp_path)
    save_file(whole | {"b_enc": torch.zeros(3)}, tmp_path / WEIGHTS)
    with pytest.raises(BadInput, match=r"b_enc is of shape \(3,\)"):
        load(tmp_path)
    (tmp_path / WEIGHTS).write_bytes(b"cut off")
    with pytest.raises(BadInput, match="missing or broken"):
        load(tmp_path)
    (tmp_path / CONFIG).write_text("{")
    with pytest.raises(BadInput, match="not valid JSON"):
        load(tmp_path)
    (tmp_path / CONFIG).write_text("[]")
    with pytest.raises(BadInput, match="no settings"):
        load(tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInput, match="no dictionary can be written"):
        save(made("relu"), tmp_path / "file")
