from datetime import timedelta

import pytest

from actions.complaint_facts import answer_by, tells, title_of, type_of, when_in, when_label, wish_in
from common.times import utc_now
from knowledge_base.content import content


def test_every_type_has_a_title_its_wishes_and_a_cause_that_is_counted() -> None:
    known = content("complaints")

    assert {name: title_of(name) for name in known["types"]}["port_out"] == "投诉携号转网受阻"
    assert len({title_of(name) for name in known["types"]}) == len(known["types"])
    for entry in known["types"].values():
        assert set(entry["wishes"]) <= set(known["wishes"])
        assert entry["cause"] in {"营销", "支撑", "服务", "网络", "流程", "规则"}
    assert set(known["causes"].values()) <= {entry["cause"] for entry in known["types"].values()}


def test_the_intent_says_the_type_and_where_it_does_not_the_words_do() -> None:
    assert type_of("complain_billing", "vas_subscription") == "billing"
    assert type_of("complain", "vas_subscription") == "vas"
    assert type_of("complain", None) == type_of("nlu_fallback", None) == "other"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("我要投诉", False),
        ("喂，你好，我要投诉你们！", False),
        ("我要投诉乱扣费", False),
        ("我要投诉你们这边手机网络太差了", True),
        ("上个月多扣了我五十块钱", True),
    ],
)
def test_a_first_sentence_that_tells_what_happened_is_known(words: str, told: bool) -> None:
    assert tells(words) == told


def test_what_is_wanted_is_heard_in_the_words() -> None:
    assert wish_in("乱扣我的钱，给我退回来") == "退费"
    assert wish_in("必须赔偿我") == "赔偿"
    assert wish_in("网太慢了") is None


def test_a_time_is_read_out_as_people_say_it() -> None:
    assert when_label(str(when_in({"month": "2026-10"}))) == "2026年10月"
    assert when_label("2026-11-03/2026-11-05") == "2026年11月3日至2026年11月5日"
    assert when_label("夏天那会儿") == "夏天那会儿"
    assert (when_in({"duration": "6M"}), when_in({})) == ("", None)


@pytest.mark.parametrize(("level", "days"), [("3星", 5), ("4星", 3), ("7星", 2), ("2A", 2), ("金", 5), (None, 5)])
def test_the_promise_follows_the_level(level: str | None, days: int) -> None:
    now = utc_now()

    assert answer_by(level, now) == now + timedelta(days=days)


def test_no_promise_is_beyond_the_laws_ceiling(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(content("promises")["complaint"], "otherwise_days", 40)

    assert (answer_by(None, now := utc_now()) - now).days == 15
