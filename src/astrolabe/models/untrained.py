"""A model of the same shape with random weights: what is there before anything was learned."""

import copy

import torch
from transformers import AutoModelForCausalLM

from astrolabe.models.local import LocalModel, quiet


def untrained(model: LocalModel, seed: int = 0) -> LocalModel:
    """A model of the same configuration and tokenizer, its weights drawn as before training."""
    config = copy.deepcopy(model.module.config)
    # Or it would be known by the files of the trained one.
    config._name_or_path = ""
    with torch.random.fork_rng(), quiet():
        torch.manual_seed(seed)
        module = AutoModelForCausalLM.from_config(config)
    module = module.to(device=model.module.device, dtype=model.module.dtype)
    return LocalModel(f"{model.name}, random weights", module, model.tokenizer)
