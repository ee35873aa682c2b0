"""A project of a few files, and drafts of it that may be published."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from common.database import transaction
from knowledge_base.authoring.changes import Change
from knowledge_base.authoring.knowledge import Knowledge, hash_of
from knowledge_base.authoring.merge import rebased
from knowledge_base.authoring.models import Change as ChangeRow
from knowledge_base.authoring.models import Draft

FAQ, INTENTS, CASES = (f"knowledge_base/content/{name}.yml" for name in ("faq", "intents", "cases"))
DOMAIN, RULES, NLU = "domain.yml", "bot/data/rules.yml", "bot/data/nlu/services.yml"
FILES = {
    DOMAIN: """\
intents:
- greet
- ring
responses:
  utter_greet:
  - text: 您好。
  utter_ring:
  - text: 请在彩铃页面里换。
""",
    RULES: """\
version: "3.1"
rules:
- rule: greet
  steps:
  - intent: greet
  - action: utter_greet
- rule: ring
  steps:
  - intent: ring
  - action: utter_ring
""",
    NLU: """\
version: "3.1"
nlu:
- intent: greet
  examples: |
    - 您好
- intent: ring
  examples: |
    - 彩铃怎么换
    - 换个彩铃
""",
    INTENTS: "# Titles.\ntitles:\n  greet: null\n  ring: 换彩铃\ndescriptions:\n  greet: 问好\n  ring: 想换彩铃\n",
    FAQ: "entries:\n- id: hours\n  question: 几点上班\n  answer: 八点。\n  topic: greet\n",
    CASES: "cases:\n  ring:\n  - 彩铃想换一个\n",
}
ANSWERED = {"question": "几点上班", "also": ["几点开门"], "answer": "九点。", "topic": "greet"}
VIDEO = {
    "title": "换视频彩铃",
    "description": "想换视频彩铃",
    "examples": ["视频彩铃怎么换", "换个视频彩铃"],
    "answer": {
        "kind": "text",
        "variants": [{"text": "请在视频彩铃页面里换。", "buttons": [], "when": None}],
    },
}
# Staff.
EDITOR, APPROVER = 1, 2


def project(root: Path) -> Path:
    """The files, and a model of theirs."""
    for path, text in FILES.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, "utf-8")
    (root / "models").mkdir()
    (root / "models" / "wanhao.tar.gz").write_text("first")
    (root / "models" / "wanhao.hash").write_text("of the first\n")
    return root


def new_intent() -> Change:
    """An intent that is not there yet; a model has to learn it."""
    return Change("intent", "video_ring", None, VIDEO)


def other_answer(root: Path) -> Change:
    """A question that is answered otherwise; the model stays."""
    return Change("faq", "hours", Knowledge.read(root).objects["faq"]["hours"], ANSWERED)


def drafted(root: Path, changes: Sequence[Change], **values: Any) -> int:
    """A draft of the editor's that is approved and was tested as it is; `values` make it otherwise. Its id."""
    knowledge = Knowledge.read(root)
    made, _ = rebased(changes, knowledge)
    tested = hash_of({**knowledge.texts, **knowledge.changed(made)})
    report = {"content_hash": tested, "cases": {"count": 1, "broken": []}, "findings": {"error": 0}}
    with transaction() as session:
        count = session.query(Draft).count()
        row = Draft(
            **{
                "key": f"draft-{count}",
                "title": f"草稿{count + 1}",
                "state": "approved",
                "created_by": EDITOR,
                "submitted_by": EDITOR,
                "reviewed_by": APPROVER,
                "content_hash": tested,
                "report": report,
                **values,
            }
        )
        session.add(row)
        session.flush()
        session.add_all([ChangeRow(draft_id=row.id, staff_id=EDITOR, **asdict(one)) for one in changes])
        draft: int = row.id
    return draft


def texts(root: Path) -> dict[str, str]:
    """All files of the knowledge."""
    return dict(Knowledge.read(root).texts)
