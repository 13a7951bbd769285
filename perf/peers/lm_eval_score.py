"""lm-evaluation-harness' `hf` model and its own tasks, answering measurements asked on stdin.

Runs under the peers' Python, where nothing of ours is installed. The model is loaded once; then
every line on stdin is a JSON request, and every line on stdout its JSON reply (`answer`).
"""

import argparse
import json
import logging
import os
import sys
import time
from pathlib import Path
from typing import Any, TextIO

FEWSHOT_SEED = 1234
"""lm-eval's default."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True, help="folder of the model")
    parser.add_argument("--cache", required=True, type=Path, help="folder for datasets' copies")
    parser.add_argument("--threads", required=True, type=int)
    asked = parser.parse_args()
    replies = _keep_stdout_for_replies()
    os.environ |= {
        "HF_HUB_OFFLINE": "1",
        "HF_DATASETS_CACHE": str(asked.cache),
    }
    peer = Peer(asked.model, asked.threads)
    for line in sys.stdin:
        replies.write(json.dumps(peer.answer(**json.loads(line))) + "\n")
        replies.flush()


def _keep_stdout_for_replies() -> TextIO:
    """The real stdout; whatever lm-eval prints goes to stderr from now on."""
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return replies


class Peer:
    """A loaded model and the tasks asked so far."""

    def __init__(self, model: str, threads: int) -> None:
        logging.disable(logging.WARNING)
        import torch
        from lm_eval.models.huggingface import HFLM
        from lm_eval.tasks import TaskManager

        torch.set_num_threads(threads)
        self.manager = TaskManager()
        self.lm: Any = HFLM(pretrained=model, device="cpu", dtype="float32")
        self.loaded: dict[str, Any] = {}

    def answer(
        self,
        rows: str,
        tasks: list[str],
        shots: int,
        sampler: str | None,
        batch: int,
        limit: int | None,
        max_tokens: int,
    ) -> dict[str, Any]:
        """Evaluate tasks.

        Args:
            rows: Folder of the rows (`rows.write`).
            tasks: lm-eval's names, for example ``mmlu_anatomy``.
            shots: Exemplars before each row.
            sampler: How they are drawn; `None` for the task's own way.
            batch: Rows in one forward pass.
            limit: Most rows of each task; `None` for all.
            max_tokens: Most tokens generated.

        Returns:
            ``seconds`` from loaded rows to metrics, ``items``, ``versions``.
        """
        from lm_eval.api.samplers import get_sampler
        from lm_eval.evaluator import evaluate

        loaded = self._load(rows, tasks)
        for task in loaded["tasks"].values():
            task.set_config("num_fewshot", shots)
            if sampler:
                task.sampler = get_sampler(sampler)(list(task.fewshot_docs()), rnd=None)
            task.set_fewshot_seed(FEWSHOT_SEED)
            if task.OUTPUT_TYPE == "generate_until":
                task.set_config("generation_kwargs", {"max_gen_toks": max_tokens}, update=True)
        self.lm.batch_size_per_gpu = batch
        start = time.perf_counter()
        results: Any = evaluate(self.lm, loaded, limit=limit, bootstrap_iters=0, log_samples=True)
        seconds = time.perf_counter() - start
        items = [_item(task, sample) for task in tasks for sample in results["samples"][task]]
        return {"seconds": seconds, "items": items, "versions": _versions()}

    def _load(self, rows: str, tasks: list[str]) -> Any:
        key = ",".join([rows, *tasks])
        if key not in self.loaded:
            children = [
                {"task": task, "dataset_path": str(Path(rows) / task.partition("_")[0])}
                for task in tasks
            ]
            self.loaded[key] = self.manager.load([{"group": "all", "task": children}])
        return self.loaded[key]


def _item(task: str, sample: dict[str, Any]) -> dict[str, Any]:
    """One row: its prompt, and the log-probs of its options or its written text."""
    arguments = sample["arguments"]
    item = {
        "task": task,
        "row": sample["doc_id"],
        "context": arguments[0][0],
        "rule": sample["filter"],
        "right": bool(sample.get("acc", sample.get("exact_match"))),
    }
    if isinstance(arguments[0][1], dict):
        return item | {"scored": arguments[0][1]["until"], "text": sample["resps"][0][0]}
    return item | {
        "scored": [continuation for _, continuation in arguments],
        "logprobs": [float(response[0][0]) for response in sample["resps"]],
    }


def _versions() -> dict[str, str]:
    from importlib.metadata import version

    return {name: version(name) for name in ("lm_eval", "torch", "transformers")}


if __name__ == "__main__":
    main()
