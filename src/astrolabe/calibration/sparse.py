"""Sparse autoencoders: a planted dictionary, and the scripts that Polaris reads.

Lines: the share of the features of a planted dictionary, three times as many as dimensions, that a
TopK dictionary finds (each has a partner of its own with a cosine over 0.9), and the same for
random directions in its place; and for every script and format of Polaris' corpus the lesser of
precision and recall, on held-out texts, of the best feature of a dictionary learnt by Polaris'
recipe.

Passes: at least `RECOVERED` of the planted features, at most `CHANCE` of them for random
directions; and `TOLD` for every script and format, where the packaged model may well fall short:
that they were written is planted, but not that one feature at one site stands for each.
"""

from itertools import chain, islice
from typing import TYPE_CHECKING

import numpy as np

from astrolabe.calibration.instrument import Bench, Calibration, Instrument, share
from astrolabe.inside.sae.recipes import POLARIS
from astrolabe.polaris.corpus import Corpus
from astrolabe.polaris.documents.scripts import FORMATS, LANGUAGES
from astrolabe.polaris.mixture import READING

if TYPE_CHECKING:
    import torch

    from astrolabe.inside.sae.train import Source

RECOVERED, CHANCE, TOLD = 0.9, 0.05, 0.9
STEPS, SIZE, WIDTH = 1_200, 512, 128
SEEDS = (2001, 2002)
"""Of the corpus that is learnt from, and of that which features are described from."""
READ, TOLD_ON = 80_000, 40_000
"""Tokens of each."""
EPOCHS = 6
BATCH = POLARIS.batch
RATE = 3e-3


def read(bench: Bench) -> list[Calibration]:
    """Every line."""
    return [*of_planted(bench), *of_scripts(bench)]


def of_planted(bench: Bench) -> list[Calibration]:
    """Lines of a dictionary whose features are known."""
    import torch

    from astrolabe.inside.sae.quality import FOUND
    from astrolabe.inside.sae.synthetic import Planted
    from astrolabe.inside.sae.topk import TopK
    from astrolabe.inside.sae.train import Settings, train

    planted = Planted(inputs=32, features=96, active=2.0)
    settings = Settings(TopK(3), WIDTH, STEPS, RATE, dead_after=20_000)
    with bench.watch.stage("sparse: planted dictionary", STEPS) as advance:
        learnt = train(
            lambda first: planted.batches(SIZE, first), settings, watch=lambda _: advance(1)
        )
    truth = planted.directions()
    random = torch.randn(WIDTH, 32, generator=torch.Generator().manual_seed(0))
    return [
        share(
            "sparse",
            ("planted features found", "找回的预设特征"),
            _found(learnt.W_dec, truth, FOUND),
            RECOVERED,
            ">=",
        ),
        share(
            "sparse",
            ("found by random directions", "随机方向的找回率"),
            _found(random, truth, FOUND),
            CHANCE,
            "<=",
        ),
    ]


def _found(learnt: "torch.Tensor", planted: "torch.Tensor", least: float) -> list[bool]:
    """Whether each planted feature has a partner of its own."""
    from astrolabe.inside.sae.quality import recovery

    count = round(recovery(learnt, planted).found * len(planted))
    return [place < count for place in range(len(planted))]


def of_scripts(bench: Bench) -> list[Calibration]:
    """Lines of the scripts and formats in Polaris' corpus."""
    import torch

    from astrolabe.core.prompt import Prompt
    from astrolabe.core.site import Site
    from astrolabe.inside.features.properties import NAMES
    from astrolabe.inside.features.survey import survey
    from astrolabe.inside.sae.stream import states_of
    from astrolabe.inside.sae.topk import TopK
    from astrolabe.inside.sae.train import Settings, train

    model, site = bench.model, Site.parse(POLARIS.site)
    tokens: list[tuple[int, ...]] = []
    for document in Corpus(SEEDS[0], phases=READING):
        if sum(map(len, tokens)) >= READ:
            break
        (encoded,) = model.encode([Prompt(document.text)])
        tokens.append(encoded.context)
    states = torch.cat(list(states_of(model, tokens, site)))
    steps = EPOCHS * (len(states) // BATCH)
    settings = Settings(
        TopK(POLARIS.k), POLARIS.width, steps, POLARIS.rate, dead_after=POLARIS.dead_after
    )
    with bench.watch.stage("sparse: Polaris' scripts", steps) as advance:
        learnt = train(_source(states), settings, watch=lambda _: advance(1))
    new = (document.text for document in Corpus(SEEDS[1], phases=READING))
    scores = survey(model, model.tokenizer, learnt, site, new, TOLD_ON).feature_scores
    both = np.nan_to_num(np.minimum(scores.precision, scores.recall))
    chinese = dict(zip((*LANGUAGES, *FORMATS), _CHINESE, strict=True))
    return [
        Calibration(
            "sparse",
            (
                f"{name}: the best feature's precision and recall, the lesser",
                f"{chinese[name]}：最佳特征的精确率与召回率之较小者",
            ),
            TOLD,
            float(both[:, NAMES.index(name)].max()),
            None,
            int(scores.count[NAMES.index(name)]),
            ">=",
        )
        for name in (*LANGUAGES, *FORMATS)
    ]


_CHINESE = ("阿拉伯文", "希伯来文", "韩文", "中文", "DNA", "base64", "十六进制")


def _source(states: "torch.Tensor") -> "Source":
    """Epochs over states that fit in memory, each in an order of its own."""
    import torch

    def epoch(number: int) -> "tuple[torch.Tensor, ...]":
        order = torch.randperm(len(states), generator=torch.Generator().manual_seed(number))
        return torch.split(states[order[: len(states) // BATCH * BATCH]], BATCH)

    def batches(first: int) -> "islice[torch.Tensor]":
        return islice(chain.from_iterable(map(epoch, range(EPOCHS))), first, None)

    return batches


INSTRUMENT = Instrument("sparse", ("Sparse autoencoders", "稀疏自编码器"), read)
