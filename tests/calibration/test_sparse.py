"""The sparse instrument's own counting, against tables whose answer is known."""

import torch

from astrolabe.calibration.sparse import CHANCE, RECOVERED, _found, _source
from astrolabe.inside.sae.synthetic import Planted


def test_a_dictionary_of_the_planted_features_finds_them_and_half_of_one_finds_half() -> None:
    truth = Planted(inputs=32, features=96).directions()
    noise = torch.randn(96, 32, generator=torch.Generator().manual_seed(3))
    assert sum(_found(truth, truth, 0.9)) / 96 >= RECOVERED
    assert sum(_found(torch.cat([truth[:48], noise[:48]]), truth, 0.9)) == 48
    assert sum(_found(noise, truth, 0.9)) / 96 <= CHANCE


def test_epochs_hold_other_orders_and_go_on_where_they_stopped() -> None:
    states = torch.arange(1024.0)[:, None]
    whole = list(_source(states)(0))
    assert [b.tolist() for b in _source(states)(5)] == [b.tolist() for b in whole[5:]]
    assert sorted(torch.cat(whole[:4]).flatten().tolist()) == states.flatten().tolist()
    assert whole[0].tolist() != whole[4].tolist()
