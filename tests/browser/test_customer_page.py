"""The customer page in a real Chromium, over the real processes."""

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.customer_page import CustomerPage
from tests.processes.customer import Operator

MOBILE = {"viewport": {"width": 375, "height": 812}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}


def test_a_hurried_customer_gets_the_bill(page: CustomerPage, operator: Operator) -> None:
    number = operator.number()
    page.by("demo-search").fill(number[-4:])
    page.tab.locator(f'[data-number="{number}"]').click()
    page.ask("帮我查下上个月话费", "手机号码")
    page.by("demo-fill-number").click()
    expect(page.by("composer")).to_have_value(number)
    page.by("send").click()
    page.reads("验证码已发到")
    code = operator.code(number)
    page.tab.get_by_role("button", name=f"填入验证码 {code}").click()
    expect(page.by("composer")).to_have_value(code)
    page.by("send").click()
    bill = operator.bills(number)[0]["amountDue"]["value"]
    page.reads(f"账单是{bill:,.2f}元")
    expect(page.by("card-amount").last).to_have_text(re.compile(rf"{bill:,.2f}\s*元"))
    page.choose("剩余流量").click()
    page.reads("本月流量剩")
    expect(page.said("customer").last).to_contain_text("剩余流量")
    assert number not in page.said("bot").last.inner_text()


def test_a_question_may_be_pressed_on_the_empty_page(page: CustomerPage) -> None:
    page.by("greeting").get_by_role("button", name=re.compile("话费余额")).click()
    page.reads("手机号码")


def test_the_history_is_there_after_a_reload(page: CustomerPage) -> None:
    page.ask("你好", "您好")
    page.ask("谢谢", "不客气")
    before = page.by("message-text").all_inner_texts()
    page.tab.reload()
    expect(page.messages).to_have_count(4)
    assert page.by("message-text").all_inner_texts() == before
    page.ask("菜单", "我可以帮您查这些")


def test_what_was_written_offline_is_sent_once(page: CustomerPage) -> None:
    page.expected = ("ERR_INTERNET_DISCONNECTED", "WebSocket")
    page.ask("你好", "您好")
    page.context.set_offline(True)
    expect(page.by("connection-banner")).to_contain_text("网络已断开")
    page.type("谢谢")
    expect(page.said("customer")).to_have_count(2)
    page.context.set_offline(False)
    page.reads("不客气")
    expect(page.by("connection-banner")).to_have_count(0)
    page.tab.wait_for_timeout(1500)
    expect(page.messages).to_have_count(4)
    page.tab.reload()
    expect(page.messages).to_have_count(4)


def test_a_choice_pressed_twice_is_said_once(page: CustomerPage) -> None:
    page.ask("你好", "您好")
    page.choose("话费余额").dblclick()
    page.reads("手机号码")
    page.tab.wait_for_timeout(1000)
    expect(page.messages).to_have_count(4)


def test_enter_pressed_twice_sends_once(page: CustomerPage) -> None:
    page.by("composer").fill("你好")
    page.by("composer").press("Enter")
    page.by("composer").press("Enter")
    page.reads("您好")
    expect(page.said("customer")).to_have_count(1)


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "&lt;b&gt;",
        '"><svg onload=alert(1)>',
    ],
)
def test_markup_is_shown_as_text(text: str, page: CustomerPage) -> None:
    page.type(text)
    expect(page.said("customer").last.get_by_test_id("message-text")).to_have_text(text)
    expect(page.said("bot")).to_have_count(1, timeout=10_000)
    page.tab.reload()
    expect(page.said("customer").last.get_by_test_id("message-text")).to_have_text(text)
    assert page.tab.locator("main img[src=x], main svg[onload], main script").count() == 0


def test_a_text_that_is_too_long_cannot_be_sent(page: CustomerPage) -> None:
    page.by("composer").fill("字" * 1001)
    expect(page.by("send")).to_be_disabled()
    expect(page.by("counter")).to_contain_text("1001/1000")
    page.by("composer").press("Enter")
    expect(page.messages).to_have_count(0)


def picture(folder: Path, name: str = "picture.png") -> Path:
    Image.new("RGB", (320, 200), "steelblue").save(folder / name)
    return folder / name


def test_a_picture_is_kept(page: CustomerPage, tmp_path: Path) -> None:
    page.by("picture-input").set_input_files(picture(tmp_path))
    expect(page.by("picture-preview")).to_be_visible()
    page.by("send").click()
    page.reads("图片收到了")
    page.tab.reload()
    shown = page.said("customer").get_by_test_id("card").locator("img")
    expect(shown).to_be_visible()
    assert shown.evaluate("image => image.complete && image.naturalWidth") == 320


def test_what_is_no_picture_is_refused_before_it_is_sent(page: CustomerPage, tmp_path: Path) -> None:
    text = tmp_path / "note.txt"
    text.write_text("我的账单")
    page.by("picture-input").set_input_files(text)
    expect(page.by("composer-problem")).to_contain_text("仅支持 JPG、PNG、WebP、GIF")
    large = BytesIO()
    Image.new("RGB", (8, 8)).save(large, "PNG")
    (tmp_path / "large.png").write_bytes(large.getvalue() + b"\0" * 6 * 1024 * 1024)
    page.by("picture-input").set_input_files(tmp_path / "large.png")
    expect(page.by("composer-problem")).to_contain_text("超过了 5 MB")
    expect(page.by("picture-preview")).to_have_count(0)
    expect(page.messages).to_have_count(0)


def test_a_person_is_one_press_away(page: CustomerPage) -> None:
    page.by("human-button").click()
    expect(page.by("queue")).to_be_visible()
    expect(page.by("mode")).to_contain_text("排队")
    page.ask("我的账单不对，请帮我看看", "")
    page.tab.reload()
    expect(page.by("queue")).to_be_visible()
    page.choose("取消排队").click()
    page.reads("已取消排队")
    expect(page.by("queue")).to_have_count(0)
    page.ask("你好", "您好")


def test_two_tabs_of_one_customer_show_the_same(page: CustomerPage) -> None:
    page.ask("你好", "您好")
    other = CustomerPage(page.context, page.desk, page.operator)
    other.open()
    expect(other.messages).to_have_count(2)
    page.ask("谢谢", "不客气")
    expect(other.messages).to_have_count(4)
    assert other.by("message-text").all_inner_texts() == page.by("message-text").all_inner_texts()
    assert other.complaints == []


def test_the_mobile_page(open_page: Callable[..., CustomerPage], operator: Operator) -> None:
    page = open_page(**MOBILE)
    assert not page.scrolls_sideways()
    number = operator.number()
    page.by("demo-open").click()
    page.by("demo-search").fill(number)
    page.tab.locator(f'[data-number="{number}"]').tap()
    expect(page.by("demo-panel")).to_have_count(0)
    expect(page.by("composer")).to_have_value(number)
    page.ask("还剩多少流量", "手机号码")
    page.verify(number)
    page.reads("本月流量剩")
    expect(page.by("card").last).to_be_in_viewport()
    assert not page.scrolls_sideways()
    page.type("字" * 200 + "W" * 200)
    expect(page.said("customer").last).to_contain_text("W" * 20)
    assert not page.scrolls_sideways()
    page.by("large-button").tap()
    assert not page.scrolls_sideways()
    box = page.by("send").bounding_box()
    assert box
    assert min(box["width"], box["height"]) >= 40, "large enough for a thumb"


def test_the_keyboard_alone_is_enough(page: CustomerPage) -> None:
    expect(page.by("composer")).to_be_focused()
    page.tab.keyboard.type("你好")
    page.tab.keyboard.press("Shift+Enter")
    page.tab.keyboard.type("请问")
    page.tab.keyboard.press("Enter")
    expect(page.said("customer").last.get_by_test_id("message-text")).to_have_text("你好\n请问")
    page.reads("您好")
    expect(page.choose("剩余流量")).to_be_enabled()
    page.choose("剩余流量").focus()
    page.tab.keyboard.press("Enter")
    page.reads("手机号码")


def test_the_api_page_runs_without_a_content_network(page: CustomerPage) -> None:
    tab = page.context.new_page()
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(f"{page.desk}/docs")
    expect(tab.get_by_text("/api/v1/conversations/{conversation}/messages").first).to_be_visible()
    assert all(url.startswith((page.desk, "data:")) for url in asked)
