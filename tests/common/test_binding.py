import time

import pytest

from common.binding import (
    BIND,
    OPENID,
    Bound,
    issue_bound,
    mark_of,
    order_binding,
    order_unbinding,
    read_binding,
    read_bound,
    read_unbinding,
)
from common.identity import Identity, InvalidIdentity, issue_conversation, issue_identity, seal

NUMBER, OTHER, OWNER, TALK = "18900001001", "18900001002", "P0001", "talk-1"
PROVEN = Identity(NUMBER, TALK, "sms_code")


def later(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + seconds)


def test_bound_numbers_are_read_in_their_conversation_and_nobody_reads_them_on_the_way() -> None:
    bound = [Bound(NUMBER, OWNER), Bound(OTHER, OWNER)]
    token = issue_bound(TALK, bound)

    assert read_bound(token, TALK) == bound
    assert read_bound(issue_bound(TALK, []), TALK) == []
    assert NUMBER not in token
    assert NUMBER not in mark_of(NUMBER)
    assert mark_of(NUMBER) != mark_of(OTHER)


def test_bound_numbers_of_another_conversation_or_turn_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    token = issue_bound(TALK, [Bound(NUMBER, OWNER)])

    with pytest.raises(InvalidIdentity):
        read_bound(token, "talk-2")
    later(monkeypatch, 61)
    with pytest.raises(InvalidIdentity):
        read_bound(token, TALK)


@pytest.mark.parametrize("made", [issue_identity(PROVEN), issue_conversation(TALK), "gAAAA", "", NUMBER])
def test_what_the_desk_has_not_written_binds_nothing_and_tells_nothing(made: str) -> None:
    for read in (read_bound, read_binding, read_unbinding):
        with pytest.raises(InvalidIdentity):
            read(made, TALK)


def test_a_proof_of_this_conversation_is_bound() -> None:
    assert read_binding(order_binding(issue_identity(PROVEN), OWNER), TALK) == Bound(NUMBER, OWNER)


@pytest.mark.parametrize(
    "identity",
    [Identity(NUMBER, "talk-2", "sms_code"), Identity(NUMBER, TALK, OPENID)],
    ids=["another conversation's", "only bound"],
)
def test_what_is_no_proof_here_is_not_bound(identity: Identity) -> None:
    with pytest.raises(InvalidIdentity):
        read_binding(order_binding(issue_identity(identity), OWNER), TALK)


def test_an_expired_proof_is_not_bound_however_new_the_order_is(monkeypatch: pytest.MonkeyPatch) -> None:
    proof = issue_identity(PROVEN)
    later(monkeypatch, 901)

    with pytest.raises(InvalidIdentity):
        read_binding(order_binding(proof, OWNER), TALK)


def test_an_order_holds_a_proof_and_not_a_number() -> None:
    with pytest.raises(InvalidIdentity):
        read_binding(seal(BIND, {"identity": NUMBER, "owner": OWNER}), TALK)


def test_only_its_own_conversation_unbinds_a_number() -> None:
    order = order_unbinding(TALK, NUMBER)

    assert read_unbinding(order, TALK) == NUMBER
    with pytest.raises(InvalidIdentity):
        read_unbinding(order, "talk-2")
