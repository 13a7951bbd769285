"""Activations on disk against the same states read by hand; what goes wrong on the way there."""

import json
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from astrolabe.core.errors import BadInput
from astrolabe.core.site import Site
from astrolabe.inside import gather as gathering
from astrolabe.inside.activations import Activations
from astrolabe.inside.gather import gather
from astrolabe.inside.shards import Kind, Span
from astrolabe.models.local import LocalModel, load
from tests.conftest import make_model, make_tokenizer

SITES = (Site("resid", 0), Site("resid", 1), Site("mlp", 2), Site("final"))
EXACT = 1e-5
"""Largest difference of a state from the one that transformers gives; states are of size 1."""


@pytest.fixture(scope="module")
def model(model_folder):
    return load(str(model_folder()), device="cpu")


def texts(count, seed=0, longest=12):
    """Texts of one beginning, each with a span in it."""
    stream = np.random.default_rng(seed)
    found = []
    for _ in range(count):
        tokens = (5, 6, 7, *stream.integers(0, 300, stream.integers(1, longest)).tolist())
        start = int(stream.integers(0, len(tokens)))
        found.append(Span(tokens, start, int(stream.integers(start + 1, len(tokens) + 1))))
    return found


def by_hand(model, span):
    """Streams of one text, [T, W] in float64, from transformers' own hidden states."""
    with torch.no_grad():
        out = model.module(torch.tensor([span.tokens]), output_hidden_states=True)
    embed, first, final = (states[0].double().numpy() for states in out.hidden_states)
    return {Site("resid", 0): embed, Site("resid", 1): first, Site("final"): final}


@pytest.fixture
def small_shards(monkeypatch):
    monkeypatch.setattr(gathering, "_SHARD_TOKENS", 60)


@pytest.mark.parametrize("take", ["last", "all", "mean"])
def test_rows_are_the_states_of_the_spans(model, tmp_path, small_shards, take):
    spans, done = texts(20), []
    found = gather(model, spans, Kind(SITES, take), tmp_path, done.append)
    assert sum(done) == 20
    assert len(list(found.folder.glob("shard-*.safetensors"))) > 3
    expected, places = {site: [] for site in SITES if site.kind != "mlp"}, []
    for text, span in enumerate(spans):
        reach = range(span.start, span.end)
        places += [(text, at) for at in (reach if take == "all" else reach[-1:])]
        for site, states in by_hand(model, span).items():
            rows = states[list(reach)]
            expected[site].append({"last": rows[-1:], "mean": rows.mean(0)[None]}.get(take, rows))
        assert found.context(text) == span.tokens
    assert list(zip(found.texts.tolist(), found.positions.tolist(), strict=True)) == places
    assert found.tokens.tolist() == [spans[text].tokens[at] for text, at in places]
    assert (len(found), found.sites, found.text_count) == (len(places), SITES, 20)
    for site, rows in expected.items():
        matrix = found.matrix(site)
        assert matrix.dtype == np.float32
        np.testing.assert_allclose(matrix, np.concatenate(rows), rtol=0, atol=EXACT)
    assert found.matrix(Site("mlp", 2)).shape == (len(places), 32)


def test_a_model_that_cannot_share_prefixes_is_read_plainly(tmp_path):
    """Frequencies follow the longest text seen, so each text is expected of a model of its own."""
    by_length = {
        "rope_type": "dynamic",
        "factor": 4.0,
        "rope_theta": 10000.0,
        "original_max_position_embeddings": 6,
    }

    def model():
        module = make_model("llama", rope_parameters=by_length, max_position_embeddings=6)
        return LocalModel("made up", module, make_tokenizer("bos"))

    plain, spans = model(), texts(6)
    assert plain.why_plain is not None
    mine = gather(plain, spans, Kind(SITES[1:2], "all"), tmp_path).matrix(SITES[1])
    fresh = [by_hand(model(), span)[SITES[1]] for span in spans]
    theirs = [states[span.start : span.end] for states, span in zip(fresh, spans, strict=True)]
    np.testing.assert_allclose(mine, np.concatenate(theirs), rtol=0, atol=EXACT)


def test_half_precision_is_rounded_once(model, tmp_path):
    kind = Kind(SITES[1:2], "all")
    full = gather(model, texts(5), kind, tmp_path)
    half = gather(model, texts(5), Kind(SITES[1:2], "all", "float16"), tmp_path)
    states = full.matrix(SITES[1])
    np.testing.assert_array_equal(half.matrix(SITES[1]), states.astype(np.float16))
    assert not np.array_equal(half.matrix(SITES[1]), states)


def test_a_folder_is_named_by_what_decides_its_numbers(model, model_folder, tmp_path):
    spans, kind = texts(3), Kind(SITES[:1], "all")
    other = load(str(model_folder(seed=1)), device="cpu")
    shorter = [Span(spans[0].tokens, spans[0].start, spans[0].start + 1), *spans[1:]]
    sets = [
        (model, spans, kind),
        (other, spans, kind),
        (model, spans[:2], kind),
        (model, shorter, kind),
        (model, spans, Kind(SITES[:2], "all")),
        (model, spans, Kind(SITES[:1], "mean")),
        (model, spans, Kind(SITES[:1], "all", "float16")),
    ]
    folders = [gather(*one, tmp_path).folder for one in sets]
    assert len(set(folders)) == len(sets)
    assert gather(*sets[0], tmp_path).folder == folders[0]


def test_what_is_there_is_not_computed_again(model, tmp_path, small_shards, monkeypatch):
    spans, kind = texts(20), Kind(SITES, "all")
    whole = gather(model, spans, kind, tmp_path)
    before = {path.name: path.read_bytes() for path in whole.folder.iterdir()}
    lost = whole.folder / "shard-00001.safetensors"
    lost.unlink()
    (whole.folder / "shard-00001.safetensors.7.part").write_text("of a killed process")
    asked, done = [], []
    read = type(model).read

    def watched(self, readings):
        asked.extend(reading.tokens for reading in readings)
        return read(self, readings)

    monkeypatch.setattr(type(model), "read", watched)
    again = gather(model, spans, kind, tmp_path, done.append)
    first, more = whole.manifest.shards[0][0], whole.manifest.shards[1][0]
    assert asked == [span.tokens for span in spans[first : first + more]]
    assert sum(done) == 20
    assert {path.name: path.read_bytes() for path in again.folder.iterdir()} == before


KILLED = """
import os, signal, sys
from astrolabe.inside import gather
from astrolabe.inside.shards import Kind
from astrolabe.models.local import load
from tests.inside.test_activations import SITES, texts

gather._SHARD_TOKENS = 60
save, written = gather.save_file, []

def dying(arrays, path, about):
    written.append(path)
    if len(written) == 3:
        path.write_bytes(b"half a shard")
        os.kill(os.getpid(), signal.SIGKILL)
    save(arrays, path, about)

gather.save_file = dying
gather.gather(load(sys.argv[1], device="cpu"), texts(20), Kind(SITES, "all"), sys.argv[2])
"""


def test_a_killed_process_leaves_whole_shards_and_the_next_one_goes_on(
    model, model_folder, tmp_path, small_shards
):
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(model_folder()), str(tmp_path)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    (home,) = tmp_path.iterdir()
    kept = {path.name: path.stat().st_mtime_ns for path in home.glob("*.safetensors")}
    assert len(kept) == 2
    with pytest.raises(BadInput, match="gather again"):
        Activations(home)
    found = gather(model, texts(20), Kind(SITES, "all"), tmp_path)
    assert found.folder == home
    assert {name: (home / name).stat().st_mtime_ns for name in kept} == kept
    assert not list(home.glob("*.part"))
    untouched = gather(model, texts(20), Kind(SITES, "all"), tmp_path / "other")
    np.testing.assert_array_equal(found.matrix(SITES[2]), untouched.matrix(SITES[2]))


# Batches.


@pytest.fixture
def many(model, tmp_path, small_shards):
    return gather(model, texts(60), Kind(SITES[1:2], "all"), tmp_path)


@pytest.mark.parametrize("pool", [40, 2**20])
@pytest.mark.parametrize("size", [1, 7, 10**6])
def test_batches_bring_every_row_once(many, monkeypatch, pool, size):
    monkeypatch.setattr("astrolabe.inside.activations._POOL", pool * 4 * many.width)
    batches = list(many.batches(SITES[1], size, seed=3))
    assert all(len(batch) == size for batch in batches[:-1])
    rows = np.concatenate(batches)
    whole = many.matrix(SITES[1])
    assert rows.dtype == np.float32
    assert rows.shape == whole.shape
    np.testing.assert_array_equal(np.sort(rows, axis=0), np.sort(whole, axis=0))
    assert sorted(map(bytes, rows)) == sorted(map(bytes, whole))


def test_batches_are_shuffled_by_their_seed(many):
    def order(seed):
        return np.concatenate(list(many.batches(SITES[1], 16, seed)))

    assert np.array_equal(order(1), order(1))
    assert not np.array_equal(order(1), order(2))
    place = {bytes(row): i for i, row in enumerate(many.matrix(SITES[1]))}
    # Rows of equal beginnings are equal, so places are only nearly unique.
    places = np.array([place[bytes(row)] for row in order(1)])
    assert abs(np.corrcoef(places, np.arange(len(places)))[0, 1]) < 0.2


def test_a_small_pool_is_streamed_and_still_mixes_shards(many, monkeypatch):
    """No shard is opened before there is room for it; and the first rows come from several."""
    monkeypatch.setattr("astrolabe.inside.activations._POOL", 60 * 4 * many.width)
    read, blocks = [], Activations._blocks

    def watched(self, site, shard):
        read.append(shard)
        return blocks(self, site, shard)

    monkeypatch.setattr(Activations, "_blocks", watched)
    stream = many.batches(SITES[1], 8, seed=0)
    first = np.concatenate([next(stream) for _ in range(3)])
    rows = np.array([rows for _, rows in many.manifest.shards])
    assert rows[read[:-1]].sum() < 60 <= rows[read].sum() < len(many)
    ends = np.cumsum(rows)
    place = {bytes(row): i for i, row in enumerate(many.matrix(SITES[1]))}
    assert len({int(np.searchsorted(ends, place[bytes(row)], "right")) for row in first}) > 2


# Bad input.


@pytest.mark.parametrize(
    ("spans", "says"),
    [
        ([], "no texts"),
        ([Span((1, 2)), Span((1, 2), 1, 1)], "text 1 has 2 tokens, and its span 1 to 1"),
        ([Span((1, 2), 0, 3)], "text 0 has 2 tokens, and its span 0 to 3"),
        ([Span(())], "text 0 has 0 tokens"),
    ],
)
def test_spans_without_tokens_are_refused(model, tmp_path, spans, says):
    with pytest.raises(BadInput, match=says):
        gather(model, spans, Kind(SITES), tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        (lambda: Kind(()), "at least one site"),
        (lambda: Kind((SITES[0], SITES[0])), "each only once"),
        (lambda: Kind(SITES, "first"), "'first'; there are last, all, mean"),
        (lambda: Kind(SITES, "all", "int8"), "'int8'; there are float32, float16"),
    ],
)
def test_kinds_that_do_not_exist_are_refused(kind, says):
    with pytest.raises(BadInput, match=says):
        kind()


def test_a_site_that_the_model_does_not_have_is_refused(model, tmp_path):
    with pytest.raises(BadInput, match=r"no site resid\.3: the model has 2 layers.*resid\.2"):
        gather(model, texts(2), Kind((Site("resid", 3),)), tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_site_that_was_not_gathered_is_refused(model, tmp_path):
    found = gather(model, texts(2), Kind(SITES), tmp_path)
    for ask in (found.matrix, lambda site: next(found.batches(site, 4, 0))):
        with pytest.raises(BadInput, match=r"no site attn\.1; they hold embed, resid\.1"):
            ask(Site("attn", 1))
    with pytest.raises(BadInput, match="batches of 0 rows"):
        next(found.batches(SITES[0], 0, 0))


def test_numbers_that_are_not_finite_are_refused_with_their_site(model_folder, tmp_path):
    broken = load(str(model_folder()), device="cpu")
    with torch.no_grad():
        broken.module.get_input_embeddings().weight[42] = float("nan")
    spans = [Span((1, 2, 3)), Span((1, 42, 3))]
    with pytest.raises(BadInput, match=r"text 1 at site resid\.1 are not finite \(NaN"):
        gather(broken, spans, Kind((Site("resid", 1),)), tmp_path)
    with torch.no_grad():
        broken.module.get_input_embeddings().weight[42] = 1e6
    with pytest.raises(BadInput, match=r"text 1 at site embed .* float16.*gather in float32"):
        gather(broken, spans, Kind((Site("resid", 0),), "all", "float16"), tmp_path)


@pytest.mark.parametrize("harm", ["cut", "of another set", "of other content"])
def test_a_broken_shard_is_refused_by_reading_and_by_gathering(model, tmp_path, small_shards, harm):
    spans, kind = texts(20), Kind(SITES, "all")
    found = gather(model, spans, kind, tmp_path)
    shard = found.folder / "shard-00001.safetensors"
    if harm == "cut":
        os.truncate(shard, shard.stat().st_size - 100)
    elif harm == "of another set":
        other = gather(model, spans, Kind(SITES[:1], "all"), tmp_path)
        shard.write_bytes((other.folder / shard.name).read_bytes())
    else:
        shard.write_text("not a shard")
    says = "no shard of this set" if harm == "of another set" else "truncated or no shard"
    for again in (lambda: Activations(found.folder), lambda: gather(model, spans, kind, tmp_path)):
        with pytest.raises(BadInput, match=rf"shard-00001\.safetensors' is {says}.*delete it"):
            again()


def test_a_folder_that_holds_something_else_is_refused(model, tmp_path):
    spans, kind = texts(2), Kind(SITES)
    home = gather(model, spans, kind, tmp_path).folder
    with pytest.raises(BadInput, match="no activations in"):
        Activations(tmp_path)
    manifest = home / "activations.json"
    about = json.loads(manifest.read_text())
    manifest.write_text(json.dumps(about | {"schema": 99}))
    with pytest.raises(BadInput, match="are of schema 99, not 1"):
        gather(model, spans, kind, tmp_path)
    for broken in ("{", "[]", json.dumps({"schema": 1}), json.dumps(about | {"sites": ["no"]})):
        manifest.write_text(broken)
        with pytest.raises(BadInput):
            Activations(home)
    manifest.unlink()
    with pytest.raises(BadInput, match="holds something else than activations"):
        gather(model, spans, kind, tmp_path)
    file = tmp_path / "file"
    file.write_text("")
    with pytest.raises(BadInput, match="cannot be written to"):
        gather(model, spans, kind, file)


def test_a_full_disk_is_said_and_leaves_nothing_half(model, tmp_path):
    """The system refuses files of more than 20 kB, as it would at a quota."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))
    try:
        with pytest.raises(BadInput, match=r"cannot be written to .*make room"):
            gather(model, texts(200), Kind(SITES, "all"), tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    (home,) = tmp_path.iterdir()
    assert [path.name for path in home.iterdir()] == ["activations.json"]
    assert len(gather(model, texts(200), Kind(SITES, "all"), tmp_path)) > 200
