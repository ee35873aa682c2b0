"""A new answer on its way from an editor to a customer and back, in browsers of their own, over the running product."""

import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.customer_page import CustomerPage
from tests.browser.editor_page import WORK_MS, EditorPage
from tests.browser.tab import ANSWER_MS
from tests.copied import CopiedStack, copied_stack
from tests.processes.customer import Operator

pytestmark = [pytest.mark.processes, pytest.mark.timeout(1800)]

ANSWER = "在微信里打开视频彩铃小程序，选好视频，点“设为彩铃”就换好了。"
SENTENCES = (
    "视频彩铃怎么换",
    "我想把彩铃的视频换一个",
    "彩铃视频可以换成自己拍的吗",
    "在哪里更换视频彩铃",
    "现在这个彩铃看腻了怎么换别的",
    "别人打给我看到的那个视频怎么改",
    "怎么给自己换个新的彩铃视频",
    "视频彩铃更换方法",
    "彩铃换成别的视频要怎么弄",
    "设好的视频彩铃还能换不",
)
EDITORS, REVIEWER = "demo.editor", "demo.supervisor"


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CopiedStack]:
    """The product in a folder of its own, since publishing writes the project's files."""
    with copied_stack(tmp_path_factory.mktemp("edited")) as running:
        yield running


@pytest.fixture(scope="module")
def operator(stack: CopiedStack) -> Iterator[Operator]:
    """Its sandbox."""
    with Operator(stack.sandbox) as operator:
        yield operator


@pytest.fixture
def opened(open_tab: Callable[..., Any], stack: CopiedStack) -> Callable[[str], EditorPage]:
    """Opens the editor's pages as somebody."""

    def open_one(login: str) -> EditorPage:
        size = {"viewport": {"width": 1440, "height": 900}}
        page: EditorPage = open_tab(lambda context: EditorPage(context, stack.desk), **size)
        page.sign_in(login)
        return page

    return open_one


@pytest.fixture
def editor(opened: Callable[[str], EditorPage]) -> EditorPage:
    """The tab of somebody who writes."""
    return opened(EDITORS)


@pytest.fixture
def customer(open_page: Callable[..., CustomerPage]) -> CustomerPage:
    """A customer's page."""
    return open_page(viewport={"width": 1280, "height": 800})


def answer_to(customer: CustomerPage, text: str) -> Locator:
    """What the bot says to a sentence, once it has said it."""
    before = customer.said("bot").count()
    customer.type(text)
    answer = customer.said("bot").nth(before)
    expect(answer).to_be_visible(timeout=ANSWER_MS)
    return answer


def test_a_new_intent_reaches_a_customer_and_is_taken_back(
    editor: EditorPage, opened: Callable[[str], EditorPage], customer: CustomerPage, chromium: Browser
) -> None:
    expect(answer_to(customer, "视频彩铃怎么换")).not_to_contain_text("设为彩铃")
    customer.type("菜单")
    began = time.monotonic()
    editor.begins("换视频彩铃")
    editor.writes_intent("ringtone_change", "换视频彩铃", SENTENCES, ANSWER)
    editor.looks_at_draft()
    editor.trains()
    trained = time.monotonic()
    editor.submits("客户常问怎么换视频")
    # Whoever wrote it cannot let it through.
    expect(editor.by("approve")).to_have_count(0)
    expect(editor.by("publish")).to_have_count(0)

    reviewer = opened(REVIEWER)
    reviewer.chooses("换视频彩铃")
    reviewer.approves("看过了")
    editor.tab.reload()
    editor.chooses("换视频彩铃")
    editor.publishes()
    published = time.monotonic()
    customer.ask("视频彩铃怎么换", "设为彩铃")
    answered = time.monotonic()
    customer.ask("帮我把视频彩铃换一个", "设为彩铃")

    editor.goes_back("先不上线")
    back = time.monotonic()
    expect(answer_to(customer, "视频彩铃怎么换")).not_to_contain_text("设为彩铃")
    sys.stdout.write(
        f"\nwritten and trained {trained - began:.0f} s, reviewed and published {published - trained:.0f} s, "
        f"answered after {answered - began:.0f} s, taken back in {back - answered:.0f} s"
    )


def test_sentences_of_another_intent_are_stopped(editor: EditorPage) -> None:
    editor.begins("撞车的意图")
    # As many as a new intent needs; only the first is one of 查余额, too.
    sentences = ("查余额", "我名下的奖励金到账没", "看看充值返的红包", "预存的钱什么时候返", "活动送的钱在哪看")
    editor.writes_intent("check_money", "查钱", sentences, "您稍等，马上为您查。")
    expect(editor.finding("duplicate_elsewhere")).to_have_count(1)
    expect(editor.by("example").filter(has=editor.finding("duplicate_elsewhere"))).to_contain_text("查余额")
    expect(editor.by("findings-count")).to_have_class("bad")
    editor.looks_at_draft()
    expect(editor.by("submit-blocked")).to_have_text("请先训练，再提交审批")
    editor.by("draft-check").click()
    expect(editor.by("submit-blocked")).to_have_text("有1个错误，改好后才能提交", timeout=60_000)
    expect(editor.by("submit")).to_be_disabled()


def test_a_fixed_case_that_breaks_needs_a_reason(
    editor: EditorPage, opened: Callable[[str], EditorPage], stack: CopiedStack
) -> None:
    live = stack.knowledge().objects["intent"]["thanks"]
    few = [sentence for sentence in live["examples"] if "谢" not in sentence][:6]
    editor.begins("少说谢谢")
    editor.opens("intents")
    editor.by("object-search").fill("thanks")
    editor.by("object-thanks").click()
    expect(editor.by("editor")).to_contain_text("thanks")
    draft = editor.tab.evaluate(
        """async ([value, base]) => {
            const me = await (await fetch('/api/staff/v1/me')).json();
            const headers = {'X-CSRF-Token': me.csrf, 'Content-Type': 'application/json'};
            const drafts = await (await fetch('/api/kb/v1/drafts?state=open')).json();
            const id = drafts.find((one) => one.title === '少说谢谢').id;
            const body = JSON.stringify({value, version: 0, base});
            const answer = await fetch(`/api/kb/v1/drafts/${id}/objects/intent/thanks`, {method: 'PUT', headers, body});
            return answer.status;
        }""",
        [live | {"examples": few}, live],
    )
    assert draft == 200
    editor.tab.reload()
    editor.looks_at_draft()
    editor.trains()
    expect(editor.by("broken-count")).not_to_have_text("0")
    expect(editor.by("submit-blocked")).to_be_visible()
    expect(editor.by("submit")).to_be_disabled()
    for reason in editor.by("case-reason").all():
        reason.fill("客服领导同意，谢谢改由闲聊回答")
    editor.submits("有意为之")
    reviewer = opened(REVIEWER)
    reviewer.chooses("少说谢谢")
    expect(reviewer.by("report")).to_contain_text("客服领导同意")
    reviewer.by("review-note-field").fill("不同意")
    reviewer.by("reject").click()
    reviewer.is_in("open")


def test_an_entry_of_the_knowledge_answers_without_training(
    editor: EditorPage, opened: Callable[[str], EditorPage], customer: CustomerPage
) -> None:
    editor.begins("新的常见问题")
    editor.opens("content")
    editor.by("new-faq").click()
    editor.by("object-key").fill("bring-pet")
    editor.by("field-question").fill("去营业厅能带宠物吗？")
    editor.by("field-answer").fill("导盲犬可以进营业厅，其他宠物请留在门外。")
    editor.by("field-also").fill("营业厅让带狗进去吗\n能带猫去你们门店吗\n办业务可以抱着狗吗")
    expect(editor.finding("topic_missing")).to_be_visible(timeout=WORK_MS)
    editor.by("field-topic").click()
    editor.tab.keyboard.type("store_info")
    editor.by("intent-option-store_info").click()
    editor.is_checked()
    expect(editor.finding("topic_missing")).to_have_count(0, timeout=WORK_MS)
    editor.by("save").click()
    editor.looks_at_draft()
    began = time.monotonic()
    editor.trains()
    editor.submits("客户问过")
    reviewer = opened(REVIEWER)
    reviewer.chooses("新的常见问题")
    reviewer.approves("可以")
    editor.tab.reload()
    editor.chooses("新的常见问题")
    editor.publishes()
    customer.ask("去营业厅能带宠物吗", "导盲犬可以进营业厅")
    sys.stdout.write(f"\nan entry answered after {time.monotonic() - began:.0f} s")


def test_what_the_bot_did_not_understand_waits_in_the_inbox(editor: EditorPage, customer: CustomerPage) -> None:
    customer.type("我家那个盒子老是唱歌怎么治")
    expect(customer.messages.last).to_be_visible()
    customer.type("转人工")
    customer.heard("排在")
    editor.opens("inbox")
    expect(editor.by("inbox")).to_contain_text("盒子老是唱歌", timeout=WORK_MS)

    group = editor.tab.locator('[data-testid^="cluster-"]').filter(has_text="盒子老是唱歌")
    group.get_by_role("button", name="全部归到").click()
    editor.types(editor.by("assign-intent").locator("input"), "报故障")
    editor.tab.keyboard.press("Enter")
    editor.types(editor.by("draft-title"), "机顶盒的声音")
    editor.tab.keyboard.press("Enter")
    expect(group).to_have_count(0, timeout=ANSWER_MS)
