"""`astrolabe plan`: what a study will cost, before any of it is computed."""

from pathlib import Path
from typing import Annotated

import typer

from astrolabe.cli.options import DEFAULT_DB, Db, Device, Dtype, Json
from astrolabe.cli.output import print_json


def plan(
    file: Annotated[str, typer.Argument(help="A study file (YAML), or demo.")],
    dtype: Dtype = "auto",
    device: Device = "auto",
    db: Db = DEFAULT_DB,
    json: Json = False,
) -> None:
    """Say what a study will cost, before it runs.

    Requests, tokens as sent and after sharing, passes saved, and estimates of time and memory.
    Answers that the store has are not counted as work. Only a sample is computed, to time it.
    """
    import gc
    from contextlib import ExitStack

    from astrolabe.cli.progress import Bars, load_local_said, log_to_terminal
    from astrolabe.report.forecast import forecast_fields, print_forecasts
    from astrolabe.runs.forecast import forecast
    from astrolabe.runs.store import Store
    from astrolabe.studies.conduct import refuse
    from astrolabe.studies.demo import demo
    from astrolabe.studies.file import read

    study = demo() if file == "demo" else read(Path(file))
    refuse(study)
    log_to_terminal()
    bars = Bars()
    found = []
    with ExitStack() as stack:
        # A plan leaves no file behind; a database that is named by URL has to be there.
        there = "://" in db or Path(db).expanduser().exists()
        store = stack.enter_context(Store(db, create=False)) if there else None
        for name in dict.fromkeys(plan.model for plan in study.runs):
            model = load_local_said(name, dtype, device)
            plans = [plan for plan in study.runs if plan.model == name]
            found.append(forecast(plans, model, store, bars))
            del model
            gc.collect()
    if json:
        fields = {"study": study.name, "models": [forecast_fields(one) for one in found]}
        print_json(fields)
    else:
        print_forecasts(found)
