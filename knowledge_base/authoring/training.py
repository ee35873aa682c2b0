"""The training of a draft, from its changes to its report; and that of the files as they are."""

import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from common.database import reading
from common.settings import ROOT, settings
from knowledge_base.authoring import drafts, models, report, spoken, workspace
from knowledge_base.authoring.changes import Change, Invalid
from knowledge_base.authoring.jobs import DONE, FAILED, Cancelled, Held
from knowledge_base.authoring.knowledge import Knowledge
from knowledge_base.authoring.meanings import Meaning, Meanings, understood
from knowledge_base.authoring.merge import rebased
from knowledge_base.authoring.predictor import Failed
from knowledge_base.content import content

# States of drafts that may still be trained.
ALIVE = ("open", "submitted", "approved")
Progress = Callable[[int, str], None]
Line = Callable[[str], None]


class Gone(Exception):
    """The draft is published or discarded, or never was."""


def work(held: Held) -> None:
    """Does a training job. Raises Cancelled, Lost."""
    sentences = content("training")
    try:
        made = trained(int(held.draft or 0), held.progress, held.log)
    except Gone:
        held.finish(FAILED, step=sentences["failed"]["gone"])
    except Invalid as invalid:
        for problem in invalid.problems:
            held.log(problem.message)
        held.finish(FAILED, step=sentences["failed"]["invalid"])
    except workspace.TrainingFailed:
        held.finish(FAILED, step=sentences["failed"]["training"])
    except Failed as failed:
        for line in str(failed).splitlines():
            held.log(line)
        held.finish(FAILED, step=sentences["failed"]["broken"])
    else:
        cases = {name: made["cases"][name] for name in ("count", "right_before", "right_after")}
        facts = {name: made[name] for name in ("model", "seconds", "content_hash")}
        held.finish(DONE, {**facts, "cases": cases, "broken": len(made["cases"]["broken"])}, sentences["steps"]["done"])


def trained(draft: int, progress: Progress, line: Line) -> dict[str, Any]:
    """Trains a draft and keeps the report in its row; the report.

    Raises Gone, Invalid, workspace.TrainingFailed, predictor.Failed, and what `progress` raises.
    """
    found = reported(changes_of(draft), progress, line)
    drafts.trained(draft, found["content_hash"], found)
    return found


def changes_of(draft: int) -> list[Change]:
    """The changes of a draft that may still be trained. Raises Gone."""
    with reading() as session:
        state = session.scalar(sa.select(models.Draft.state).where(models.Draft.id == draft))
        if state not in ALIVE:
            raise Gone
        return drafts.changes_in(session, draft)


def last_model(draft: int) -> Path | None:
    """Where the model is, or was, that a draft was trained to last."""
    with reading() as session:
        found = session.scalar(sa.select(models.Draft.report).where(models.Draft.id == draft))
    name = (found or {}).get("archive")
    return None if name is None else settings().drafts_dir / str(name) / workspace.ARCHIVE


def reported(
    changes: Sequence[Change],
    progress: Progress = lambda *_: None,
    line: Line = lambda _: None,
    *,
    anyway: bool = False,
    root: Path = ROOT,
) -> dict[str, Any]:
    """The report of what changes would do to the files as they are, trained if a model is made from what they change.

    `anyway` trains in any case: the live model may be of other files.
    Raises Invalid, workspace.TrainingFailed, predictor.Failed, and what `progress` raises.
    """
    steps = content("training")["steps"]
    began = time.monotonic()
    progress(1, steps["reading"])
    before = Knowledge.read(root)
    merged, conflicts = rebased(changes, before)
    after = before.with_changes(merged)
    comparison = report.Comparison(before, after)
    with reading() as session:
        turns, inbox = spoken.last_turns(session), spoken.inbox(session)
    old: Meanings
    new: Meanings
    same = not anyway and workspace.model_inputs(before.texts) == workspace.model_inputs(after.texts)
    texts = list(dict.fromkeys([*after.objects["case"], *inbox, *comparison.sentences()]))
    typed = list(dict.fromkeys(turn.text for turn in turns))
    if same:
        progress(5, steps["same"])
        live = workspace.live_model(before.texts, lambda percent: progress(5 + percent * 70 // 100, steps["training"]))
        known = {turn.text: Meaning(turn.intent, 0.0, {}) for turn in turns if turn.intent}
        old = new = known | understood(live, texts, check=lambda: progress(75, steps["comparing"]))
        findings = _findings(before, merged)
    else:
        old, new, findings = _both(before, after, merged, texts, typed, progress, line)
    progress(95, steps["comparing"])
    answered_old, answered_new = old, new
    if not same or before.objects["faq"] != after.objects["faq"]:
        answered_old, answered_new = _answered(before, old), _answered(after, new)
    progress(98, steps["replaying"])
    return {
        "content_hash": after.hash,
        "model": "same" if same else "new",
        "archive": None if same else workspace.model_of(after.texts).parent.name,
        "cases": comparison.cases(old, new),
        **report.changes(comparison, texts, answered_old, answered_new),
        "replay": comparison.replay(turns, answered_old, answered_new),
        "findings": findings,
        "conflicts": [{"kind": one.kind, "key": one.key, "fields": one.fields} for one in conflicts],
        "seconds": round(time.monotonic() - began, 1),
    }


def _answered(knowledge: Knowledge, understood: Meanings) -> Meanings:
    # Here and below: numpy and the encoder are loaded by the first who needs them.
    from knowledge_base.authoring.retrieval import faq_of

    # The fixed set is about intents, and an index that nothing else needs is not made for it.
    cases = knowledge.objects["case"]
    return {
        **understood,
        **faq_of(knowledge).answered({text: understood[text] for text in understood if text not in cases}),
    }


def _findings(knowledge: Knowledge, changes: Sequence[Change]) -> dict[str, int]:
    from knowledge_base.authoring.checking import counts

    return counts(knowledge, changes)


def _both(
    before: Knowledge,
    after: Knowledge,
    changes: Sequence[Change],
    texts: list[str],
    typed: list[str],
    progress: Progress,
    line: Line,
) -> tuple[Meanings, Meanings, dict[str, int]]:
    """What the live model and the draft's make of the texts, and the findings.

    The live model is asked, and the changes are checked, while the draft's model is trained.
    """
    steps = content("training")["steps"]
    live = workspace.live_model(before.texts, lambda percent: progress(2 + percent // 100, steps["training"]))
    found: list[tuple[Meanings, dict[str, int]]] = []
    failures: list[BaseException] = []
    over = threading.Event()

    def stop() -> None:
        if over.is_set():
            raise Cancelled

    def ask() -> None:
        try:
            found.append((understood(live, texts, typed, stop), _findings(before, changes)))
        except Exception as failure:
            failures.append(failure)

    asking = threading.Thread(target=ask, name="live-model", daemon=True)
    asking.start()
    try:
        known = workspace.model_of(after.texts).is_file()
        step = steps["known"] if known else steps["training"]
        model = workspace.train(after.texts, lambda percent: progress(2 + percent * 80 // 100, step), line)
        new = understood(model, texts, typed, lambda: progress(85, steps["comparing"]))
        while asking.is_alive():
            progress(92, steps["comparing"])
            asking.join(0.5)
    except BaseException:
        over.set()
        raise
    if failures:
        raise failures[0]
    old, findings = found[0]
    return old, new, findings
