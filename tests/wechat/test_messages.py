"""Every kind of message through a real desk, as a phone shows it."""

import time
from pathlib import Path

from desk.errors import sentence
from tests.desk.test_pictures import PNG
from tests.wechat.account import Account
from tests.wechat.api import Fault
from tests.wechat.bot import TITLES
from tests.wechat.desk import World, world
from tests.wechat.platform import BROKEN, Phone, Platform


def test_words_are_answered_in_place(hall: World, phone: Phone) -> None:
    delivery = hall.platform.says(phone, "查话费")

    assert (delivery.reply, len(delivery.tries)) == ("答：查话费", 1)
    assert phone.shown == ["答：查话费"]


def test_recognised_speech_is_what_was_said(hall: World, phone: Phone) -> None:
    hall.platform.sends(phone, "voice", MediaId="m", Format="amr", Recognition="查话费")
    hall.platform.sends(phone, "voice", MediaId="m", Format="amr", Recognition="")

    assert phone.shown == ["答：查话费", sentence("wechat_voice")]


def test_a_picture_is_fetched_by_its_id_never_from_its_address(hall: World, phone: Phone) -> None:
    media = hall.platform.api.put(PNG, "image/png")
    hall.platform.sends(phone, "image", PicUrl="http://127.0.0.1:1/never", MediaId=media)

    assert sentence("wechat_picture_lost") not in phone.text
    assert phone.notices == []

    hall.platform.sends(phone, "image", PicUrl="http://127.0.0.1:1/never", MediaId="gone")
    assert phone.shown[-1] == sentence("wechat_picture_lost")


def test_a_place_is_told_by_its_name_and_where_it_is(hall: World, phone: Phone) -> None:
    where = {"Location_X": "31.23", "Location_Y": "121.47", "Scale": "16"}
    hall.platform.sends(phone, "location", Label="上海市黄浦区人民大道", **where)
    hall.platform.sends(phone, "location", Label="", **where)
    hall.platform.sends(phone, "location", Label="")

    assert "人民大道" in phone.shown[0]
    assert '"near": "31.230,121.470"' in phone.shown[1]
    assert phone.shown[-1] == sentence("wechat_location_unread")


def test_a_link_is_what_was_said(hall: World, phone: Phone) -> None:
    hall.platform.sends(phone, "link", Title="套餐", Description="说明", Url="https://example.com/")

    assert phone.shown == ["答：套餐\n说明\nhttps://example.com/"]


def test_films_get_a_sentence(hall: World, phone: Phone) -> None:
    for kind in ("video", "shortvideo"):
        hall.platform.sends(phone, kind, MediaId="m", ThumbMediaId="t")

    assert phone.shown == [sentence("wechat_unread")] * 2


def test_a_kind_that_nobody_knows_gets_a_sentence(hall: World, phone: Phone) -> None:
    hall.platform.sends(phone, "hologram")

    assert phone.shown == [sentence("wechat_unread")]


def test_who_follows_is_greeted_and_who_comes_back_too(hall: World, phone: Phone) -> None:
    hall.platform.sends(phone, "event", Event="subscribe", EventKey="")
    assert sentence("wechat_greeting") in phone.shown[0]

    hall.platform.sends(phone, "event", Event="unsubscribe", EventKey="")
    time.sleep(1)
    hall.platform.sends(phone, "event", Event="subscribe", EventKey="qrscene_fault", Ticket="t")
    assert sentence("wechat_greeting") in phone.shown[-1]
    assert len(phone.shown) == 2


def test_a_click_and_a_scan_say_their_words(hall: World, phone: Phone) -> None:
    hall.platform.clicks(phone, "balance")
    hall.platform.sends(phone, "event", Event="SCAN", EventKey="fault", Ticket="t")
    unknown = hall.platform.clicks(phone, "no-such-key")

    assert phone.shown == ["答：查话费余额", "答：我要报障"]
    assert unknown.tries == [(200, "success")]


def test_reports_of_the_platform_are_acknowledged_only(hall: World, phone: Phone) -> None:
    for event in ("VIEW", "LOCATION", "TEMPLATESENDJOBFINISH", "view_miniprogram"):
        delivery = hall.platform.sends(phone, "event", Event=event, EventKey="k", Latitude="1", Longitude="2")
        assert delivery.tries == [(200, "success")]

    assert phone.shown == []


def test_choices_are_numbered_and_pressed_by_their_number(hall: World, phone: Phone) -> None:
    hall.platform.says(phone, "选")
    assert [f"{number} {title}" in phone.shown[0] for number, title in enumerate(TITLES, 1)] == [True] * 3

    hall.platform.says(phone, "2")
    assert phone.shown[1] == "答：/1"


def test_a_slow_bot_gets_one_answer_shown(hall: World, phone: Phone) -> None:
    delivery = hall.platform.says(phone, "慢 8 查话费")
    phone.until(lambda: "答：查话费" in phone.text, 20)
    time.sleep(3)

    assert delivery.seconds < 5
    assert (phone.text.count("答：查话费"), phone.notices) == (1, [])
    assert sum("查话费" in text for text in hall.bot.asked.values() if text.startswith("慢 8")) == 1


def test_three_deliveries_are_one_message_and_one_answer(hall: World, phone: Phone) -> None:
    first = hall.platform.says(phone, "第一句", lost=2)
    second = hall.platform.says(phone, "慢 0.3 第二句", hung_up=2)
    third = hall.platform.says(phone, "慢 0.5 第三句", lost=2)
    phone.until(lambda: "第三句" in phone.text)
    time.sleep(1.5)

    assert [len(delivery.tries) for delivery in (first, second, third)] == [3, 3, 3]
    assert "\n\n".join(phone.shown).split("\n\n") == ["答：第一句", "答：第二句", "答：第三句"]
    assert len([text for text in hall.bot.asked.values() if text == "第一句"]) == 1


def test_who_gets_no_reply_at_all_gets_none_twice_either(hall: World, phone: Phone) -> None:
    delivery = hall.platform.says(phone, "丢了", lost=3)

    assert (len(delivery.tries), phone.notices, phone.shown) == (3, [BROKEN], [])
    hall.platform.says(phone, "又来了")
    assert phone.shown == ["答：又来了"]


def test_in_the_clear_the_same_holds(tmp_path: Path) -> None:
    with world(tmp_path, Platform(Account(aes_key=None, template_id=None), second=0.2)) as plain:
        phone = plain.platform.phone("oPlain")
        plain.platform.says(phone, "查话费", lost=1)
        plain.platform.says(phone, "慢 1.5 查流量")
        phone.until(lambda: "答：查流量" in phone.text)

        assert phone.shown == ["答：查话费", "答：查流量"]


def test_choices_of_a_late_answer_are_a_menu_and_a_press_is_that_choice(hall: World, phone: Phone) -> None:
    hall.platform.says(phone, "慢 2 选")
    phone.until(lambda: phone.menu)
    hall.platform.says(phone, "先说别的")

    assert list(phone.menu) == [f"{number} {title}" for number, title in enumerate(TITLES, 1)]
    assert phone.shown[0].startswith("答：选")

    assert hall.platform.presses(phone, "3 账单").reply == "答：/2"


def test_a_number_still_presses_what_a_menu_shows(hall: World, phone: Phone) -> None:
    hall.platform.says(phone, "慢 2 选")
    phone.until(lambda: phone.menu)

    assert hall.platform.says(phone, "2").reply == "答：/1"


def test_a_menu_of_somebody_elses_presses_nothing(hall: World, phone: Phone) -> None:
    phone.menu = {"账单": "no-such-choice"}

    assert hall.platform.presses(phone, "账单").reply == sentence("choice_unknown")


def test_where_menus_may_not_be_sent_choices_are_numbered(hall: World, phone: Phone) -> None:
    hall.platform.api.faults["message/custom/send"] = [Fault("code", 40008)]
    hall.platform.says(phone, "慢 2 选")
    phone.until(lambda: phone.shown)

    assert (phone.menu, phone.shown[0].endswith("3 账单")) == ({}, True)


def test_a_card_is_news_where_there_is_somewhere_to_lead_to(tmp_path: Path) -> None:
    account = Account(card_url="https://hall.example/balance")
    with world(tmp_path, Platform(account, second=0.2)) as made:
        phone = made.platform.phone("o1")
        made.platform.says(phone, "卡")
        made.platform.says(phone, "慢 2 卡")
        phone.until(lambda: len(phone.shown) == 2)

    assert phone.news == [("话费余额 15.00元", "https://hall.example/balance")] * 2
    assert phone.shown == ["答：卡\n可用余额：12.00元\n赠款：3.00元"] * 2
