"""A replacement over a small server that stands in for Rasa, under a real supervisor."""

import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

import desk.bot_server
from common.database import Base, engine, transaction
from deploy import model, readiness, supervisor
from deploy.ports import Ports
from deploy.processes import Process
from deploy.replace import publish, replace
from deploy.steps import Problem
from deploy.supervisor import Supervisor
from desk.bot_server import Live, Place, go_live, live
from knowledge_base.authoring.models import Draft, Release
from tests.common.isolation import isolated
from tests.deploy.test_supervisor import until

# Rasa as the replacement sees it. The folder's files say how it does: `broken`, `answering`, `status` of a warming up.
RASA = """
import http.server, json, pathlib, sys
folder = pathlib.Path(sys.argv[2])
told = lambda name, other: int((folder / name).read_text()) if (folder / name).exists() else other
if told("broken", 0) == int(sys.argv[1]):
    sys.exit("no such model")
class Rasa(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps({"ready": True, "answering": told("answering", 0)}).encode())
    def do_POST(self):
        self.send_response(told("status", 200))
        self.end_headers()
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Rasa).serve_forever()
"""


class Running:
    """Two places under a supervisor, the first of them live."""

    def __init__(self, var: Path, ports: Ports) -> None:
        self.var, self.ports, self.models = var, ports, var / "models"
        self.models.mkdir()
        (self.models / model.ARCHIVE).write_text("new")
        (self.models / "previous").mkdir()
        (self.models / "previous" / model.ARCHIVE).write_text("old")

    def replace(self, *, previous: bool = False) -> None:
        """See `deploy.replace`."""
        replace(previous=previous, var=self.var, models=self.models)

    def says(self, name: str, value: int) -> None:
        """How the servers do from now on."""
        (self.var / name).write_text(str(value))

    @property
    def states(self) -> tuple[str | None, str | None]:
        """Of both places."""
        return supervisor.state(self.var, "rasa"), supervisor.state(self.var, "rasa_next")

    @property
    def archives(self) -> tuple[str, str]:
        """The model in place, and the former one."""
        return (self.models / model.ARCHIVE).read_text(), (self.models / "previous" / model.ARCHIVE).read_text()


@pytest.fixture
def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    """See `Running`. The data that its model is made from have not changed."""
    ports = Ports.free()
    made = Running(tmp_path, ports)
    script = tmp_path / "rasa.py"
    script.write_text(RASA)
    processes = [
        Process(
            name, (sys.executable, str(script), str(getattr(ports, name)), str(tmp_path)), ports.url(name), waits=waits
        )
        for name, waits in (("rasa", False), ("rasa_next", True))
    ]
    monkeypatch.setattr(model, "data_hash", lambda: "a")
    model.leave(made.models / f"{model.NAME}.hash", "a")
    with isolated(monkeypatch, tmp_path, rasa_url=ports.url("rasa"), rasa_next_url=ports.url("rasa_next")):
        desk.bot_server.Base.metadata.create_all(engine())
        go_live(Live("rasa"))
        started = Supervisor(processes, tmp_path, os.environ)
        try:
            assert len(list(readiness.wait({"rasa": ports.url("rasa")}, 20))) == 1
            # Some seconds of running are what the supervisor calls a start.
            until(lambda: made.states[0] == "RUNNING")
            yield made
        finally:
            started.stop()


def test_a_place_that_waits_is_not_started_with_the_rest(running: Running) -> None:
    assert running.states == ("RUNNING", "STOPPED")


def test_the_other_place_answers_then_and_the_former_server_has_ended(running: Running) -> None:
    running.replace()
    assert live() == Live("rasa_next")
    assert running.states == ("STOPPED", "RUNNING")
    running.replace()
    assert live() == Live("rasa")
    assert running.states == ("RUNNING", "STOPPED")


def test_the_former_server_ends_only_when_it_has_answered_everything(running: Running) -> None:
    running.says("answering", 1)
    replacing = threading.Thread(target=running.replace)
    replacing.start()
    until(lambda: live() == Live("rasa_next"))
    replacing.join(3)
    assert replacing.is_alive()
    assert running.states == ("RUNNING", "RUNNING")
    running.says("answering", 0)
    replacing.join(10)
    assert running.states == ("STOPPED", "RUNNING")


def test_a_model_that_does_not_start_leaves_all_as_it_was(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    def trained(models: Path) -> bool:
        model.exchange(models)
        return True

    monkeypatch.setattr(model, "ensure", trained)
    running.says("broken", running.ports.rasa_next)
    with pytest.raises(Problem, match=r"The model that answered before answers on: see why in .*rasa_next\.log"):
        running.replace()
    assert live() == Live("rasa")
    assert running.states == ("RUNNING", "STOPPED")
    assert running.archives == ("new", "old")


def test_what_breaks_off_when_the_next_model_is_live_already_leaves_it_so(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(chosen: Live) -> None:
        go_live(chosen)
        raise KeyboardInterrupt

    monkeypatch.setattr("deploy.replace.go_live", interrupted)
    with pytest.raises(KeyboardInterrupt):
        running.replace(previous=True)
    assert live() == Live("rasa_next")
    until(lambda: running.states == ("RUNNING", "RUNNING"))
    assert running.archives == ("old", "new")


@pytest.mark.parametrize(("status", "sentence"), [(401, "another WANHAO_SECRET"), (500, "did not start")])
def test_a_server_that_understands_nothing_does_not_go_live(running: Running, status: int, sentence: str) -> None:
    running.says("status", status)
    with pytest.raises(Problem, match=sentence):
        running.replace()
    assert live() == Live("rasa")
    assert running.states == ("RUNNING", "STOPPED")


def test_the_former_model_comes_back_and_stays_until_the_data_change(running: Running) -> None:
    running.replace(previous=True)
    assert live() == Live("rasa_next")
    assert running.archives == ("old", "new")
    assert model.is_current(running.models, "a")


@pytest.mark.parametrize(("place", "left"), [("rasa", "rasa_next"), ("rasa_next", "rasa")])
def test_what_a_killed_replacement_has_left_is_ended_by_the_next(running: Running, place: Place, left: Place) -> None:
    supervisor.start(running.var, "rasa_next")
    until(lambda: running.states == ("RUNNING", "RUNNING"))
    go_live(Live(place))
    running.replace()
    assert live() == Live(left)
    assert supervisor.state(running.var, left) == "RUNNING"
    assert supervisor.state(running.var, place) == "STOPPED"


def test_two_at_the_same_time_are_refused(running: Running) -> None:
    running.says("answering", 1)
    first = threading.Thread(target=running.replace)
    first.start()
    until(lambda: live() == Live("rasa_next"))
    with pytest.raises(Problem, match="Another replacement is under way"):
        running.replace()
    running.says("answering", 0)
    first.join(10)
    assert running.states == ("STOPPED", "RUNNING")


def test_a_database_that_no_desk_follows_is_noticed(running: Running) -> None:
    go_live(None)
    with pytest.raises(Problem, match="set the same WANHAO_ variables"):
        running.replace()
    Base.metadata.tables["bot_server"].drop(engine())
    with pytest.raises(Problem, match="set the same WANHAO_ variables"):
        running.replace()
    assert running.states == ("RUNNING", "STOPPED")


def test_nothing_is_replaced_where_nothing_runs(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="Wanhao does not run here"):
        replace(var=tmp_path)


def prepared(release: int, state: str = "preparing", draft: str | None = None) -> int:
    """A release with a row; with `draft` it has a draft in that state."""
    with transaction() as session:
        if draft:
            session.add(Draft(id=release, key=f"{release}", title="草稿", state=draft, created_by=1))
        session.add(Release(id=release, draft_id=release if draft else None, title="发布", state=state))
    return release


def state(release: int) -> tuple[str, str | None]:
    """Of a release and of its draft."""
    with transaction() as session:
        draft = session.get(Draft, release)
        return session.get(Release, release).state, draft and draft.state


def test_a_release_goes_live_with_its_model_and_the_former_server_ends(running: Running, tmp_path: Path) -> None:
    archive = tmp_path / "release.tar.gz"
    archive.write_text("its own")
    publish(prepared(7, draft="approved"), archive, var=running.var, models=running.models)
    assert live() == Live("rasa_next", 7)
    assert state(7) == ("live", "published")
    assert running.states == ("STOPPED", "RUNNING")
    assert (running.models / "rasa_next" / model.ARCHIVE).read_text() == "its own"
    assert running.archives == ("new", "old")
    running.replace()
    assert live() == Live("rasa", 7)


def test_a_release_without_a_model_goes_live_where_it_is(running: Running) -> None:
    publish(prepared(7), None, var=running.var, models=running.models)
    assert live() == Live("rasa", 7)
    assert state(7) == ("live", None)
    assert running.states == ("RUNNING", "STOPPED")


@pytest.mark.parametrize("own_model", [True, False])
@pytest.mark.parametrize(("of", "draft"), [("failed", None), ("preparing", "open")])
def test_what_was_given_up_meanwhile_does_not_go_live(
    running: Running, own_model: bool, of: str, draft: str | None
) -> None:
    with pytest.raises(Problem, match="Release 7 has been given up"):
        publish(
            prepared(7, of, draft),
            running.models / model.ARCHIVE if own_model else None,
            var=running.var,
            models=running.models,
        )
    assert live() == Live("rasa")
    assert state(7) == (of, draft)
    assert running.states == ("RUNNING", "STOPPED")


def test_a_release_whose_model_does_not_start_leaves_all_as_it_was(running: Running) -> None:
    running.says("broken", running.ports.rasa_next)
    with pytest.raises(Problem, match="answers on"):
        publish(prepared(7), running.models / model.ARCHIVE, var=running.var, models=running.models)
    assert (live(), state(7)) == (Live("rasa"), ("preparing", None))
    assert running.states == ("RUNNING", "STOPPED")


def test_where_nothing_runs_a_release_is_live_by_its_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with isolated(monkeypatch, tmp_path):
        desk.bot_server.Base.metadata.create_all(engine())
        publish(prepared(7), tmp_path / "release.tar.gz", var=tmp_path)
        assert (live(), state(7)) == (None, ("live", None))
