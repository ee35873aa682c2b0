"""A small project of its own: the product's domain, rules and content, with a few sentences and cases."""

import shutil
from pathlib import Path

import yaml

from knowledge_base.authoring.changes import Change, Value
from knowledge_base.authoring.documents import CONTENT, DOMAIN
from tests.bot.model import SENTENCES
from tests.bot.training import ROOT

CASES = {
    "query_balance": ["话费余额查一查", "还有话费吗"],
    "query_usage": ["流量剩多少", "流量查一查"],
    "human_agent": ["人工人工", "我找人工"],
}
RING: Value = {
    "title": "换视频彩铃",
    "description": "想换视频彩铃",
    "examples": [
        "视频彩铃怎么换", "我想换视频彩铃", "换个视频彩铃", "视频彩铃换一个", "怎么换视频彩铃", "彩铃视频换成别的",
        "给我换视频彩铃", "视频彩铃在哪换", "换新的视频彩铃", "视频彩铃能换吗",
    ],
    "answer": {"kind": "text", "variants": [{"text": "您发短信就能换视频彩铃。", "buttons": [], "when": None}]},
}  # fmt: skip
ADDED = Change("intent", "change_ring", None, RING)


def write_project(root: Path) -> Path:
    """Writes the project below a folder."""
    (root / "bot/data/nlu").mkdir(parents=True)
    shutil.copy(ROOT / DOMAIN, root)
    shutil.copy(ROOT / "bot/data/rules.yml", root / "bot/data")
    shutil.copytree(ROOT / CONTENT, root / CONTENT)
    blocks = [
        {"intent": intent, "examples": "".join(f"- {one}\n" for one in listed)} for intent, listed in SENTENCES.items()
    ]
    _dump(root / "bot/data/nlu/small.yml", {"version": "3.1", "nlu": blocks})
    _dump(root / CONTENT / "cases.yml", {"cases": CASES})
    return root


def _dump(path: Path, value: object) -> None:
    path.write_text(yaml.safe_dump(value, allow_unicode=True, sort_keys=False), encoding="utf-8")
