"""SAELens and dictionary_learning, answering measurements and questions asked on stdin.

Runs under the peers' Python, where nothing of ours is installed. Every line on stdin is a JSON
request naming a function below, and every line on stdout its reply. Arrays go by files.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any, TextIO

WARMUP = 5
"""Steps over which the learning rate grows."""


def main() -> None:
    replies = _keep_stdout_for_replies()
    os.environ |= {"HF_HUB_OFFLINE": "1", "WANDB_MODE": "disabled"}
    doers: dict[str, Callable[..., dict[str, Any]]] = {
        "reconstruct": reconstruct,
        "save": save,
        "train": train,
    }
    for line in sys.stdin:
        request = json.loads(line)
        replies.write(json.dumps(doers[request.pop("do")](**request)) + "\n")
        replies.flush()


def _keep_stdout_for_replies() -> TextIO:
    """The real stdout; whatever the libraries print goes to stderr from now on."""
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return replies


def reconstruct(folder: str, states: str, out: str) -> dict[str, Any]:
    """SAELens' reconstruction of the states in a file, by what it loads from a folder."""
    import torch
    from sae_lens import SAE
    from safetensors.torch import load_file, save_file

    found = SAE.load_from_disk(folder)
    with torch.no_grad():
        save_file({"states": found(load_file(states)["states"])}, out)
    return {"architecture": found.cfg.architecture(), "version": version("sae-lens")}


def save(folder: str, architecture: str, inputs: int, width: int, seed: int) -> dict[str, Any]:
    """An autoencoder with random weights, as SAELens saves it."""
    import torch
    from sae_lens import SAE

    torch.manual_seed(seed)
    more = {"k": 8, "rescale_acts_by_decoder_norm": True} if architecture == "topk" else {}
    bias = architecture != "jumprelu"
    made = SAE.from_dict(
        {"architecture": architecture, "d_in": inputs, "d_sae": width, **more}
        | {"apply_b_dec_to_input": bias, "metadata": {"hook_name": "blocks.1.hook_resid_post"}}
    )
    with torch.no_grad():
        for parameter in made.parameters():
            parameter.copy_(torch.randn_like(parameter))
        if architecture == "jumprelu":
            made.threshold.abs_()
    made.save_model(folder)
    return {"version": version("sae-lens")}


def train(
    peer: str, states: str, width: int, k: int, rate: float, steps: int, threads: int, out: str
) -> dict[str, Any]:
    """Train a TopK autoencoder with a peer.

    Args:
        peer: ``dictionary-learning`` or ``sae-lens``.
        states: File of states [batches, rows, inputs]; their mean squared norm is 1.
        width: Features.
        rate: Adam's learning rate after `WARMUP` steps.
        steps: Batches learnt from, in order.
        out: File for what was learnt: weights by SAELens' names, in its shapes.

    Returns:
        ``seconds`` of the training loop, and ``version``.
    """
    import torch
    from safetensors.torch import load_file, save_file

    torch.set_num_threads(threads)
    batches = load_file(states)["states"][:steps]
    start = _begun(peer, batches, width, k, rate)
    begun = time.perf_counter()
    found = start()
    seconds = time.perf_counter() - begun
    save_file({name: part.detach().contiguous() for name, part in found.items()}, Path(out))
    return {"seconds": seconds, "version": version(peer)}


def _begun(peer: str, batches: Any, width: int, k: int, rate: float) -> Callable[[], Any]:
    """The training, ready to run; it returns weights [inputs, width] and [width, inputs]."""
    import torch

    steps, rows, inputs = batches.shape
    if peer == "dictionary-learning":
        from dictionary_learning.trainers.top_k import TopKTrainer

        trainer = TopKTrainer(
            steps=steps,
            activation_dim=inputs,
            dict_size=width,
            k=k,
            layer=0,
            lm_name="none",
            lr=rate,
            warmup_steps=WARMUP,
            seed=0,
            device="cpu",
        )

        def learn() -> Any:
            for step, batch in enumerate(batches):
                trainer.update(step, batch)
            ae = trainer.ae
            return {
                "W_enc": ae.encoder.weight.T,
                "b_enc": ae.encoder.bias,
                "W_dec": ae.decoder.weight.T,
                "b_dec": ae.b_dec,
            }

        return learn
    from sae_lens.config import SAETrainerConfig
    from sae_lens.saes.topk_sae import TopKTrainingSAE, TopKTrainingSAEConfig
    from sae_lens.training.sae_trainer import SAETrainer

    torch.manual_seed(0)
    made = TopKTrainingSAE(
        TopKTrainingSAEConfig(d_in=inputs, d_sae=width, k=k, decoder_init_norm=1.0)
    )
    lens = SAETrainer(
        cfg=SAETrainerConfig(
            total_training_samples=steps * rows,
            train_batch_size_samples=rows,
            lr=rate,
            lr_end=rate,
            lr_warm_up_steps=WARMUP,
        ),
        sae=made,
        data_provider=iter(batches),
    )

    def fit() -> Any:
        lens.fit()
        norms = made.W_dec.norm(dim=1)
        return {
            "W_enc": made.W_enc * norms,
            "b_enc": made.b_enc * norms,
            "W_dec": made.W_dec / norms[:, None],
            "b_dec": made.b_dec,
        }

    return fit


if __name__ == "__main__":
    main()
