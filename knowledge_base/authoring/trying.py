"""What a draft, or what is live, would answer to a text: understood by its model, answered from its knowledge."""

import threading
from pathlib import Path
from typing import Any

from knowledge_base.authoring import training, workspace
from knowledge_base.authoring.changes import Invalid
from knowledge_base.authoring.drafted import Files
from knowledge_base.authoring.knowledge import Knowledge
from knowledge_base.authoring.meanings import Meaning, meaning
from knowledge_base.authoring.predictor import Predictors
from knowledge_base.authoring.report import FALLBACK, answer
from knowledge_base.content import content

# How long a text waits for the index of the FAQ; it is answered without it then.
FAQ_SECONDS = 8.0


class NoModel(Exception):
    """Nothing was trained or published yet."""


def try_out(files: Files, predictors: Predictors, draft: int | None, text: str) -> dict[str, Any]:
    """What is understood and answered. `ready` is false where a draft has no model yet, and the live one is asked.

    A model that was not asked for some minutes is loaded first, about 10 s. Raises training.Gone, NoModel,
    predictor.Failed.
    """
    live = files.knowledge()
    model, knowledge, name = None, live, "live"
    if draft is not None:
        changes = training.changes_of(draft)
        try:
            drafted = files.drafted(changes)
        except Invalid:
            # It can be tried again when it can be written.
            pass
        else:
            model = _model(live, drafted.after, draft)
            knowledge, name = (drafted.after, "draft") if model is not None else (live, "live")
    model = model or _live(live)
    if model is None:
        raise NoModel
    preparing = _faq(knowledge)
    found = predictors.of(model).predict(text)
    preparing.join(FAQ_SECONDS)
    intent = str(found["intent"])
    said = None if preparing.is_alive() else _from_faq(knowledge, text, meaning(found))
    return {
        "model": name,
        "ready": draft is None or name == "draft",
        "intent": intent,
        "title": title(knowledge, intent),
        "confidence": found["confidence"],
        "ranking": [
            {"name": one["name"], "title": title(knowledge, one["name"]), "confidence": one["confidence"]}
            for one in found.get("ranking") or []
        ],
        "entities": [
            {name: entity.get(name) for name in ("entity", "value", "start", "end")}
            for entity in found.get("entities") or []
        ],
        "answer": answered(knowledge, intent) if said is None else {"kind": "faq", "text": said, "buttons": []},
    }


def _faq(knowledge: Knowledge) -> threading.Thread:
    """A thread that makes the index of the FAQ, unless it is there, while the model is loaded."""

    def prepare() -> None:
        # Numpy and the encoder are loaded by the first who needs them.
        from knowledge_base.authoring.retrieval import faq_of

        faq_of(knowledge).prepare()

    thread = threading.Thread(target=prepare, name="faq", daemon=True)
    thread.start()
    return thread


def _from_faq(knowledge: Knowledge, text: str, understood: Meaning) -> str | None:
    from knowledge_base.authoring.retrieval import faq_of

    return faq_of(knowledge).answered({text: understood})[text].answer


def title(knowledge: Knowledge, intent: str) -> str:
    """What an intent is called."""
    if intent == FALLBACK:
        return str(content("training")["answers"]["fallback"])
    value = knowledge.objects["intent"].get(intent)
    return str((value or {}).get("title") or intent)


def answered(knowledge: Knowledge, intent: str) -> dict[str, Any]:
    """What is said to a customer of whom nothing is known: kind (text, action or none), text and buttons."""
    value = knowledge.objects["intent"].get(intent)
    if value is None:
        return {"kind": "none", "text": answer(knowledge, intent), "buttons": []}
    if value["answer"]["kind"] == "text":
        variants = value["answer"]["variants"]
        said = next((one for one in variants if not one["when"]), variants[-1] if variants else {})
        return {"kind": "text", "text": said.get("text", ""), "buttons": list(said.get("buttons") or [])}
    return {"kind": "action", "text": answer(knowledge, intent), "buttons": []}


def _model(live: Knowledge, after: Knowledge, draft: int) -> Path | None:
    """The draft's model: of what it is now, else the one that it was trained to last."""
    made = workspace.model_of(after.texts)
    if made.is_file():
        return made
    if workspace.model_inputs(live.texts) == workspace.model_inputs(after.texts):
        return _live(live)
    last = training.last_model(draft)
    return last if last is not None and last.is_file() else None


def _live(live: Knowledge) -> Path | None:
    placed = workspace.placed_model(live.root)
    made = workspace.model_of(live.texts)
    return placed if placed.is_file() else made if made.is_file() else None
