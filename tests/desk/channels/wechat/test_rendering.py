from typing import Any

import pytest

from desk.channels.wechat.rendering import News, Picture, compose, packed, parts, unpacked
from desk.channels.wechat.splitting import fits
from desk.errors import sentence
from desk.store import Shown


def line(seq: int, text: str, *titles: str, card: dict[str, Any] | None = None) -> Shown:
    choices = [{"id": str(index), "title": title} for index, title in enumerate(titles)]
    return {"seq": seq, "role": "bot", "text": text, "choices": choices, "card": card, "at": ""}


def picture(seq: int) -> Shown:
    return line(seq, "", card={"kind": "picture", "url": "/api/v1/conversations/c/pictures/p1"})


def test_choices_are_numbered_below_the_text() -> None:
    (text, choices) = parts(line(1, "请选", "账单", "转人工"), numbered=True)

    assert text == "请选"
    assert choices == f"{sentence('wechat_choose')}\n1 账单\n2 转人工"


def test_titles_that_begin_with_a_digit_keep_their_own() -> None:
    choices = parts(line(1, "请打分", "5 非常满意", "4 满意"), numbered=True)[-1]

    assert choices == f"{sentence('wechat_choose')}\n5 非常满意\n4 满意"


def test_a_card_is_lines_below_the_sentence() -> None:
    rows = [{"label": "语音", "value": "12分钟", "note": "剩余"}, {"label": "流量", "value": "3GB", "note": None}]
    card = {"kind": "usage", "title": "用量", "amount": None, "rows": rows, "note": "截至今天"}

    shown = parts(line(1, "用量如下", card=card), numbered=True)

    assert shown == ["用量如下\n语音：12分钟（剩余）\n流量：3GB\n截至今天"]


def test_lines_are_merged_into_one_message_and_only_the_last_choices_have_numbers() -> None:
    lines = [line(1, "甲", "账单"), line(3, "乙", "转人工"), line(4, "丙")]

    composed = compose(lines, 0)

    assert composed is not None
    say = sentence("wechat_say", choices="账单")
    assert composed.part == f"甲\n{say}\n\n乙\n{sentence('wechat_choose')}\n1 转人工\n\n丙"
    assert (composed.sent_seq, composed.sent_part, composed.more) == (4, 0, False)


def test_pictures_go_alone_and_in_their_place() -> None:
    lines = [line(1, "甲"), picture(2), line(3, "乙")]

    said = []
    sent_seq, sent_part = 0, 0
    while (composed := compose([one for one in lines if one["seq"] > sent_seq], sent_part)) is not None:
        said.append(composed.part)
        sent_seq, sent_part = composed.sent_seq, composed.sent_part

    assert said == ["甲", Picture("p1"), "乙"]


@pytest.mark.parametrize("spare", [False, True])
def test_a_long_line_goes_in_several_messages_that_together_are_the_line(spare: bool) -> None:
    text = "".join(f"第{number}句话在这里。" for number in range(300))
    lines = [line(7, text, "账单"), line(9, "完")]

    said: list[str] = []
    sent_seq, sent_part = 6, 0
    while (composed := compose([one for one in lines if one["seq"] > sent_seq], sent_part, spare=spare)) is not None:
        assert isinstance(composed.part, str)
        assert fits(composed.part, 60 if spare else 0)
        said.append(composed.part)
        assert composed.more == (composed.sent_seq < 9)
        sent_seq, sent_part = composed.sent_seq, composed.sent_part

    assert len(said) > 3
    whole = "".join(said).replace("\n", "")
    assert whole == f"{text}{sentence('wechat_choose')}1 账单完"


def test_nothing_is_composed_of_nothing() -> None:
    assert compose([], 0) is None
    assert compose([line(1, "")], 0) is None


BALANCE = {"kind": "balance", "title": "话费余额", "amount": "15元", "rows": [{"label": "赠款", "value": "3元"}]}


def test_what_a_message_ends_in_can_be_pressed() -> None:
    composed = compose([line(1, "甲", "账单"), line(3, "乙", "账单", "转人工")], 0)

    assert composed is not None
    assert composed.choices == (("0", "1 账单"), ("1", "2 转人工"))
    assert str(composed.part).endswith("\n1 账单\n2 转人工")


def test_choices_with_something_behind_them_are_no_menu() -> None:
    composed = compose([line(1, "甲", "账单"), line(3, "乙")], 0)

    assert composed is not None
    assert composed.choices == ()


def test_a_card_is_news_alone_and_in_its_place() -> None:
    lines = [line(1, "先说一句"), line(2, "您的余额是15元。", "账单", card=BALANCE)]

    said = []
    sent_seq, sent_part = 0, 0
    while left := [one for one in lines if one["seq"] > sent_seq]:
        composed = compose(left, sent_part, news=True)
        assert composed is not None
        said.append((composed.part, composed.choices))
        sent_seq, sent_part = composed.sent_seq, composed.sent_part

    assert said == [
        ("先说一句", ()),
        (News("话费余额 15元", "您的余额是15元。\n赠款：3元"), ()),
        (f"{sentence('wechat_choose')}\n1 账单", (("0", "1 账单"),)),
    ]


def test_a_picture_is_no_news() -> None:
    composed = compose([picture(1)], 0, news=True)

    assert composed is not None
    assert composed.part == Picture("p1")


@pytest.mark.parametrize("part", ["您好", "", News("话费余额", "15元\n“]]>”")])
def test_an_answer_in_place_is_stored_and_read_as_it_is(part: str | News) -> None:
    assert unpacked(packed(part)) == part
