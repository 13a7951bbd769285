"""lm-evaluation-harness' `hf` model and its own tasks, answering measurements asked on stdin.

Runs under the peers' Python, where nothing of ours is installed. The model is loaded once; then
every line on stdin is a JSON request naming a method of `Peer`, and every line on stdout its reply.

lm-eval's HumanEval fetches the program that judges code from the hub as soon as it is named. A
stand-in takes its place: prompts, stops and texts are lm-eval's own, grades are nobody's.
"""

import argparse
import json
import logging
import os
import sys
import time
from dataclasses import dataclass
from importlib import import_module
from numbers import Real
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
        request = json.loads(line)
        reply = getattr(peer, request.pop("do"))(**request)
        replies.write(json.dumps(reply) + "\n")
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

        evaluate: Any = import_module("evaluate")
        evaluate.load = lambda name: _Unjudged()
        torch.set_num_threads(threads)
        self.manager = TaskManager()
        self.lm: Any = HFLM(pretrained=model, device="cpu", dtype="float32")
        self.loaded: dict[str, Any] = {}

    def package(self) -> dict[str, Any]:
        """The ``folder`` of lm-eval's package."""
        import lm_eval

        return {"folder": str(lm_eval.__path__[0])}

    def answer(
        self,
        rows: str,
        tasks: list[str],
        shots: int | None,
        sampler: str | None,
        batch: int,
        limit: int | None,
        max_tokens: int,
    ) -> dict[str, Any]:
        """Evaluate tasks.

        Args:
            rows: Folder of the rows (`rows.write`).
            tasks: lm-eval's names, for example ``mmlu_anatomy``.
            shots: Exemplars before each row; `None` for the task's own number.
            sampler: How they are drawn; `None` for the task's own way.
            batch: Rows in one forward pass.
            limit: Most rows of each task; `None` for all.
            max_tokens: Most tokens generated.

        Returns:
            ``seconds`` from loaded rows to metrics, ``items``, ``versions``.
        """
        from lm_eval.api.samplers import get_sampler

        loaded = self._load(rows, tasks)
        for task in loaded["tasks"].values():
            if shots is not None:
                task.set_config("num_fewshot", shots)
            if sampler:
                task.sampler = get_sampler(sampler)(list(task.fewshot_docs()), rnd=None)
            if task.OUTPUT_TYPE == "generate_until":
                task.set_config("generation_kwargs", {"max_gen_toks": max_tokens}, update=True)
        self.lm.batch_size_per_gpu = batch
        start = time.perf_counter()
        items = _evaluated(self.lm, loaded, tasks, limit)
        return {
            "seconds": time.perf_counter() - start,
            "items": items,
            "versions": _versions(),
        }

    def grade(
        self, rows: str, tasks: list[str], answers: list[str] | list[list[float]]
    ) -> dict[str, Any]:
        """Grade given answers as if a model had given them.

        Args:
            answers: For each row of all tasks, in order, a text or the log-probs of its options.

        Returns:
            ``items``.
        """
        return {"items": _evaluated(_Reciter(answers), self._load(rows, tasks), tasks, None)}

    def _load(self, rows: str, tasks: list[str]) -> Any:
        key = ",".join([rows, *tasks])
        if key not in self.loaded:
            children = [{"task": task, "dataset_path": rows} for task in tasks]
            self.loaded[key] = self.manager.load([{"group": "all", "task": children}])
        return self.loaded[key]


@dataclass
class _Reciter:
    """A model, as far as lm-eval looks, that says what it was told to."""

    answers: list[Any]
    rank: int = 0
    world_size: int = 1

    def generate_until(self, requests: list[Any]) -> list[str]:
        assert len(requests) == len(self.answers)
        return self.answers

    def loglikelihood(self, requests: list[Any]) -> list[tuple[float, bool]]:
        said = [(value, False) for answer in self.answers for value in answer]
        assert len(requests) == len(said)
        return said


class _Unjudged:
    """Stands in for the metric ``code_eval``."""

    def compute(self, **_: Any) -> tuple[dict[str, float], None]:
        return {"pass@1": 0.0}, None


def _evaluated(lm: Any, loaded: Any, tasks: list[str], limit: int | None) -> list[dict[str, Any]]:
    """One item for each row and filter, tasks in order."""
    from lm_eval.evaluator import evaluate

    for task in loaded["tasks"].values():
        task.set_fewshot_seed(FEWSHOT_SEED)
    results: Any = evaluate(
        lm,
        loaded,
        limit=limit,
        bootstrap_iters=0,
        log_samples=True,
        confirm_run_unsafe_code=True,
    )
    return [_item(task, sample) for task in tasks for sample in results["samples"][task]]


def _item(task: str, sample: dict[str, Any]) -> dict[str, Any]:
    """One row under one filter: its prompt, the log-probs of its options or its written text."""
    arguments = sample["arguments"]
    values = {f"{metric},{sample['filter']}": sample[metric] for metric in sample["metrics"]}
    item = {
        "name": f"{task}/{sample['doc_id']}",
        "context": arguments[0][0],
        "credit": {name: float(x) for name, x in values.items() if isinstance(x, Real)},
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
