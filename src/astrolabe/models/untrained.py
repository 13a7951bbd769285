"""A model of the same shape with random weights: what is there before anything was learned."""

import copy
from collections.abc import Callable

import torch
from transformers import AutoModelForCausalLM

from astrolabe.models.local import LocalModel, quiet


def untrained(model: LocalModel, seed: int = 0) -> LocalModel:
    """A model of the same configuration and tokenizer, its weights drawn as before training."""
    return untrained_later(model, seed)()


def untrained_later(model: LocalModel, seed: int = 0) -> Callable[[], LocalModel]:
    """What makes such a model, and holds no weights of `model`, so that these can be let go."""
    config = copy.deepcopy(model.module.config)
    # Or it would be known by the files of the trained one.
    config._name_or_path = ""
    name, tokenizer = f"{model.name}, random weights", model.tokenizer
    device, dtype = model.module.device, model.module.dtype

    def make() -> LocalModel:
        with torch.random.fork_rng(), quiet():
            torch.manual_seed(seed)
            module = AutoModelForCausalLM.from_config(config)
        return LocalModel(name, module.to(device=device, dtype=dtype), tokenizer)

    return make
