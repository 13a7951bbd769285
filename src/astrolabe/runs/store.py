"""Where answers and runs are kept: SQLite by default, PostgreSQL by URL.

Answers are content-addressed: the key says everything that decides them, so resuming is nothing
but looking them up, and nothing can count twice.
"""

import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from astrolabe.core.condition import Condition
from astrolabe.core.digest import canonical
from astrolabe.core.errors import BadInput
from astrolabe.core.grade import Grade, Outcome
from astrolabe.core.model import Answer, Generated, Scored, answer_fields
from astrolabe.core.run import GradedItem, Run

SCHEMA_VERSION = "1"
_MANY = 500
"""Keys in one query; SQLite allows 32,766 variables, but plans get no better beyond this."""

_metadata = sa.MetaData()
_meta = sa.Table(
    "astrolabe_meta",
    _metadata,
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("value", sa.String, nullable=False),
)
_answers = sa.Table(
    "answers",
    _metadata,
    sa.Column("key", sa.String, primary_key=True),
    sa.Column("answer", sa.Text, nullable=False),
)
_runs = sa.Table(
    "runs",
    _metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("model", sa.String, nullable=False),
    sa.Column("benchmark", sa.String, nullable=False),
    sa.Column("condition", sa.Text, nullable=False),
    sa.Column("rule", sa.String, nullable=False),
    sa.Column("aggregate", sa.String, nullable=False),
    sa.Column("categories", sa.Text, nullable=False),
    sa.Column("record", sa.Text, nullable=False),
)
_graded = sa.Table(
    "graded",
    _metadata,
    sa.Column("run", sa.String, sa.ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("place", sa.Integer, primary_key=True),
    sa.Column("item", sa.String, nullable=False),
    sa.Column("subject", sa.String, nullable=False),
    sa.Column("gold", sa.Text, nullable=False),
    sa.Column("answer", sa.Text, nullable=False),
    sa.Column("prompt", sa.LargeBinary, nullable=False),
    sa.Column("grades", sa.Text, nullable=False),
)


def default_path() -> Path:
    """The embedded store: ``astrolabe.db`` in the working folder."""
    return Path("astrolabe.db")


class Store:
    """An open store. Use it as a context manager."""

    def __init__(self, place: str | Path, create: bool = True) -> None:
        """Open a store.

        Args:
            place: A file, or a SQLAlchemy URL (``postgresql+psycopg://...``).
            create: Whether a file that does not exist is made.

        Raises:
            BadInput: when it cannot be read or written, is no store of ours, or is of another
                schema version. A store that is refused is left as it was.
        """
        self.place = str(place)
        if "://" not in self.place:
            path = Path(place).expanduser()
            if not path.exists() and not create:
                raise BadInput(f"no store at '{path}'; run a benchmark first, or give --db")
            if not path.parent.is_dir():
                raise BadInput(f"store '{path}': the folder '{path.parent}' does not exist")
            self._url = f"sqlite:///{path}"
        else:
            self._url = self.place
        with self._explained():
            self._engine = sa.create_engine(self._url)
            sa.event.listen(self._engine, "connect", _prepare_connection)
            self._check_schema()

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, *_: object) -> None:
        self._engine.dispose()

    def _check_schema(self) -> None:
        tables = sa.inspect(self._engine).get_table_names()
        if not tables:
            if self._engine.dialect.name == "sqlite":
                # Readers never wait for the writer. The file remembers it, so this is said once,
                # and never to a file that is not ours.
                with self._engine.connect() as connection:
                    connection.exec_driver_sql("PRAGMA journal_mode=WAL")
            _metadata.create_all(self._engine)
            with self._engine.begin() as connection:
                row = {"name": "schema_version", "value": SCHEMA_VERSION}
                connection.execute(self._new(_meta).values(row).on_conflict_do_nothing())
            return
        if _meta.name not in tables:
            raise BadInput(
                f"'{self.place}' is a database of something else (tables {', '.join(tables[:3])}); "
                "give another file or database with --db"
            )
        with self._engine.begin() as connection:
            version = connection.scalar(
                sa.select(_meta.c.value).where(_meta.c.name == "schema_version")
            )
        if version != SCHEMA_VERSION:
            raise BadInput(
                f"store '{self.place}' has schema version {version}, this Astrolabe knows "
                f"{SCHEMA_VERSION}; use the Astrolabe that wrote it, or another store with --db"
            )

    def _new(self, table: sa.Table) -> Any:
        """An INSERT that can be told what to do on conflict."""
        dialect = postgresql if self._engine.dialect.name == "postgresql" else sqlite
        return dialect.insert(table)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (sa.exc.DBAPIError, sa.exc.ArgumentError, ModuleNotFoundError) as error:
            cause = str(getattr(error, "orig", None) or error).splitlines()[0]
            raise BadInput(f"store '{self.place}' cannot be used: {cause}") from error

    def answers(self, keys: Iterable[str]) -> dict[str, Answer]:
        """Those answers of `keys` that are there."""
        keys = list(dict.fromkeys(keys))
        found: dict[str, Answer] = {}
        with self._explained(), self._engine.connect() as connection:
            for start in range(0, len(keys), _MANY):
                some = keys[start : start + _MANY]
                rows = connection.execute(
                    sa.select(_answers.c.key, _answers.c.answer).where(_answers.c.key.in_(some))
                )
                found.update((key, _answer(json.loads(answer))) for key, answer in rows)
        return found

    def save_answers(self, answers: Mapping[str, Answer]) -> None:
        """Keep answers, durably, when this returns. An answer that is there stays as it is."""
        if not answers:
            return
        rows = [
            {"key": key, "answer": canonical(answer_fields(answer))}
            for key, answer in answers.items()
        ]
        with self._explained(), self._engine.begin() as connection:
            connection.execute(self._new(_answers).on_conflict_do_nothing(), rows)

    def save_run(self, run: Run) -> None:
        """Keep a run with its grades; a run of the same id is replaced."""
        with self._explained(), self._engine.begin() as connection:
            number = connection.scalar(sa.select(_runs.c.number).where(_runs.c.id == run.id))
            if number is None:
                number = (connection.scalar(sa.select(sa.func.max(_runs.c.number))) or 0) + 1
            connection.execute(sa.delete(_graded).where(_graded.c.run == run.id))
            connection.execute(sa.delete(_runs).where(_runs.c.id == run.id))
            connection.execute(sa.insert(_runs).values(number=number, **_run_row(run)))
            rows = [_graded_row(run, place) for place in range(len(run.items))]
            if rows:
                connection.execute(sa.insert(_graded), rows)

    def record(self, identity: str) -> dict[str, Any] | None:
        """The record of the run with exactly this id, if there is one."""
        with self._explained(), self._engine.connect() as connection:
            text = connection.scalar(sa.select(_runs.c.record).where(_runs.c.id == identity))
        return None if text is None else dict(json.loads(text))

    def runs(self) -> list[Run]:
        """Every run without its items, oldest first; the number of items is in the record."""
        with self._explained(), self._engine.connect() as connection:
            rows = connection.execute(sa.select(_runs).order_by(_runs.c.number)).mappings().all()
        return [_run(row, ()) for row in rows]

    def run(self, name: str) -> Run:
        """A run by its id or the beginning of it.

        Raises:
            BadInput: when no run, or more than one, begins so.
        """
        with self._explained(), self._engine.connect() as connection:
            matching = sa.select(_runs).where(_runs.c.id.startswith(name, autoescape=True))
            rows = connection.execute(matching).mappings().all()
            if len(rows) != 1:
                what = "no run" if not rows else f"{len(rows)} runs"
                raise BadInput(
                    f"{what} in '{self.place}' with an id that begins with '{name}'; "
                    "`astrolabe runs` lists them"
                )
            graded = connection.execute(
                sa.select(_graded).where(_graded.c.run == rows[0]["id"]).order_by(_graded.c.place)
            ).mappings()
            return _run(rows[0], tuple(_graded_item(row) for row in graded))


def _prepare_connection(connection: Any, _record: object) -> None:
    if type(connection).__module__.startswith("sqlite3"):
        for pragma in ("busy_timeout=30000", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")


def _answer(fields: dict[str, Any]) -> Answer:
    if "logprobs" in fields:
        return Scored(tuple(fields["logprobs"]), fields["greedy"])
    return Generated(**fields)


def _run_row(run: Run) -> dict[str, Any]:
    return {
        "id": run.id,
        "model": run.model,
        "benchmark": run.benchmark,
        "condition": canonical(run.condition.fields()),
        "rule": run.rule,
        "aggregate": run.aggregate,
        "categories": canonical(dict(run.categories)),
        "record": canonical(dict(run.record)),
    }


def _run(row: sa.RowMapping, items: Sequence[GradedItem]) -> Run:
    return Run(
        id=row["id"],
        model=row["model"],
        benchmark=row["benchmark"],
        condition=Condition.parse(json.loads(row["condition"])),
        rule=row["rule"],
        aggregate=row["aggregate"],
        categories=json.loads(row["categories"]),
        items=tuple(items),
        record=json.loads(row["record"]),
    )


def _graded_row(run: Run, place: int) -> dict[str, Any]:
    item = run.items[place]
    grades = {
        rule: [grade.outcome.value, grade.extracted, grade.margin]
        for rule, grade in item.grades.items()
    }
    return {
        "run": run.id,
        "place": place,
        "item": item.item,
        "subject": item.subject,
        "gold": item.gold,
        # As JSON, since a model may write NUL characters, which PostgreSQL's text cannot hold.
        "answer": canonical(item.answer),
        # Five-shot prompts are long and alike; compressed they are about a third.
        "prompt": zlib.compress(item.prompt.encode("utf-8")),
        "grades": json.dumps(grades, ensure_ascii=False),
    }


def _graded_item(row: sa.RowMapping) -> GradedItem:
    grades = {
        rule: Grade(Outcome(outcome), extracted, rule, margin)
        for rule, (outcome, extracted, margin) in json.loads(row["grades"]).items()
    }
    return GradedItem(
        item=row["item"],
        subject=row["subject"],
        gold=row["gold"],
        answer=json.loads(row["answer"]),
        prompt=zlib.decompress(row["prompt"]).decode("utf-8"),
        grades=grades,
    )
