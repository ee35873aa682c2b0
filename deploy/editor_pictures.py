"""The pictures of the knowledge editor: a new intent, what is found while it is written, and its draft."""

from collections.abc import Callable

from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser.tab import Tab
from tests.stack import Stack

SIZE: ViewportSize = {"width": 1280, "height": 800}
# The encoder is loaded and all sentences are read at the first check.
CHECKED_MS = 120_000
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
    editor = Tab(context, stack.desk)
    editor.tab.goto(f"{stack.desk}/kb")
    editor.by("demo-demo.editor").click()
    _write(editor)
    shoot(editor.tab, "editor-intent")
    editor.by("kb-drafts").click()
    expect(editor.by("changes")).to_be_visible()
    shoot(editor.tab, "editor-draft")
    context.close()


def _write(editor: Tab) -> None:
    """A new intent in a new draft; its last sentence is another intent's, which is told beside it."""
    editor.by("kb-intents").click()
    editor.by("new-intent").click()
    editor.by("intent-title").fill("换视频彩铃")
    editor.by("intent-name").fill("change_caller_ring")
    editor.by("intent-create").click()
    editor.by("draft-title").fill("视频彩铃换彩铃")
    editor.by("draft-create").click()
    editor.by("paste").click()
    editor.by("paste-text").fill("\n".join(SENTENCES))
    editor.by("paste-add").click()
    editor.by("variant-text-0").fill(ANSWER)
    editor.by("save").click()
    expect(editor.by("save")).to_be_disabled()
    editor.by("find-entities").click()
    expect(editor.by("proposed").first).to_be_visible()
    beside = editor.by("examples").locator('[data-testid^="finding-"]')
    expect(beside.first).to_be_visible(timeout=CHECKED_MS)
    beside.first.scroll_into_view_if_needed()
