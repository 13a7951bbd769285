"""The same store on a real PostgreSQL server, started for these tests."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.runs.test_store import a_run, open_it, save_it, together

from astrolabe.core.errors import BadInput
from astrolabe.core.model import Generated, Scored
from astrolabe.runs.store import Store

pytest.importorskip("psycopg", reason="needs the postgres extra")


def _server_programs() -> Path | None:
    found = shutil.which("initdb")
    places = [Path(found).parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    return next((place for place in reversed(places) if (place / "initdb").exists()), None)


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    programs = _server_programs()
    if programs is None:
        pytest.skip("no PostgreSQL server on this machine (Debian: apt-get install postgresql)")
    folder = tmp_path_factory.mktemp("postgres")
    as_user: list[str] = []
    if os.geteuid() == 0:  # the server refuses to run as root
        shutil.chown(folder, "postgres", "postgres")
        for parent in list(folder.parents)[:-2]:
            parent.chmod(0o755)
        as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    data = folder / "data"

    def call(program: str, *words: str) -> None:
        command = [*as_user, str(programs / program), "-D", str(data), *words]
        subprocess.run(command, check=True, capture_output=True, cwd=folder)

    call("initdb", "--username=astrolabe", "--auth=trust", "--no-sync")
    sockets = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off"
    call("pg_ctl", "--wait", "--log", str(folder / "log"), "--options", sockets, "start")
    yield f"postgresql+psycopg://astrolabe@/postgres?host={folder}"
    call("pg_ctl", "--wait", "--mode=immediate", "stop")


def test_answers_and_runs_come_back_exactly(url):
    answers = {"a": Scored((-0.1, -3.3333333333333335), True), "b": Generated("多\n", 7, "stop")}
    run = a_run()
    with Store(url) as store:
        store.save_answers(answers)
        store.save_answers({"a": Scored((0.0,), False)})
        assert store.answers(["a", "b", "c"]) == answers
        store.save_run(run)
        store.save_run(run)
        assert store.run(run.id[:3]) == run
    with Store(url) as store:
        assert [r.id for r in store.runs()] == [run.id]


def test_a_database_of_something_else_is_refused(url):
    import psycopg

    host = url.partition("host=")[2]
    with psycopg.connect(f"host={host} user=astrolabe dbname=postgres", autocommit=True) as admin:
        admin.execute("CREATE DATABASE kitchen")
    with psycopg.connect(f"host={host} user=astrolabe dbname=kitchen") as kitchen:
        kitchen.execute("CREATE TABLE recipes (dish text)")
    with pytest.raises(BadInput, match="database of something else"):
        Store(url.replace("/postgres?", "/kitchen?"))


def test_several_processes_may_open_and_write_one_new_database_at_once(url):
    import psycopg

    host = url.partition("host=")[2]
    with psycopg.connect(f"host={host} user=astrolabe dbname=postgres", autocommit=True) as admin:
        admin.execute("CREATE DATABASE busy")
    busy = url.replace("/postgres?", "/busy?")
    assert together(open_it, busy) == [0] * 6
    assert together(save_it, busy, 3) == ["saved"] * 3
    with Store(busy) as store:
        assert len(store.runs()) == 4
        assert store.run("same") == a_run("same")


def test_a_server_that_is_not_there_is_said_in_one_line():
    with pytest.raises(BadInput, match="cannot be used") as said:
        Store("postgresql+psycopg://nobody@127.0.0.1:1/none")
    assert "\n" not in str(said.value)
