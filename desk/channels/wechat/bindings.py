"""Numbers that people of WeChat's have bound after a proof (绑定), sealed at rest, and how they are unbound."""

import logging
import re
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from common.binding import BIND, BOUND, MOST, UNBIND, Bound, issue_bound, read_binding, read_unbinding
from common.database import reading
from common.identity import InvalidIdentity, open_sealed, seal
from common.masking import mask_number
from desk import store
from desk.channels.wechat.arrivals import is_ours, user_of
from desk.channels.wechat.models import WechatBinding, WechatUser
from desk.errors import sentence
from desk.handover import number_hash
from desk.memory import Memory
from desk.models import Conversation
from desk.store import Said
from knowledge_base.content import content

logger = logging.getLogger(__name__)

# What the bot understands, and the desk's own choices: which number to unbind, and one of them by its hash.
BIND_ONE = "/bind_number"
WHICH = "desk:unbind"
ONE = "desk:unbind:"
NONE = "none"
# After a year a number must be proven and bound anew.
SECONDS = 365 * 86_400
_PURPOSE = "wechat-binding"
_ASIDE = re.compile(r"[\W_我要的吧了啊呀]")


def meant(text: str) -> str | None:
    """The payload of a message that is about bindings and nothing else: 解绑, 绑定号码; None for any other."""
    said = _ASIDE.sub("", text)
    return next((str(entry["does"]) for entry in content("wechat_menu")["words"] if said in entry["says"]), None)


class Bindings(Memory):
    """The bindings of all accounts; a conversation belongs to one person at one account."""

    def told(self, conversation: str) -> dict[str, Any]:
        """See `Memory`: the bound numbers, sealed for this conversation and this turn."""
        if not is_ours(conversation):
            return {}
        with reading() as session:
            user = user_of(session, conversation)
            if user is None:
                return {}
            bound = [_opened(row) for row in _rows(session, user)]
        return {BOUND: issue_bound(conversation, [one for one in bound if one is not None])}

    def carry_out(self, session: Session, row: Conversation, custom: dict[str, Any]) -> None:
        """See `Memory`. An order that is forged, too old, or of another conversation changes nothing."""
        if BIND not in custom and UNBIND not in custom:
            return
        user = user_of(session, row.id)
        try:
            if user is None:
                raise InvalidIdentity
            if BIND in custom:
                _bind(session, user, read_binding(str(custom[BIND]), row.id))
            else:
                _unbind(session, user, number_hash(read_unbinding(str(custom[UNBIND]), row.id)))
        except InvalidIdentity:
            logger.warning("conversation %s: an order to bind or unbind was refused", row.id)

    def answer(self, session: Session, row: Conversation, payload: str, turn: str) -> bool:
        """See `Memory`: lists what is bound, or unbinds what was chosen."""
        user = user_of(session, row.id)
        if user is None or not (payload == WHICH or payload.startswith(ONE)):
            return False
        if payload == WHICH:
            said = _listed(_rows(session, user))
        elif payload == f"{ONE}{NONE}":
            said = Said("bot", sentence("wechat_unbind_kept"))
        else:
            said = _unbound(session, user, payload.removeprefix(ONE))
        store.add_lines(session, row, [said], turn)
        return True


def _rows(session: Session, user: WechatUser) -> list[WechatBinding]:
    theirs = sa.select(WechatBinding).where(WechatBinding.account == user.account, WechatBinding.openid == user.openid)
    return list(session.scalars(theirs.order_by(WechatBinding.bound_at)))


def _opened(row: WechatBinding) -> Bound | None:
    """What was bound; None when it is too old. The seal names its person: moved to another row it opens nothing."""
    try:
        claims = open_sealed(_PURPOSE, row.sealed, SECONDS)
    except InvalidIdentity:
        return None
    whose = (row.account, row.openid) == (claims["account"], claims["openid"])
    return Bound(claims["number"], claims["owner"]) if whose else None


def _bind(session: Session, user: WechatUser, bound: Bound) -> None:
    mark, known = number_hash(bound.number), list[WechatBinding]()
    for one in _rows(session, user):
        if _opened(one) is None:  # over: it takes no place any more
            session.delete(one)
        else:
            known.append(one)
    session.flush()
    row = next((one for one in known if one.number_hash == mark), None)
    if row is None:
        if len(known) >= MOST:
            raise InvalidIdentity
        row = WechatBinding(account=user.account, openid=user.openid, number_hash=mark)
        session.add(row)
    claims = {"account": user.account, "openid": user.openid, "number": bound.number, "owner": bound.owner}
    row.sealed = seal(_PURPOSE, claims)


def _unbind(session: Session, user: WechatUser, mark: str) -> Bound | None:
    row = session.get(WechatBinding, (user.account, user.openid, mark))
    if row is None:
        return None
    session.delete(row)
    return _opened(row)


def _listed(rows: list[WechatBinding]) -> Said:
    found = [(row.number_hash, bound) for row in rows if (bound := _opened(row)) is not None]
    titles = content("desk")["choices"]
    another = (titles["bind"], BIND_ONE)
    if not found:
        return Said("bot", sentence("wechat_unbind_nothing"), (another,))
    choices = [(mask_number(bound.number), f"{ONE}{mark}") for mark, bound in found]
    return Said("bot", sentence("wechat_unbind_which"), (*choices, another, (titles["keep_bound"], f"{ONE}{NONE}")))


def _unbound(session: Session, user: WechatUser, mark: str) -> Said:
    bound = _unbind(session, user, mark)
    if bound is None:  # pressed twice
        return _listed(_rows(session, user))
    return Said("bot", sentence("wechat_unbound", number=mask_number(bound.number)))
