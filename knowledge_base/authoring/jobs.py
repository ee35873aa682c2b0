"""Long work of the author process, in the database: asked for by the desk, done once, seen by whoever looks.

Who works on a job holds its lease, which a beat renews; the lease of a dead process runs out, and the next one begins
the job anew. So a job must do no harm when it is done twice.
"""

import logging
import threading
from contextlib import nullcontext
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from common.database import reading, retried, transaction
from common.times import iso, utc_now
from knowledge_base.authoring.models import Job
from knowledge_base.content import content

logger = logging.getLogger(__name__)

WAITING, RUNNING, DONE, FAILED, CANCELLED = "waiting", "running", "done", "failed", "cancelled"
KINDS = ("train", "publish", "rollback")
# The others change what customers get, and are either done or not.
CANCELLABLE = frozenset({"train"})
BEAT_SECONDS = 1.0
# The beat's, on a machine that is busy, many times over.
LEASE = timedelta(seconds=15)
LOG_LINES = 200
STEP_LENGTH = 200
# A job whose process dies again and again is given up.
TOO_LONG = timedelta(minutes=30)


class Cancelled(Exception):
    """Somebody has asked for the job to end."""


class Lost(Exception):
    """The lease ran out, and another process may have taken the job over."""


def enqueue(
    kind: str,
    key: str,
    draft: int | None = None,
    staff: int | None = None,
    arguments: dict[str, Any] | None = None,
    session: Session | None = None,
) -> dict[str, Any]:
    """A new job as `shown` tells it; the same key returns the same job. A draft's former training is cancelled.

    With a session it belongs to the caller's transaction, which is to be `retried`. Raises ValueError for a kind that
    is unknown or not the one that the key was used for.
    """
    if kind not in KINDS:
        raise ValueError(f"no such kind of job: {kind}")
    if session is None:
        return _enqueued(kind, key, draft, staff, arguments)
    job = known(session, key)
    if job is None:
        if kind == "train" and draft is not None:
            for former in session.scalars(_open(kind).where(Job.draft_id == draft)):
                _cancel(former)
        job = Job(key=key, kind=kind, draft_id=draft, staff_id=staff, arguments=arguments or {}, created_at=utc_now())
        session.add(job)
        session.flush()
    if job.kind != kind:
        raise ValueError("the key was used for another kind of job")
    return shown(job)


@retried
def _enqueued(
    kind: str, key: str, draft: int | None, staff: int | None, arguments: dict[str, Any] | None
) -> dict[str, Any]:
    with transaction() as session:
        return enqueue(kind, key, draft, staff, arguments, session)


def known(session: Session, key: str) -> Job | None:
    """The row of the job that was asked for with a key."""
    job: Job | None = session.scalar(sa.select(Job).where(Job.key == key))
    return job


def _open(*kinds: str) -> Any:
    return sa.select(Job).where(Job.kind.in_(kinds), Job.state.in_((WAITING, RUNNING))).order_by(Job.id)


def shown(job: Job) -> dict[str, Any]:
    """A job as JSON."""
    return {
        "id": job.id,
        "kind": job.kind,
        "draft": job.draft_id,
        "staff": job.staff_id,
        "state": job.state or WAITING,
        "progress": job.progress or 0,
        "step": job.step or "",
        "log": job.log or "",
        "result": job.result,
        "cancel": bool(job.cancel),
        "created_at": iso(job.created_at),
        "started_at": None if job.started_at is None else iso(job.started_at),
        "ended_at": None if job.ended_at is None else iso(job.ended_at),
    }


def find(job: int) -> dict[str, Any] | None:
    """One job as JSON."""
    with reading() as session:
        row = session.get(Job, job)
        return None if row is None else shown(row)


def latest(session: Session, draft: int | None = None) -> dict[str, Any] | None:
    """A draft's newest job; without a draft the one that is running, else the one that will run next.

    One that changes what customers get comes before a training.
    """
    if draft is not None:
        row = session.scalar(sa.select(Job).where(Job.draft_id == draft).order_by(Job.id.desc()).limit(1))
    else:
        row = session.scalar(_open(*KINDS).order_by(None).order_by(Job.kind == "train", Job.state, Job.id).limit(1))
    return None if row is None else shown(row)


def cancel(job: int, session: Session | None = None) -> dict[str, Any] | None:
    """Ends a job that waits, and asks one that runs to end, if its kind can; the job as it is then."""
    with transaction() if session is None else nullcontext(session) as own:
        row = own.scalar(sa.select(Job).where(Job.id == job).with_for_update())
        if row is None:
            return None
        _cancel(row)
        return shown(row)


def _cancel(job: Job) -> None:
    if job.state == WAITING:
        job.state, job.ended_at = CANCELLED, utc_now()
    elif job.state == RUNNING and job.kind in CANCELLABLE:
        job.cancel = True


class Held:
    """A job that this process works on: a context in which its lease is renewed, until it is finished."""

    def __init__(self, job: Job) -> None:
        self.id: int = job.id
        self.kind: str = job.kind
        self.draft: int | None = job.draft_id
        self.staff: int | None = job.staff_id
        self.arguments: dict[str, Any] = dict(job.arguments or {})
        self.stop = threading.Event()
        self.cancelled = False
        self._lease = job.lease_until
        self._lost = False
        self._progress: int = 0
        self._step = ""
        self._log: list[str] = []
        self._over = threading.Event()
        self._ending: dict[str, Any] = {}
        # One writes at a time: each writing proves the lease by its time, and moves it.
        self._writing = threading.Lock()
        self._beat = threading.Thread(target=self._keep, name=f"job-{self.id}", daemon=True)
        self._beat.start()

    def progress(self, percent: int, step: str | None = None) -> None:
        """Says how far it is, 0 to 100, and what comes now. Raises Cancelled, Lost."""
        self.check()
        self._progress = max(0, min(100, percent))
        self._step = self._step if step is None else step[:STEP_LENGTH]

    def log(self, line: str) -> None:
        """Adds a line to the job's log, of which the last ones stay."""
        self._log.append(line)
        del self._log[:-LOG_LINES]

    def check(self) -> None:
        """Raises Cancelled when the job shall end, Lost when it is no longer ours."""
        if self._lost:
            raise Lost
        if self.stop.is_set():
            raise Cancelled

    def finish(self, state: str, result: dict[str, Any] | None = None, step: str | None = None) -> None:
        """Ends the job: done, failed or cancelled; called again, as it was called first. Raises Lost."""
        told = {} if step is None else {"step": step[:STEP_LENGTH]}
        whole = {"progress": 100} if state == DONE else {}
        self._end(state=state, result=result, lease_until=None, ended_at=utc_now(), **told, **whole)

    def give_back(self) -> None:
        """Lets another process begin the job anew: this one ends."""
        self._end(state=WAITING, lease_until=None)

    def _end(self, **values: Any) -> None:
        self._over.set()
        # What was done stays so, also if it could not be written down at once.
        self._ending = self._ending or values
        if not self._write(**self._ending):
            raise Lost
        self._beat.join()

    def _keep(self) -> None:
        while not self._over.wait(BEAT_SECONDS):
            try:
                if not self._write():
                    return
            except Exception as error:
                logger.warning("job %d: the database does not answer: %s", self.id, type(error).__name__)

    def _write(self, **ending: Any) -> bool:
        """Writes what is known, if the lease is still ours; a beat renews it, and hears of a cancelling."""
        with self._writing:
            if self._over.is_set() and not ending:
                return True
            until = utc_now() + LEASE
            values = {"progress": self._progress, "step": self._step, "log": "\n".join(self._log)}
            with transaction() as session:
                row = session.scalar(
                    sa.select(Job)
                    .where(Job.id == self.id, Job.state == RUNNING, Job.lease_until == self._lease)
                    .with_for_update()
                )
                if row is None:
                    self._lost = True
                    self.stop.set()
                    return False
                for name, value in {**values, "lease_until": until, **ending}.items():
                    setattr(row, name, value)
                if row.cancel:
                    self.cancelled = True
                    self.stop.set()
            self._lease = until
            return True


def lease(*kinds: str) -> Held | None:
    """The oldest job of some kinds that waits, or whose process has died; None when there is none."""
    now = utc_now()
    left = sa.or_(Job.state == WAITING, sa.and_(Job.state == RUNNING, Job.lease_until < now))
    due = sa.select(Job).where(Job.kind.in_(kinds), left).order_by(Job.id).limit(1)
    # Looked at each second, mostly for nothing: who writes does not have to wait for that.
    with reading() as session:
        if session.scalar(due) is None:
            return None
    with transaction() as session:
        row = session.scalar(due.with_for_update(skip_locked=True))
        if row is None:
            return None
        if row.state == RUNNING and (row.cancel or row.started_at < now - TOO_LONG):
            row.state, row.ended_at, row.lease_until = CANCELLED if row.cancel else FAILED, now, None
            row.step = row.step if row.cancel else content("training")["failed"]["died"]
            return None
        row.state, row.started_at, row.lease_until = RUNNING, row.started_at or now, now + LEASE
        row.progress, row.step, row.log, row.result = 0, "", "", None
    return Held(row)
