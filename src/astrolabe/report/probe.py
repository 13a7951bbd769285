"""What probes found, shown: in the terminal, as JSON, as pictures, and as a page."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from astrolabe.inside.probes.conclusions import Conclusion
from astrolabe.report.folder import write_folder
from astrolabe.report.fonts import drawable_language
from astrolabe.report.laboratory import described, page_table, print_table, tell
from astrolabe.report.laboratory_charts import chart
from astrolabe.report.offline import inline_json, render
from astrolabe.report.probe_charts import charts
from astrolabe.report.probe_map import scatter
from astrolabe.report.probe_strings import HOW_TO_READ, probe_words, prompt_name, sentence
from astrolabe.report.probe_tables import tables
from astrolabe.report.theme import PAGE, PAPER, Palette
from astrolabe.studies.outcome import said
from astrolabe.studies.probing import Probed, Probing

if TYPE_CHECKING:
    from rich.console import Console


def print_probing(probing: Probing, language: str = "en", console: "Console | None" = None) -> None:
    """The tables, then the claims.

    Args:
        console: Where to print; the terminal, if not given.

    Raises:
        BadInput: for a language other than ``en`` and ``zh``.
    """
    from rich.console import Console

    out = console or Console(highlight=False)
    words = probe_words(language)
    tell(out, _headline(probing), "bold")
    for table in tables(probing):
        print_table(out, table, language)
    out.print()
    tell(out, words["conclusions"], "bold")
    for text, conclusion in claims(probing, language):
        tell(out, f"• {text}", "dim" if conclusion.outcome == "not decided" else "")


def claims(probing: Probing, language: str) -> Iterator[tuple[str, Conclusion]]:
    """Every claim that was put to the test, as a sentence, model by model."""
    several = len(probing.models) > 1
    for probed in probing.models:
        for conclusion in probed.conclusions:
            text = said(sentence(conclusion, probed, probing), language)
            named = several and conclusion.claim != "information"
            yield (f"{probed.model}: {text}" if named else text), conclusion


def probing_fields(probing: Probing, language: str = "en") -> dict[str, Any]:
    """Everything as JSON values, sentences in `language`.

    Raises:
        BadInput: for a language other than ``en`` and ``zh``.
    """
    probe_words(language)
    entities = probing.entities
    return {
        "entities": {
            "source": entities.source,
            "count": len(entities),
            "targets": list(entities.targets.names),
            "groups": entities.by if entities.groups else None,
        },
        "models": [_model_fields(probed, probing, language) for probed in probing.models],
        "record": dict(probing.record),
    }


def _model_fields(probed: Probed, probing: Probing, language: str) -> dict[str, Any]:
    texts = {variant.name: variant.text for variant in probing.variants}
    return {
        "model": probed.model,
        "prompts": [
            {
                "prompt": name,
                "text": texts[name],
                **sweep.record(),
                "change": asdict(probed.changes[name]) if name in probed.changes else None,
            }
            for name, sweep in probed.sweeps.items()
        ],
        "controls": {
            name: sweep.record() | {"lead": asdict(probed.leads[name])}
            for name, sweep in probed.controls.items()
        },
        "by_entity": None if probed.neighbours is None else probed.neighbours.record(),
        "conclusions": [
            asdict(one) | {"sentence": said(sentence(one, probed, probing), language)}
            for one in probed.conclusions
        ],
        "nonlinear": None if probed.nonlinear is None else asdict(probed.nonlinear),
    }


def write_probing(
    folder: Path, probing: Probing, created: str | None = None, language: str = "en"
) -> Path:
    """Write ``report.html``, one file that loads nothing, ``probe.json``, and every chart as PNG.

    Args:
        folder: Where to write; made if it is not there.
        created: Date shown; now, if not given.

    Returns:
        The path of the page.

    Raises:
        BadInput: for a language other than ``en`` and ``zh``.
    """
    page = _html(probing, created, language)
    drawn = _pictures(probing, drawable_language(language), PAPER)
    pictures = ((name, picture) for name, picture, _ in drawn)
    return write_folder(folder, page, pictures, {"probe": probing_fields(probing, language)})


def _pictures(probing: Probing, language: str, palette: Palette) -> Iterator[tuple[str, Any, str]]:
    """Names of files, charts, and their texts for those who cannot see them."""
    words = probe_words(language)
    for place, probed in enumerate(probing.models):
        name, picture = scatter(probed, probing, words, language, palette)
        spec = picture.to_dict()["title"]
        yield f"{name}-{place + 1}" if place else name, picture, str(spec["text"])
    for declared in charts(probing):
        drawn = chart(declared, words, language, palette)
        yield declared.name, drawn, described(declared, language)


def _headline(probing: Probing) -> str:
    models = ", ".join(probed.model for probed in probing.models)
    return f"{models} · {probing.entities.source}"


def _html(probing: Probing, created: str | None, language: str) -> str:
    words = probe_words(language)
    badges = {"shown": "shown", "reversed": "contradicted", "not decided": "not_decided"}
    return render(
        "probe.html.j2",
        language,
        created,
        w=words,
        headline=_headline(probing),
        prompts=" · ".join(said(prompt_name(one), language) for one in probing.variants),
        polaris=any(probed.model == "polaris" for probed in probing.models),
        findings=[
            {
                "badge": words[badges[conclusion.outcome]],
                "decided": conclusion.outcome != "not decided",
                "sentence": text,
            }
            for text, conclusion in claims(probing, language)
        ],
        charts=[
            {"name": name, "spec": inline_json(picture.to_dict()), "alt": text}
            for name, picture, text in _pictures(probing, language, PAGE)
        ],
        tables=[page_table(table, language) for table in tables(probing)],
        how_to_read=[words[key] for key in HOW_TO_READ],
        record=json.dumps(dict(probing.record), ensure_ascii=False, indent=2, default=str),
    )
