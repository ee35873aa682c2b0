"""Drafts: versions, undoing, and a second person."""

from collections.abc import Callable
from typing import Any

import pytest

from common.database import reading, transaction
from knowledge_base.authoring import drafts
from knowledge_base.authoring.changes import Change, Value
from knowledge_base.authoring.drafts import NothingToUndo, NotReady, SamePerson, Stale, WrongState
from knowledge_base.authoring.models import Draft

pytestmark = pytest.mark.usefixtures("database")

ANNA, BEN, CARL = 1, 2, 3
REPORT = {"cases": {"broken": []}, "findings": {"warning": 3}}


def canned(text: str) -> Value:
    return {"group": "开场", "title": "问候", "text": text}


LIVE = canned("您好")


def made(title: str = "问候语", staff: int = ANNA) -> int:
    with transaction() as session:
        return int(drafts.create(session, title, title, staff)[0].id)


def save(draft: int, value: Value | None, version: int | None, staff: int = ANNA, **more: Any) -> int:
    with transaction() as session:
        return drafts.save(session, draft, "canned", "kc", value, version, staff, **{"live": LIVE, **more})


def undo(draft: int, staff: int = ANNA) -> list[tuple[str, str]]:
    with transaction() as session:
        return drafts.undo(session, draft, staff)


def row(draft: int) -> Draft:
    with reading() as session:
        return session.get(Draft, draft)


def does(event: Callable[..., None], draft: int, *arguments: Any) -> None:
    with transaction() as session:
        event(session, draft, *arguments)


def ready(draft: int, report: dict[str, Any] = REPORT) -> None:
    save(draft, canned("您好，请讲"), None)
    drafts.trained(draft, "h1", report)


def submitted(staff: int = ANNA) -> int:
    draft = made()
    ready(draft)
    does(drafts.submit, draft, staff, "请审核", {}, "h1")
    return draft


def test_a_draft_is_made_once_for_a_key() -> None:
    with transaction() as session:
        first, new = drafts.create(session, "k1", "甲", ANNA)
        again, newer = drafts.create(session, "k1", "乙", BEN)

        assert (new, newer, again.id, again.title) == (True, False, first.id, "甲")


def test_a_change_keeps_the_base_that_it_was_begun_from() -> None:
    draft = made()
    version = save(draft, canned("您好！"), 0)
    save(draft, canned("您好啊"), version, live=canned("别人发布的"))

    assert drafts.changes(draft) == [Change("canned", "kc", LIVE, canned("您好啊"))]


def test_a_named_base_is_taken() -> None:
    draft = made()
    save(draft, canned("您好！"), 0, live=canned("别人刚发布的"), base=LIVE)
    assert drafts.changes(draft) == [Change("canned", "kc", LIVE, canned("您好！"))]

    save(draft, canned("您好！"), None, live=canned("别人刚发布的"), base=canned("别人刚发布的"))
    assert drafts.changes(draft) == [Change("canned", "kc", canned("别人刚发布的"), canned("您好！"))]


def test_what_is_as_it_is_live_is_no_change() -> None:
    draft = made()
    version = save(draft, canned("您好！"), 0)

    assert save(draft, LIVE, version) == 0
    assert drafts.changes(draft) == []
    assert save(draft, None, 0, live=None) == 0
    assert drafts.changes(draft) == []


def test_who_saves_over_what_they_have_not_seen_is_told() -> None:
    draft = made()
    version = save(draft, canned("甲"), 0)
    mine = save(draft, canned("乙"), version, BEN)

    with pytest.raises(Stale) as stale:
        save(draft, canned("丙"), version)
    assert (stale.value.value, stale.value.version, stale.value.author) == (canned("乙"), mine, BEN)
    with pytest.raises(Stale):
        save(draft, canned("丙"), 0)


def test_a_version_never_comes_twice() -> None:
    draft = made()
    version = save(draft, canned("甲"), 0)
    save(draft, LIVE, version, BEN)
    later = save(draft, canned("乙"), 0, BEN)

    assert later != version
    with pytest.raises(Stale):
        save(draft, canned("丙"), version)


def test_saving_the_same_again_changes_nothing() -> None:
    draft = made()
    version = save(draft, canned("甲"), 0)

    assert save(draft, canned("甲"), version) == version


def test_ones_own_last_saving_is_undone_and_then_the_one_before() -> None:
    draft = made()
    version = save(draft, canned("甲"), 0)
    save(draft, canned("乙"), version)

    assert undo(draft) == [("canned", "kc")]
    assert drafts.changes(draft) == [Change("canned", "kc", LIVE, canned("甲"))]
    assert undo(draft) == [("canned", "kc")]
    assert drafts.changes(draft) == []
    with pytest.raises(NothingToUndo):
        undo(draft)


def test_what_was_saved_at_once_is_undone_at_once() -> None:
    draft = made()
    with transaction() as session:
        for key in ("a", "b"):
            drafts.save(session, draft, "canned", key, canned(key), 0, ANNA, live=None, group="g")
        drafts.save(session, draft, "canned", "a", canned("aa"), None, ANNA, live=None, group="g")

    assert len(undo(draft)) == 3
    assert drafts.changes(draft) == []


def test_nobody_undoes_what_somebody_else_has_written_over() -> None:
    draft = made()
    version = save(draft, canned("甲"), 0)
    save(draft, canned("乙"), version, BEN)

    with pytest.raises(NothingToUndo):
        undo(draft)
    assert undo(draft, BEN) == [("canned", "kc")]
    assert drafts.changes(draft)[0].value == canned("甲")
    with reading() as session:
        assert drafts.rows(session, draft)[0].staff_id == ANNA


def test_a_second_person_approves() -> None:
    draft = submitted()
    does(drafts.approve, draft, CARL, "可以", "h1")

    found = row(draft)
    assert (found.state, found.submitted_by, found.reviewed_by, found.review_note) == ("approved", ANNA, CARL, "可以")


@pytest.mark.parametrize("person", [ANNA, BEN])
def test_who_has_worked_on_it_does_not_approve_it(person: int) -> None:
    draft = made(staff=CARL)
    ready(draft)
    does(drafts.submit, draft, BEN, "", {}, "h1")

    for worker in (person, CARL):
        with pytest.raises(SamePerson):
            does(drafts.approve, draft, worker, "", "h1")
    assert row(draft).state == "submitted"


def test_what_is_saved_or_undone_later_takes_the_submission_back() -> None:
    draft = submitted()
    save(draft, canned("再改一下"), None)
    assert row(draft).state == "open"

    drafts.trained(draft, "h2", REPORT)
    does(drafts.submit, draft, ANNA, "", {}, "h2")
    does(drafts.approve, draft, BEN, "", "h2")
    undo(draft)
    assert row(draft).state == "open"


def test_a_saving_that_changes_nothing_takes_nothing_back() -> None:
    draft = submitted()
    save(draft, canned("您好，请讲"), None)

    assert row(draft).state == "submitted"


@pytest.mark.parametrize(
    ("report", "of", "reasons", "code"),
    [
        (None, None, {}, "report_missing"),
        (REPORT, "h0", {}, "report_stale"),
        (REPORT, None, {}, "report_stale"),
        ({**REPORT, "findings": {"error": 1}}, "h1", {}, "findings"),
        ({**REPORT, "cases": {"broken": [{"text": "坏的"}]}}, "h1", {"坏的": " "}, "reasons_missing"),
    ],
)
def test_what_is_not_ready_is_not_submitted(report: Any, of: str | None, reasons: dict[str, str], code: str) -> None:
    draft = made()
    save(draft, canned("甲"), 0)
    if report is not None:
        drafts.trained(draft, "h1", report)

    with pytest.raises(NotReady) as refused:
        does(drafts.submit, draft, ANNA, "", reasons, of)
    assert refused.value.code == code
    assert row(draft).state == "open"


def test_an_empty_draft_is_not_submitted() -> None:
    draft = made()
    drafts.trained(draft, "h1", REPORT)

    with pytest.raises(NotReady, match="empty"):
        does(drafts.submit, draft, ANNA, "", {}, "h1")


def test_a_broken_case_needs_a_reason_that_is_kept() -> None:
    draft = made()
    ready(draft, {**REPORT, "cases": {"broken": [{"text": "坏的"}]}})
    does(drafts.submit, draft, ANNA, "", {"坏的": "改名了", "别的": "多余"}, "h1")

    assert row(draft).reasons == {"坏的": "改名了"}


def test_a_rejected_draft_is_open_again_and_says_why() -> None:
    draft = submitted()
    does(drafts.reject, draft, BEN, "例句太少")

    assert (row(draft).state, row(draft).review_note) == ("open", "例句太少")


def test_what_is_over_is_not_changed_any_more() -> None:
    draft = submitted()
    does(drafts.discard, draft)

    for event in (
        drafts.discard,
        lambda *given: drafts.approve(*given, BEN, "", "h1"),
        lambda *given: drafts.undo(*given, ANNA),
    ):
        with pytest.raises(WrongState):
            does(event, draft)
    with pytest.raises(WrongState):
        save(draft, canned("甲"), None)


def test_only_what_is_submitted_is_approved() -> None:
    draft = made()
    ready(draft)

    with pytest.raises(WrongState):
        does(drafts.approve, draft, BEN, "", "h1")
