"""Pages that need nothing else: one file each, opened without a network.

A content security policy in the page holds browsers to that; it names the one script by digest.
"""

import base64
import hashlib
import json
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Any

from astrolabe.report.charts import vega_lite
from astrolabe.report.rows import visible


def render(template: str, language: str, created: str | None = None, **values: Any) -> str:
    """A page with charts.

    Args:
        template: Name of a file of ``templates``.
        language: ``en`` or ``zh``.
        created: Date shown; now, if not given.
        values: What else the template shows; charts' specs as `inline_json`.
    """
    script = _script()
    return str(
        _environment()
        .from_string(_file(template))
        .render(
            values,
            language={"en": "en", "zh": "zh-CN"}[language],
            created=created or datetime.now().astimezone().isoformat(sep=" ", timespec="minutes"),
            script=script,
            script_digest=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        )
    )


def inline_json(value: Any) -> str:
    """JSON that may stand inside a script element, whatever text it holds."""
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")


@cache
def _script() -> str:
    """Vega, Vega-Lite and Vega-Embed in one piece, and the lines that draw the charts."""
    import vl_convert

    bundle = str(vl_convert.javascript_bundle(_file("draw.js"), vl_version=vega_lite()))
    return bundle.replace("</script", "<\\/script")


def _environment() -> Any:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True,
        # Everything but our own HTML: names and answers may hold control characters.
        finalize=lambda value: visible(value) if type(value) is str else value,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["style"] = _file("report.css")
    return environment


def _file(name: str) -> str:
    return (resources.files("astrolabe.report") / "templates" / name).read_text(encoding="utf-8")
