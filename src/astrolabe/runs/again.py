"""A stored run asked again, as it was: the same prompts of the same items to the same model."""

from astrolabe.core.errors import BadInput
from astrolabe.core.model import Model
from astrolabe.core.run import Run, RunPlan
from astrolabe.runs.ask import Asked, ask
from astrolabe.runs.record import record, run_id
from astrolabe.runs.watch import Watch


def plan_of(run: Run) -> RunPlan:
    """The plan that a stored run came of, but for a protocol of its own, which is not kept."""
    data = run.record["data"]
    return RunPlan(
        label="",
        model=run.model,
        benchmark=run.benchmark,
        condition=run.condition,
        data=data.get("place"),
        subjects=tuple(data.get("subjects", ())),
        limit=data.get("limit"),
        exemplars=data.get("exemplars") if run.condition.shots else None,
    )


def ask_again(run: Run, model: Model, watch: Watch | None = None) -> Asked:
    """The prompts of a stored run, rendered anew and found to be what was sent.

    Raises:
        BadInput: for another model than that of the run, and where data, wording or items are no
            longer what they were.
    """
    described = run.record["model"]
    for part in ("weights", "tokenizer", "dtype"):
        now = getattr(model.identity, part)
        if now != described.get(part):
            raise BadInput(
                f"model '{run.model}' has changed since run {run.id[:8]} ({part} "
                f"{described.get(part)} then, {now} now); give it back as it was, or run the "
                "benchmark again"
            )
    asked = ask(plan_of(run), model, watch)
    if run_id(asked, model.identity.digest) == run.id:
        return asked
    before, after = run.record, record(asked, model)
    for part, what in (("data", "the data of"), ("prompts", "the prompts made for")):
        if before[part]["digest"] != after[part]["digest"]:
            raise BadInput(
                f"{what} '{run.benchmark}' are no longer those of run {run.id[:8]} (digest "
                f"{after[part]['digest'][:8]}, not {before[part]['digest'][:8]}); run the "
                "benchmark again"
            )
    raise BadInput(
        f"run {run.id[:8]} of '{run.benchmark}' can no longer be asked as it was; run the "
        "benchmark again"
    )
