"""The action server's entry: each action reads the content of the release that its turn was given."""

from pathlib import Path
from typing import Any

import pytest

from actions.__main__ import ReleaseExecutor
from common.settings import settings
from knowledge_base import content


@pytest.mark.parametrize(
    ("message", "read"),
    [
        ({"metadata": {"release": 7}}, "7/content"),
        ({"metadata": {"release": None}}, None),
        ({"metadata": {"deadline": 1.0}}, None),
        ({}, None),
    ],
)
async def test_an_action_reads_the_release_of_its_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, message: dict[str, Any], read: str | None
) -> None:
    monkeypatch.setenv("WANHAO_RELEASES_DIR", str(tmp_path))
    settings.cache_clear()
    (tmp_path / "7" / "content").mkdir(parents=True)
    seen: list[Path] = []
    executor = ReleaseExecutor()
    executor.register_function("action_look", lambda dispatcher, tracker, domain: seen.append(content.folder()) or [])

    await executor.run({"next_action": "action_look", "tracker": {"sender_id": "c1", "latest_message": message}})

    settings.cache_clear()
    assert seen == [content.CONTENT if read is None else tmp_path / read]
