"""Where answers and runs are kept: SQLite by default, PostgreSQL by URL.

Answers are content-addressed: the key says everything that decides them, so resuming is nothing
but looking them up, and nothing can count twice.
"""

import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from astrolabe.core.condition import Condition
from astrolabe.core.digest import canonical
from astrolabe.core.errors import BadInput
from astrolabe.core.grade import Grade, Outcome
from astrolabe.core.model import Answer
from astrolabe.core.run import GradedItem, Run
from astrolabe.grading.sandbox import Execution
from astrolabe.runs.values import answer_from, answer_values, final_answer_from

SCHEMA_VERSION = "2"
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
_executions = sa.Table(
    "executions",
    _metadata,
    sa.Column("key", sa.String, primary_key=True),
    sa.Column("execution", sa.Text, nullable=False),
)
_runs = sa.Table(
    "runs",
    _metadata,
    # Counts up in the order in which runs were first saved; the database sees that none collide.
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("id", sa.String, nullable=False, unique=True),
    sa.Column("model", sa.String, nullable=False),
    sa.Column("benchmark", sa.String, nullable=False),
    sa.Column("condition", sa.Text, nullable=False),
    sa.Column("rule", sa.String, nullable=False),
    sa.Column("aggregate", sa.String, nullable=False),
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
    sa.Column("answers", sa.Text, nullable=False),
    sa.Column("option_order", sa.Text, nullable=False),
    sa.Column("shots", sa.Text, nullable=False),
    sa.Column("prompt", sa.LargeBinary, nullable=False),
    sa.Column("grades", sa.Text, nullable=False),
    sa.Column("categories", sa.Text, nullable=False),
)


_OPENING_LOCK = 0x0A5740
"""Number of the advisory lock that whoever makes our tables in a PostgreSQL database holds."""


_INSERTS: Mapping[str, Callable[[sa.Table], Any]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}
"""Databases that a store can be, and their INSERT that knows what to do on conflict."""


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
        self.place = shown(place)
        if "://" in str(place):
            url: str | sa.URL = str(place)
        else:
            path = Path(place).expanduser()
            if not path.exists() and not create:
                raise BadInput(f"no store at '{path}'; run a benchmark first, or give --db")
            if not path.parent.is_dir():
                raise BadInput(f"store '{path}': the folder '{path.parent}' does not exist")
            url = sa.URL.create("sqlite", database=str(path.absolute()))
        with self._explained():
            self._engine = _engine(url, self.place)
            if self._engine.dialect.name not in _INSERTS:
                raise BadInput(
                    f"store '{self.place}' is neither SQLite nor PostgreSQL; give one of these"
                )
            sa.event.listen(self._engine, "connect", _prepare_connection)
            self._open()

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, *_: object) -> None:
        self._engine.dispose()

    def _open(self) -> None:
        """Check that the store is ours, and make its tables where there are none at all."""
        tables = sa.inspect(self._engine).get_table_names()
        if not tables:
            with self._alone() as connection:
                # Another process may have made them while this one waited.
                tables = sa.inspect(connection).get_table_names()
                if not tables:
                    _metadata.create_all(connection)
                    row = {"name": "schema_version", "value": SCHEMA_VERSION}
                    connection.execute(sa.insert(_meta), row)
                    tables = [_meta.name]
        if _meta.name not in tables:
            raise BadInput(
                f"'{self.place}' is a database of something else (tables {', '.join(tables[:3])}); "
                "give another file or database with --db"
            )
        with self._engine.connect() as connection:
            version = connection.scalar(
                sa.select(_meta.c.value).where(_meta.c.name == "schema_version")
            )
        if version != SCHEMA_VERSION:
            raise BadInput(
                f"store '{self.place}' has schema version {version}, this Astrolabe knows "
                f"{SCHEMA_VERSION}; use the Astrolabe that wrote it, or another store with --db"
            )
        if self._engine.dialect.name == "sqlite":
            self._let_readers_not_wait()

    @contextmanager
    def _alone(self) -> Iterator[sa.Connection]:
        """A transaction that no other process that opens this store is in at the same time."""
        if self._engine.dialect.name == "postgresql":
            with self._engine.begin() as connection:
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_OPENING_LOCK)))
                yield connection
            return
        # Left to itself, Python's driver begins transactions late, and not at all for tables.
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.exec_driver_sql("COMMIT")
            except BaseException:
                # After some errors, such as a full disk, SQLite has gone back by itself.
                with suppress(sa.exc.OperationalError):
                    connection.exec_driver_sql("ROLLBACK")
                raise

    def _let_readers_not_wait(self) -> None:
        """Set write-ahead logging, which the file remembers. Only for a file that is ours."""
        with self._engine.connect() as connection:
            if connection.exec_driver_sql("PRAGMA journal_mode").scalar() in ("wal", "memory"):
                return
            try:
                connection.exec_driver_sql("PRAGMA journal_mode=WAL")
            except sa.exc.OperationalError as error:
                # It needs the file for itself; if others use it now, the next to open it sets it.
                # A file that may only be read can be read as it is.
                if not any(word in str(error.orig) for word in ("locked", "readonly")):
                    raise

    def _new(self, table: sa.Table) -> Any:
        """An INSERT that can be told what to do on conflict."""
        return _INSERTS[self._engine.dialect.name](table)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (sa.exc.DBAPIError, ModuleNotFoundError) as error:
            cause = str(getattr(error, "orig", None) or error).splitlines()[0]
            raise BadInput(f"store '{self.place}' cannot be used: {cause}") from error

    def answers(self, keys: Iterable[str]) -> dict[str, Answer]:
        """Those answers of `keys` that are there."""
        return {key: answer_from(value) for key, value in self._found(_answers.c.answer, keys)}

    def save_answers(self, answers: Mapping[str, Answer]) -> None:
        """Keep answers, durably, when this returns. An answer that is there stays as it is."""
        self._keep(_answers.c.answer, {key: answer_values(a) for key, a in answers.items()})

    def executions(self, keys: Iterable[str]) -> dict[str, Execution]:
        """What became of those programs of `keys` that were run."""
        return {key: Execution(**v) for key, v in self._found(_executions.c.execution, keys)}

    def save_executions(self, executions: Mapping[str, Execution]) -> None:
        """Keep what became of programs, as `save_answers` does."""
        self._keep(_executions.c.execution, {key: asdict(e) for key, e in executions.items()})

    def _found(self, column: sa.Column[str], keys: Iterable[str]) -> Iterator[tuple[str, Any]]:
        """Keys of a table that are there, with the values of `column` read from JSON."""
        keys = list(dict.fromkeys(keys))
        key = column.table.c.key
        with self._explained(), self._engine.connect() as connection:
            for start in range(0, len(keys), _MANY):
                some = keys[start : start + _MANY]
                rows = connection.execute(sa.select(key, column).where(key.in_(some)))
                yield from ((name, json.loads(value)) for name, value in rows)

    def _keep(self, column: sa.Column[str], values: Mapping[str, Any]) -> None:
        """Write values as JSON into `column`, by key; what is there stays."""
        if not values:
            return
        # In one order everywhere, or two writers could wait for each other for ever.
        rows = [{"key": key, column.name: canonical(v)} for key, v in sorted(values.items())]
        with self._explained(), self._engine.begin() as connection:
            connection.execute(self._new(column.table).on_conflict_do_nothing(), rows)

    def save_run(self, run: Run) -> None:
        """Keep a run with its grades; a run of the same id is replaced."""
        with self._explained(), self._engine.begin() as connection:
            row = _run_row(run)
            # The first statement takes the run's row, so a second writer of it waits here.
            connection.execute(
                self._new(_runs).values(row).on_conflict_do_update(index_elements=["id"], set_=row)
            )
            connection.execute(sa.delete(_graded).where(_graded.c.run == run.id))
            rows = [_graded_row(run, place) for place in range(len(run.items))]
            if rows:
                connection.execute(sa.insert(_graded), rows)

    def record(self, identity: str) -> dict[str, Any] | None:
        """The record of the run with exactly this id, if there is one."""
        with self._explained(), self._engine.connect() as connection:
            text = connection.scalar(sa.select(_runs.c.record).where(_runs.c.id == identity))
        return None if text is None else dict(json.loads(text))

    def runs(self) -> list[Run]:
        """Every run, oldest first. Prompts are left out (empty): they are most of a store."""
        columns = [column for column in _graded.c if column.name != "prompt"]
        with self._explained(), self._engine.connect() as connection:
            rows = connection.execute(sa.select(_runs).order_by(_runs.c.number)).mappings().all()
            graded = connection.execute(
                sa.select(*columns).order_by(_graded.c.run, _graded.c.place)
            ).mappings()
            items: dict[str, list[GradedItem]] = {}
            for row in graded:
                items.setdefault(row["run"], []).append(_graded_item(row, ""))
        return [_run(row, items.get(row["id"], [])) for row in rows]

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
            return _run(rows[0], [_graded_item(row, _unpacked(row["prompt"])) for row in graded])


def _engine(url: str | sa.URL, name: str) -> sa.Engine:
    try:
        return sa.create_engine(url)
    except (sa.exc.NoSuchModuleError, sa.exc.ArgumentError, ValueError) as error:
        # What it says may repeat the URL with the password in it.
        raise BadInput(
            f"store '{name}' cannot be used: it is no URL of a known database"
        ) from error


def shown(place: str | Path) -> str:
    """A store's place for messages: as it was given, but never with a password."""
    if "://" not in str(place):
        return str(place)
    try:
        url = sa.make_url(str(place))
    except (sa.exc.ArgumentError, ValueError):
        return str(place).partition("://")[0] + "://..."
    query = {key: "***" if "password" in key else value for key, value in url.query.items()}
    return url.set(query=query).render_as_string(hide_password=True)


def _prepare_connection(connection: Any, _record: object) -> None:
    if type(connection).__module__.startswith("sqlite3"):
        for pragma in ("busy_timeout=30000", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")


def _run_row(run: Run) -> dict[str, Any]:
    return {
        "id": run.id,
        "model": run.model,
        "benchmark": run.benchmark,
        "condition": canonical(run.condition.fields()),
        "rule": run.rule,
        "aggregate": run.aggregate,
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
        items=tuple(items),
        record=json.loads(row["record"]),
    )


def _graded_row(run: Run, place: int) -> dict[str, Any]:
    item = run.items[place]
    grades = {
        rule: [grade.outcome.value, grade.extracted, grade.margin, grade.share, grade.votes]
        for rule, grade in item.grades.items()
    }
    return {
        "run": run.id,
        "place": place,
        "item": item.item,
        "subject": item.subject,
        "gold": item.gold,
        # As JSON, since a model may write NUL characters, which PostgreSQL's text cannot hold.
        "answers": canonical([answer_values(answer) for answer in item.answers]),
        "option_order": canonical(item.order),
        "shots": canonical(item.shots),
        # Five-shot prompts are long and alike; compressed they are about a third.
        "prompt": zlib.compress(item.prompt.encode("utf-8")),
        "grades": json.dumps(grades, ensure_ascii=False),
        "categories": canonical(item.categories),
    }


def _unpacked(prompt: bytes) -> str:
    return zlib.decompress(prompt).decode("utf-8")


def _graded_item(row: sa.RowMapping, prompt: str) -> GradedItem:
    grades = {
        rule: Grade(Outcome(outcome), extracted, rule, *numbers)
        for rule, (outcome, extracted, *numbers) in json.loads(row["grades"]).items()
    }
    return GradedItem(
        item=row["item"],
        subject=row["subject"],
        gold=row["gold"],
        prompt=prompt,
        answers=tuple(map(final_answer_from, json.loads(row["answers"]))),
        order=tuple(json.loads(row["option_order"])),
        shots=tuple(json.loads(row["shots"])),
        grades=grades,
        categories=tuple(json.loads(row["categories"])),
    )
