"""Renaming, merging, splitting and deleting intents, with everything that names them."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from knowledge_base.authoring.changes import Change, Value
from knowledge_base.authoring.knowledge import Knowledge
from knowledge_base.authoring.references import Place, buttons_of, fixed, in_objects, intent_of, own
from knowledge_base.authoring.valid import MOST_PLACES
from knowledge_base.content import content


class Refused(ValueError):
    """A change of intents that cannot be made: a code, and a sentence for editors."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


def impact(knowledge: Knowledge, intent: str, root: Path | None = None) -> list[dict[str, Any]]:
    """Everything that names an intent, as `where`, `what` (in words) and `blocking`: only developers change that.

    `root` is the project whose code is looked at, if another than the knowledge's.
    """
    places = [
        *own(knowledge.loaded, intent),
        *in_objects(knowledge.objects, intent),
        *fixed(knowledge.loaded, root or knowledge.root, intent),
    ]
    return [{"where": one.where, "what": one.what, "blocking": one.blocking} for one in places]


def rename(knowledge: Knowledge, old: str, new: str) -> list[Change]:
    """The intent under another name, and what names it. Raises Refused."""
    value = _free(knowledge, old)
    if old == new:
        raise _refused("same")
    _taken(knowledge, new)
    moved = _pointing(value, old, new) if _points(value, old) else value
    return _checked(knowledge, [Change("intent", old, value, None), Change("intent", new, None, moved)], old, new)


def merge(knowledge: Knowledge, intent: str, into: str) -> list[Change]:
    """The intent's sentences as those of another, which is meant from now on wherever it was. Raises Refused."""
    value, other = _free(knowledge, intent), _known(knowledge, into)
    if intent == into:
        raise _refused("same")
    sentences = [*other["examples"], *(one for one in value["examples"] if one not in other["examples"])]
    grown = {**(_pointing(other, intent, into) if _points(other, intent) else other), "examples": sentences}
    return _checked(
        knowledge, [Change("intent", intent, value, None), Change("intent", into, other, grown)], intent, into
    )


def split(knowledge: Knowledge, intent: str, new: str, sentences: Sequence[str]) -> list[Change]:
    """Some of an intent's sentences as another one, which answers alike and has no title yet. Raises Refused."""
    value = _known(knowledge, intent)
    wanted = list(dict.fromkeys(sentences))
    left = [one for one in value["examples"] if one not in wanted]
    if not wanted or not set(wanted) <= set(value["examples"]):
        raise _refused("sentences")
    if not left:
        raise _refused("nothing_left")
    made: Value = {"title": None, "description": "", "examples": wanted, "answer": value["answer"]}
    _taken(knowledge, new)
    changes = [Change("intent", intent, value, {**value, "examples": left}), Change("intent", new, None, made)]
    return _possible(knowledge, changes)


def delete(knowledge: Knowledge, intent: str, instead: str | None) -> list[Change]:
    """The intent's end. What names it means `instead`; without one, buttons, cases and journeys go. Raises Refused."""
    value = _free(knowledge, intent)
    if instead is not None:
        _known(knowledge, instead)
        if instead == intent:
            raise _refused("same")
    return _checked(knowledge, [Change("intent", intent, value, None)], intent, instead)


def _checked(knowledge: Knowledge, changes: list[Change], old: str, new: str | None) -> list[Change]:
    """The changes with those of what named the intent, if all of them can be made."""
    done = {one.key for one in changes}
    return _possible(knowledge, [*changes, *_redirected(knowledge, old, new, done)])


def _possible(knowledge: Knowledge, changes: list[Change]) -> list[Change]:
    if found := knowledge.problems(changes):
        raise Refused(found[0].code, found[0].message)
    return changes


def _redirected(knowledge: Knowledge, old: str, new: str | None, done: Iterable[str]) -> list[Change]:
    made = []
    for key, value in knowledge.objects["intent"].items():
        if key not in done and _points(value, old):
            made.append(Change("intent", key, value, _pointing(value, old, new)))
    for key, value in knowledge.objects["faq"].items():
        if value["topic"] == old and new is None:
            raise _refused("topic", title=value["question"])
        named = {field: new for field in ("topic", "journey") if value.get(field) == old}
        if named:
            kept = {field: entry for field, entry in {**value, **named}.items() if entry is not None}
            made.append(Change("faq", key, value, kept))
    for key, value in knowledge.objects["case"].items():
        if value["intent"] == old:
            made.append(Change("case", key, value, None if new is None else {**value, "intent": new}))
    return made


def _points(value: Value, intent: str) -> bool:
    return any(intent_of(button["payload"]) == intent for button in buttons_of(value))


def _pointing(value: Value, old: str, new: str | None) -> Value:
    """The intent with its buttons for `old` leading to `new`, or without them."""
    variants = []
    for variant in value["answer"]["variants"]:
        buttons = []
        for button in variant["buttons"]:
            if intent_of(button["payload"]) != old:
                buttons.append(button)
            elif new is not None:
                buttons.append({**button, "payload": f"/{new}{button['payload'][len(old) + 1 :]}"})
        variants.append({**variant, "buttons": buttons})
    return {**value, "answer": {**value["answer"], "variants": variants}}


def _known(knowledge: Knowledge, intent: str) -> Value:
    found = knowledge.objects["intent"].get(intent)
    if found is None:
        raise _refused("unknown", name=intent)
    return found


def _free(knowledge: Knowledge, intent: str) -> Value:
    """The intent, if nothing that only developers change names it."""
    value = _known(knowledge, intent)
    blocking = list(fixed(knowledge.loaded, knowledge.root, intent))
    if blocking:
        raise _refused("blocked", places=_told(blocking))
    return value


def _told(places: Sequence[Place]) -> str:
    shown = "；".join(f"{one.where}（{one.what}）" for one in places[:MOST_PLACES])
    return shown if len(places) <= MOST_PLACES else f"{shown}……"


def _taken(knowledge: Knowledge, name: str) -> None:
    if name in knowledge.objects["intent"]:
        raise _refused("taken", name=name)


def _refused(code: str, **facts: object) -> Refused:
    return Refused(code, content("knowledge_files")["refused"][code].format(**facts))
