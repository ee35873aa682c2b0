import json

import pytest

from desk.channels.wechat.__main__ import main
from tests.desk.channels.wechat.wechat import Wechat


def run(monkeypatch: pytest.MonkeyPatch, account: str) -> int:
    monkeypatch.setattr("sys.argv", ["wechat", "menu", "publish", "--account", account])
    return main()


def test_the_menu_is_published(wechat: Wechat, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(monkeypatch, "hall") == 0

    (published,) = (seen for seen in wechat.operator.seen if seen.path == "/cgi-bin/menu/create")
    assert [entry["name"] for entry in json.loads(published.body)["button"]] == ["查询", "办理", "人工客服"]


def test_an_account_that_is_not_set_is_said_so(
    wechat: Wechat, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "shop") == 1
    assert "shop" in capsys.readouterr().err


def test_what_wechat_says_against_it_is_shown(
    wechat: Wechat, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    wechat.errors = [40018]

    assert run(monkeypatch, "hall") == 1
    assert "40018" in capsys.readouterr().err
