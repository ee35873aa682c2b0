"""The pictures of the knowledge editor: a new intent, what is found while it is written, and its draft."""

from collections.abc import Callable

from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser.editor_page import WORK_MS, EditorPage
from tests.stack import Stack

SIZE: ViewportSize = {"width": 1280, "height": 800}
SENTENCES = (
    "视频彩铃怎么换",
    "我想换一个视频彩铃",
    "彩铃换成别的歌",
    "帮我把视频彩铃换掉",
    "换彩铃在哪里换",
    "更换视频彩铃内容",
    "视频彩铃不喜欢想换一条",
    "彩铃视频能自己换吗",
    "怎么设置新的视频彩铃",
    "给我换个搞笑的视频彩铃",
    "取消彩铃",
)
ANSWER = "打开“视频彩铃”小程序，进“我的彩铃”，选一条点“设为彩铃”就换好了。"


def take(browser: Browser, stack: Stack, shoot: Callable[[Page, str], None]) -> None:
    """Takes them, each by `shoot` under its name."""
    context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", viewport=SIZE)
    editor = EditorPage(context, stack.desk)
    editor.sign_in("demo.editor")
    editor.begins("视频彩铃换彩铃")
    editor.writes_intent("change_caller_ring", "换视频彩铃", SENTENCES, ANSWER)
    editor.by("find-entities").click()
    expect(editor.by("proposed").first).to_be_visible()
    # The last sentence is another intent's, which is told beside it.
    beside = editor.by("examples").locator('[data-testid^="finding-"]')
    expect(beside.first).to_be_visible(timeout=WORK_MS)
    beside.first.scroll_into_view_if_needed()
    shoot(editor.tab, "editor-intent")
    editor.opens("drafts")
    expect(editor.by("changes")).to_be_visible()
    shoot(editor.tab, "editor-draft")
    context.close()
