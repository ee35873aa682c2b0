"""A running desk with people of every role, and the time of the supervisor's side."""

from datetime import datetime, time, timedelta

import pytest

from common.times import SHANGHAI
from desk.supervisor import board, days, quality, stepping_in
from tests.desk.conftest import Clock
from tests.desk.staff.conftest import _cheap, admin, browser, browsers, client  # noqa: F401


@pytest.fixture
def clock(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The time of the desk and of its supervisors: noon in Shanghai, so that a day has room on both sides."""
    for module in (board, days, quality, stepping_in):
        monkeypatch.setattr(module, "utc_now", clock.now)
    tomorrow = clock.now().astimezone(SHANGHAI).date() + timedelta(days=1)
    clock.forward((datetime.combine(tomorrow, time(12), SHANGHAI) - clock.now()).total_seconds())
    return clock
