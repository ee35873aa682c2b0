"""``deploy replace``: the next model starts at Rasa's other place, desks turn to it, and the former server ends.

Killed at any moment it leaves one place live, and maybe a second server that nobody asks: the next call ends that. The
publisher calls it with a release, which goes live with its model, or alone where the model stays.
"""

import fcntl
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import sqlalchemy as sa

from common.database import transaction
from common.identity import channel_token
from common.settings import VAR, settings
from deploy import model, ports, readiness, supervisor
from deploy.steps import Problem, say, tail
from desk.bot_server import LOOK_SECONDS, Live, Place, go_live, live
from knowledge_base.authoring.release import Withdrawn, went_live

# Until the next server is ready beside one that works: many times what it takes.
START_SECONDS = 180
WARM_SECONDS = 30
# No message takes longer than `answer_seconds`, so this is never reached unless a server hangs.
DRAIN_SECONDS = 30
STAYS = "The model that answered before answers on"


def replace(*, previous: bool = False, var: Path = VAR, models: Path = model.MODELS) -> None:
    """Trains if the data have changed, and replaces the running Rasa; with ``previous`` by the former model.

    Raises :class:`Problem` when it cannot; whoever answered before answers on then.
    """
    if supervisor.running(var) is None:
        raise Problem("Wanhao does not run here: make run starts it, with a model of the present data.")
    with _alone(var):
        former = _live()
        chosen = Live(_other(former, var), former.release)
        if previous:
            model.go_back(models)
        changed = previous or model.ensure(models)
        try:
            model.give(chosen.place, models=models)
            _begin(former, chosen, var)
        except BaseException:
            if changed and live() != chosen:
                with suppress(Problem):
                    model.exchange(models)
            raise
        _end(former.place, var)


def publish(release: int, archive: Path | None, *, var: Path = VAR, models: Path = model.MODELS) -> None:
    """Lets a release go live, with the model of an archive, or with the one that answers.

    Where Wanhao does not run nobody is answered, and it is live by its own row alone. Leaves the model in place to the
    publisher. Raises :class:`Problem` when it cannot; what answered before answers on then.
    """
    if supervisor.running(var) is None:
        with _in_time(), transaction() as session:
            went_live(session, release)
        say(f"  live    release {release}; nothing runs")
        return
    with _alone(var):
        former = _live()
        if archive is None:
            with _in_time():
                go_live(former._replace(release=release))
            say(f"  live    release {release}")
            return
        chosen = _other(former, var)
        model.give(chosen, archive, models)
        _begin(former, Live(chosen, release), var)
        _end(former.place, var)


def _other(former: Live, var: Path) -> Place:
    """The place that does not answer; what an earlier call has left there when it was killed is ended."""
    chosen: Place = "rasa_next" if former.place == "rasa" else "rasa"
    _end(chosen, var)
    return chosen


def _begin(former: Live, chosen: Live, var: Path) -> None:
    """Starts the server at a place that does not answer, and has it answer. Raises :class:`Problem`."""
    say(f"Starting {chosen.place}; {former.place} answers meanwhile")
    try:
        _start(chosen.place, var)
        with _in_time():
            go_live(chosen)
    except BaseException:
        # What comes while it goes live may come when it already is.
        if live() != chosen:
            supervisor.stop(var, chosen.place)
        raise
    say(f"  live    {chosen.place}")


@contextmanager
def _in_time() -> Iterator[None]:
    """Raises :class:`Problem` when the release in the block is not to be published any more."""
    try:
        yield
    except Withdrawn as withdrawn:
        raise Problem(f"Release {withdrawn} has been given up meanwhile. {STAYS}.") from None


@contextmanager
def _alone(var: Path) -> Iterator[None]:
    """Raises :class:`Problem` while another one is in such a block; one that is killed leaves it, too."""
    with (var / "replace.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Problem("Another replacement is under way: wait until it has ended.") from None
        yield


def _live() -> Live:
    # Desks that follow another database, or none, would never hear of the change.
    other = "No process of this database runs here: set the same WANHAO_ variables as for make run, and try again."
    try:
        found = live()
    except sa.exc.SQLAlchemyError:
        raise Problem(other) from None
    if found is None:
        raise Problem(other)
    return found


def _start(place: Place, var: Path) -> None:
    """Starts the server there and waits until it answers at full speed. Raises :class:`Problem`."""
    used = ports.Ports.from_settings(settings())
    port = getattr(used, place)
    if not ports.is_free(port):
        raise Problem(f"{ports.taken_sentence(place, port, ports.owner_of(port))}. {STAYS}.")
    supervisor.start(var, place)
    try:
        ready: dict[str, str] = {place: f"{used.url(place)}/webhooks/desk/ready"}
        for name, seconds in readiness.wait(ready, START_SECONDS, lambda: _ended(place, var)):
            say(f"  ready   {name}, {seconds:.0f} s")
        _warm(port)
    except (readiness.NotReady, OSError, HTTPException) as failure:
        log = var / "log" / f"{place}.log"
        sentence = f"The next model did not start ({failure}). {STAYS}: see why in {log}, mend it, and try again."
        raise Problem(sentence, tail(log)) from None


def _ended(place: Place, var: Path) -> str | None:
    return None if supervisor.state(var, place) in {"STARTING", "RUNNING"} else place


def _warm(port: int) -> None:
    """Has a sentence understood: the first one takes longest. Raises ``OSError`` or ``HTTPException``."""
    connection = HTTPConnection(ports.HOST, port, timeout=WARM_SECONDS)
    headers = {"Authorization": f"Bearer {channel_token()}", "Content-Type": "application/json"}
    try:
        connection.request("POST", "/webhooks/desk/encode", json.dumps({"texts": ["您好"]}), headers)
        status = connection.getresponse().status
    finally:
        connection.close()
    if status == 401:
        raise Problem(f"It has another WANHAO_SECRET: set the one of make run, and try again. {STAYS}.")
    if status != 200:
        raise HTTPException(f"status {status}")


def _end(place: Place, var: Path) -> None:
    """Stops a server that is not live, once it has answered whatever it was asked."""
    if supervisor.state(var, place) in {"STOPPED", "EXITED", "FATAL"}:
        return
    url = f"{ports.Ports.from_settings(settings()).url(place)}/webhooks/desk/ready"
    start = time.monotonic()
    # Desks have heard of the change by then, and what they had sent before has arrived.
    time.sleep(2 * LOOK_SECONDS)
    while _answering(url) and time.monotonic() - start < DRAIN_SECONDS:
        time.sleep(0.1)
    supervisor.stop(var, place)
    say(f"  ended   {place}, {time.monotonic() - start:.0f} s")


def _answering(url: str) -> int:
    """How many messages a server is answering; 0 for one that is gone."""
    try:
        return int(json.loads(readiness.get(url)[1])["answering"])
    except (OSError, HTTPException, ValueError, KeyError):
        return 0
