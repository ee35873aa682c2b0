"""Loops in the background."""

import threading

import pytest

from common import loops


def test_a_loop_survives_what_its_step_raises_and_says_whether_it_goes_round(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stopping, called = threading.Event(), threading.Semaphore(0)

    def step() -> bool:
        called.release()
        raise RuntimeError

    loop = loops.Loop("x", step, stopping, 0.01)
    assert not loop.well
    loop.start()
    assert all(called.acquire(timeout=5) for _ in range(3))
    assert loop.well
    monkeypatch.setattr(loops, "SILENT_SECONDS", -1.0)
    assert not loop.well
    stopping.set()
    loop.join(5)
    assert not loop.is_alive()
