"""What the author says is handed through; when it is away the page is told so in time."""

import json

import pytest

from common.identity import channel_token
from common.settings import settings
from desk.editor import author as asked
from tests.bss.scripted import Operator, Script, answers, hangs, hangs_up
from tests.desk.editor.conftest import CANNED, Editor
from tests.desk.staff.people import refusal

FINDING = {"level": "error", "code": "near", "message": "和别的意图太像"}
CHECK = {"kind": "canned", "key": "zz", "value": CANNED}


def says(author: Operator, body: object) -> None:
    author.script = answers(200, json.dumps(body).encode())


def test_a_check_is_handed_through_with_the_desks_bearer(writer: Editor, author: Operator) -> None:
    says(author, {"findings": [FINDING], "loading": True})

    assert writer.does("/check", draft=None, **CHECK) == {"findings": [FINDING], "loading": True}
    (seen,) = author.seen
    assert (seen.path, seen.headers["authorization"]) == ("/check", f"Bearer {channel_token()}")
    assert json.loads(seen.body) == {"draft": None, **CHECK}


def test_a_whole_draft_is_checked(writer: Editor, author: Operator) -> None:
    draft = writer.begins()
    says(author, {"objects": {"canned/zz": [FINDING]}})

    assert writer.post(f"/drafts/{draft}/check").json() == {"objects": {"canned/zz": [FINDING]}}
    assert json.loads(author.seen[-1].body) == {"draft": draft}


def test_a_text_is_tried_on_the_draft_and_on_what_is_live(writer: Editor, author: Operator) -> None:
    draft = writer.begins()
    says(author, {"model": "draft", "ready": True, "intent": "query_balance"})

    assert writer.does(f"/drafts/{draft}/try", text="查话费")["intent"] == "query_balance"
    writer.does("/try", text="查话费")
    assert [json.loads(seen.body) for seen in author.seen] == [
        {"draft": draft, "text": "查话费"},
        {"draft": None, "text": "查话费"},
    ]


@pytest.mark.parametrize(
    "script", [hangs_up, hangs, answers(500, b"no"), answers(200, b"no json"), answers(200, b"[]"), answers(401, b"{}")]
)
def test_an_author_that_gives_no_answer_is_away(
    writer: Editor, author: Operator, monkeypatch: pytest.MonkeyPatch, script: Script
) -> None:
    monkeypatch.setattr(asked, "CHECK_SECONDS", 0.5)
    author.script = script

    assert refusal(writer.post("/check", draft=None, **CHECK)) == (503, "author_away")


def test_an_author_that_does_not_run_is_away(writer: Editor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WANHAO_AUTHOR_URL", "http://127.0.0.1:9")
    settings.cache_clear()

    assert refusal(writer.post("/try", text="查话费")) == (503, "author_away")


def test_nobody_is_asked_about_a_draft_that_is_not_there(writer: Editor, author: Operator) -> None:
    assert refusal(writer.post("/drafts/9/try", text="查话费")) == (404, "not_found")
    assert refusal(writer.post("/drafts/9/check")) == (404, "not_found")
    assert refusal(writer.post("/check", kind="nix", key="zz", value=CANNED)) == (404, "not_found")
    assert author.seen == []
