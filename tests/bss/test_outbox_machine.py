"""The outbox against an operator that fails in every way, processes that die in every place, and people who decide."""

import tempfile
from contextlib import ExitStack, suppress
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from bss import outbox
from bss.errors import ContractBroken, Rejected, Unavailable
from bss.tickets import NewTicket
from common.database import Base, engine
from common.times import utc_now
from tests.bss.test_outbox import rows
from tests.common.isolation import isolated

MOODS = ["well", "lost answer", "silent", "nonsense", "refuses", "kills before", "kills after"]
moods = st.sampled_from(MOODS)


class KilledError(BaseException):
    """The process ends here."""


class System:
    """An operator that keeps its promise about keys, and little else."""

    def __init__(self) -> None:
        self.tickets: dict[str, str] = {}
        self.mood = "well"

    def create(self, _new: NewTicket, key: str, receipt: str) -> str:
        """One ticket a key."""
        if self.mood == "kills before":
            raise KilledError
        if self.mood == "silent":
            raise Unavailable("down")
        if self.mood == "refuses" and key not in self.tickets:
            raise Rejected("no", "no")
        number = self.tickets.setdefault(key, f"TT{len(self.tickets)}-{receipt}")
        if self.mood == "kills after":
            raise KilledError
        if self.mood == "lost answer":
            raise Unavailable("lost")
        if self.mood == "nonsense":
            raise ContractBroken("no JSON")
        return number


class OutboxMachine(RuleBasedStateMachine):
    """Rules are what may happen; invariants what must hold after each."""

    def __init__(self) -> None:
        super().__init__()
        self._stack = ExitStack()
        patch = self._stack.enter_context(pytest.MonkeyPatch.context())
        folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory()))
        self._stack.enter_context(isolated(patch, folder))
        Base.metadata.create_all(engine())
        self._ahead = timedelta()
        self._system = System()
        self._receipts: dict[str, str] = {}
        self._known: dict[str, str] = {}
        patch.setattr(outbox, "utc_now", self._now)
        patch.setitem(outbox._SENDERS, NewTicket, self._system.create)

    def _now(self) -> datetime:
        return utc_now() + self._ahead

    def teardown(self) -> None:
        """When all is well again, everything that nobody must look at gets done."""
        self._system.mood = "well"
        for _ in range(3):
            self._ahead += timedelta(seconds=200)
            while outbox.work_one():
                pass
        for row in rows():
            assert row.state in {"done", "stuck", "withdrawn"}
        self._stack.close()

    @rule(message=st.integers(0, 3), mood=moods)
    def submit(self, message: int, mood: str) -> None:
        self._system.mood = mood
        key = f"m{message}:report"
        with suppress(KilledError):
            receipt = outbox.submit(NewTicket("fault", "t", f"word {message}", "major", "C1"), key)
            assert self._receipts.setdefault(key, receipt.number) == receipt.number

    @rule(mood=moods)
    def work(self, mood: str) -> None:
        self._system.mood = mood
        with suppress(KilledError):
            outbox.work_one()

    @rule(seconds=st.sampled_from([0, 20]), meanwhile=moods, mood=moods)
    def a_worker_is_slow_and_another_goes_on(self, seconds: int, meanwhile: str, mood: str) -> None:
        self._ahead += timedelta(seconds=130)
        slow = outbox._claim()
        self._ahead += timedelta(seconds=seconds)
        self.work(meanwhile)
        self._system.mood = mood
        if slow is not None:
            with suppress(KilledError):
                outbox._send(slow, told=False)

    @rule(seconds=st.sampled_from([1, 10, 20, 130]))
    def time_passes(self, seconds: int) -> None:
        self._ahead += timedelta(seconds=seconds)

    @rule(decision=st.sampled_from(["retry", "withdraw", "settle"]))
    def a_person_decides(self, decision: str) -> None:
        for row in rows():
            if row.state != "stuck":
                continue
            if decision == "retry":
                outbox.retry(row.receipt)
            elif decision == "withdraw":
                outbox.withdraw(row.receipt)
            else:
                outbox.settle(row.receipt, "by hand")
            return

    @invariant()
    def everything_holds(self) -> None:
        found = rows()
        receipts = {row.key: row.receipt for row in found}
        assert len(receipts) == len(found) == len(set(receipts.values())), "one row a key, one receipt a row"
        assert self._receipts.items() <= receipts.items(), "a receipt that was given out stays"
        for row in found:
            if row.state == "done":
                assert row.operator_number in {self._system.tickets.get(row.key), "by hand"}
                assert self._known.setdefault(row.key, row.operator_number) == row.operator_number, "a number stays"
            else:
                assert row.operator_number is None
                assert row.key not in self._known, "what is done stays done"
            assert (row.payload is None) == (row.state in {"done", "withdrawn"}), "words are kept while needed"
            assert row.lease is None or row.state == "waiting", "only what waits is being sent"


TestOutboxMachine = OutboxMachine.TestCase
TestOutboxMachine.settings = settings(
    max_examples=40, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
