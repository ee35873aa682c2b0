from datetime import datetime, timedelta, timezone

from desk.channels.wechat.quota import Quota

NOW = datetime(2026, 11, 26, tzinfo=timezone.utc)


def test_five_messages_may_follow_a_customers_in_two_days() -> None:
    quota = Quota().after_message(NOW)

    assert quota.now_left(NOW + timedelta(hours=47)) == 5
    assert quota.now_left(NOW + timedelta(hours=48)) == 0
    assert not quota.is_open(NOW + timedelta(hours=48))


def test_three_messages_may_follow_a_click_in_a_minute() -> None:
    quota = Quota().after_event(NOW)

    assert quota.now_left(NOW + timedelta(seconds=59)) == 3
    assert quota.now_left(NOW + timedelta(seconds=60)) == 0


def test_what_ends_first_is_used_first() -> None:
    quota = Quota().after_message(NOW).after_event(NOW)
    for left in (7, 6, 5, 4):
        quota = quota.spend(NOW)
        assert quota.now_left(NOW) == left

    assert (quota.left, quota.event_left) == (4, 0)


def test_a_used_up_window_is_still_open() -> None:
    quota = Quota().after_message(NOW)
    for _ in range(6):
        quota = quota.spend(NOW)

    assert quota.now_left(NOW) == 0
    assert quota.is_open(NOW)


def test_only_the_last_messages_wait_for_company() -> None:
    quota = Quota().after_message(NOW)
    waits = []
    while quota.now_left(NOW):
        waits.append(quota.patience(NOW).total_seconds())
        quota = quota.spend(NOW)

    assert waits == [0, 0, 0, 4, 15]
    assert Quota().after_event(NOW).patience(NOW) == timedelta()
