"""What a draft would change, as an approver reads it: the fixed set, sentences, and the last conversations."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from common.masking import mask_text
from common.times import iso
from knowledge_base.authoring.changes import Value, plain
from knowledge_base.authoring.knowledge import Knowledge
from knowledge_base.authoring.meanings import Meaning, Meanings
from knowledge_base.authoring.spoken import Spoken
from knowledge_base.content import content

# Rows of a list that people read; how many there are is told as well.
MOST_ROWS = 200
FALLBACK = "nlu_fallback"


class Comparison:
    """Two states of the knowledge, and the answers of each."""

    def __init__(self, before: Knowledge, after: Knowledge) -> None:
        self.before, self.after = before, after
        self._moved = moved(before, after)

    def sentences(self) -> list[str]:
        """The draft's own sentences: examples that it adds, removes or moves, and those whose answer it changes."""
        found: list[str] = []
        olds, news = self.before.objects["intent"], self.after.objects["intent"]
        for name in {**olds, **news}:
            old, new = olds.get(name), news.get(name)
            if old == new:
                continue
            had, has = _examples(old), _examples(new)
            same_answer = old is not None and new is not None and old["answer"] == new["answer"]
            found += [one for one in [*had, *has] if not same_answer or (one in had) != (one in has)]
        return list(dict.fromkeys(map(plain, found)))

    def cases(self, old: Meanings, new: Meanings) -> dict[str, Any]:
        """How many of the fixed set each model gets right, and which of them are broken and mended."""
        known, cases = self.before.objects["case"], self.after.objects["case"]
        broken: list[dict[str, Any]] = []
        mended: list[dict[str, Any]] = []
        right_before = right_after = 0
        for text, case in cases.items():
            was, now = old[text], new[text]
            before, after = _right(known.get(text, case), was), _right(case, now)
            right_before, right_after = right_before + before, right_after + after
            if before != after:
                (broken if before else mended).append(
                    {
                        "text": text,
                        "expected": case["intent"],
                        "before": was.intent,
                        "after": now.intent,
                        "confidence_before": was.confidence,
                        "confidence_after": now.confidence,
                    }
                )
        counts = {"count": len(cases), "right_before": right_before, "right_after": right_after}
        return {**counts, "broken": broken, "mended": mended}

    def change(self, text: str, old: Meaning, new: Meaning) -> dict[str, Any] | None:
        """A row for a text that another intent or another answer would come of; None where nothing changes."""
        answer_before = old.answer or answer(self.before, old.intent)
        answer_after = new.answer or answer(self.after, new.intent)
        if answer_before == answer_after and self._moved.get(old.intent, old.intent) == new.intent:
            return None
        return {
            "text": mask_text(text),
            "before": old.intent,
            "after": new.intent,
            "answer_before": answer_before,
            "answer_after": answer_after,
        }

    def faq_changes(self) -> list[dict[str, Any]]:
        """Rows for the wordings of the entries that are answered otherwise, which no model has to learn."""
        rows: list[dict[str, Any]] = []
        olds, news = _wordings(self.before), _wordings(self.after)
        for text in {**olds, **news}:
            old, new = olds.get(text, ""), news.get(text, "")
            if old != new:
                row = {"before": "faq" if old else "", "after": "faq" if new else ""}
                rows.append({"text": text, **row, "answer_before": old, "answer_after": new})
        return rows

    def replay(self, turns: Sequence[Spoken], old: Meanings, new: Meanings) -> dict[str, Any]:
        """The turns that would be answered otherwise, masked; one that neither model was asked about is left out."""
        asked = [turn for turn in turns if turn.text in old and turn.text in new]
        found = [(turn, self.change(turn.text, old[turn.text], new[turn.text])) for turn in asked]
        different = [{"at": iso(turn.at), **row} for turn, row in found if row is not None]
        return {
            "conversations": len({turn.conversation for turn in turns}),
            "turns": len(turns),
            "different": different[-MOST_ROWS:],
            "different_count": len(different),
        }


def changes(comparison: Comparison, texts: Iterable[str], old: Meanings, new: Meanings) -> dict[str, Any]:
    """`sentences` and `sentences_count` of the report."""
    rows = comparison.faq_changes()
    rows += [row for text in texts if (row := comparison.change(text, old[text], new[text])) is not None]
    return {"sentences": rows[:MOST_ROWS], "sentences_count": len(rows)}


def answer(knowledge: Knowledge, intent: str) -> str:
    """What an intent is answered with, in words; of an action that it is one."""
    words = content("training")["answers"]
    if intent == FALLBACK:
        return str(words["fallback"])
    value = knowledge.objects["intent"].get(intent)
    if value is None:
        return str(words["none"])
    if value["answer"]["kind"] == "text":
        return "\n".join(_variant(variant, words) for variant in value["answer"]["variants"])
    action = str(value["answer"]["action"])
    shared = (knowledge.loaded["domain.yml"].get("responses") or {}).get(action)
    return str(shared[0].get("text") or "") if shared else str(words["action"]).format(action=action)


def moved(before: Knowledge, after: Knowledge) -> dict[str, str]:
    """Intents that are gone, by the one that has most of their examples now: they were renamed or merged."""
    olds, news = before.objects["intent"], after.objects["intent"]
    found = {}
    for name in olds.keys() - news.keys():
        had = set(olds[name]["examples"])
        heir = max(news, key=lambda one: len(had & set(news[one]["examples"])), default=None)
        if heir is not None and had & set(news[heir]["examples"]):
            found[name] = heir
    return found


def _variant(variant: Mapping[str, Any], words: Mapping[str, str]) -> str:
    when = variant.get("when") or {}
    conditions = [str(one) for listed in when.values() for one in listed or []]
    text = str(variant["text"])
    return words["when"].format(conditions="、".join(conditions), text=text) if conditions else text


def _examples(value: Value | None) -> list[str]:
    return [] if value is None else value["examples"]


def _wordings(knowledge: Knowledge) -> dict[str, str]:
    found = {}
    for entry in knowledge.objects["faq"].values():
        for wording in (entry["question"], *entry["also"]):
            found[wording] = str(entry["answer"])
    return found


def _right(case: Value, found: Meaning) -> bool:
    wanted = case.get("entities") or {}
    return found.intent == case["intent"] and all(
        found.entities.get(name) == str(value) for name, value in wanted.items()
    )
