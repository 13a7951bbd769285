"""States of a run's prompts, kept beside the store: what the model holds as its answer begins.

For each prompt the state of its last token, from which the first token of the answer comes, at
chosen sites. They come of a pass of their own through the same prefix tree; answers do not need
their passes to be read. On disk they are sets of activations (`astrolabe.inside.shards`) in a
folder named by the run's id, which tells model, items and prompts; texts are in the run's order.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from astrolabe.core.errors import BadInput
from astrolabe.core.model import Model, StateReading
from astrolabe.core.run import Run
from astrolabe.core.site import Site
from astrolabe.inside.activations import Activations
from astrolabe.inside.gather import gather
from astrolabe.inside.shards import Kind, Span
from astrolabe.runs.ask import Asked
from astrolabe.runs.watch import Watch


def home(store: str, run: Run) -> Path:
    """Where the states of a run are: in ``FILE.states`` beside a store that is a file, else in
    ``astrolabe.states`` in the working folder.

    Args:
        store: The store's place.
    """
    if "://" in store:
        return Path("astrolabe.states") / run.id
    file = Path(store).expanduser()
    return file.with_name(f"{file.name}.states") / run.id


def check_sites(model: Model, sites: Sequence[Site]) -> None:
    """See that a model has sites, before anything is computed.

    Raises:
        BadInput: for a site that it does not have, or a model that shows none.
    """
    model.read([StateReading((0,), (0,), tuple(sites))])


def record_states(
    asked: Asked, model: Model, sites: Sequence[Site], folder: Path, watch: Watch
) -> None:
    """Record the states of a run's prompts at `sites`. What is recorded already stays.

    Args:
        folder: See `home`.

    Raises:
        BadInput: as `astrolabe.inside.gather.gather`.
    """
    there = recorded(folder)
    missing = tuple(dict.fromkeys(site for site in sites if site not in there))
    if not missing:
        return
    spans = [Span(fitted.encoded.context) for fitted in asked.fitted]
    with watch.stage(f"{asked.title}: states of {model.identity.name}", len(spans)) as advance:
        gather(model, spans, Kind(missing), folder, advance)


def recorded(folder: Path, items: int | None = None) -> Mapping[Site, Activations]:
    """The states that are there, by site.

    Args:
        folder: See `home`.
        items: How many items the run has.

    Raises:
        BadInput: for states of another number of prompts.
    """
    found: dict[Site, Activations] = {}
    for place in sorted(folder.glob("*/activations.json")):
        try:
            one = Activations(place.parent)
        except BadInput:
            # Cut short, or broken: recording it again completes it, or says what is wrong.
            continue
        if items is not None and one.text_count != items:
            raise BadInput(
                f"'{place.parent}' holds states of {one.text_count} prompts, but the run has "
                f"{items} items; delete it and record again"
            )
        found |= dict.fromkeys(one.sites, one)
    return found
