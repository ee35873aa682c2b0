"""What WeChat sends, as the desk understands it. Pure but for the content.

Source: https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Receiving_standard_messages.html
"""

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any, Literal
from xml.parsers.expat import ExpatError

from wechatpy import parse_message
from wechatpy.messages import BaseMessage

from desk.errors import Refused, sentence
from knowledge_base.content import content

# What is in no address, and could not stand in a payload.
_ODD = re.compile(r"[^\w\s()\uff08\uff09\u00b7,\uff0c.\u3002#-]+")
_OPENID = re.compile(r"[\w-]{1,64}", re.ASCII)
_CHOICE = re.compile(r"[\w-]{1,40}", re.ASCII)
# Characters of a place's name.
PLACE = 100
# What is said with a click, a follow or a scan counts for another limit than a message.
_COUNTED_EVENTS = {"click", "subscribe", "subscribe_scan", "scan"}

Kind = Literal["text", "picture", "greet", "gone", "refuse", "nothing"]


@dataclass(frozen=True)
class Inbound:
    """One message or event. `key` names it at its account; `text` is what was said, a media id, or a sentence's name.

    `payload` is what it means to the bot, where no model has to guess it; `choice` the id of one that was pressed in a
    menu message; `opens` says which limit it opens: that of a message, of an event, or none.
    """

    openid: str
    target: str
    key: str
    kind: Kind
    text: str = ""
    opens: Literal["message", "event"] | None = "message"
    payload: str | None = None
    choice: str | None = None

    @property
    def client_id(self) -> str:
        """What the store knows it by."""
        return f"wx:{self.key}"


def read(xml: str) -> Inbound:
    """A message from its XML. Raises Refused when it is none."""
    try:
        message = parse_message(xml)
        source, target = str(message.source), str(message.target)
        event = str(message.event) if message.type == "event" else None
        key = str(message.id) if message.id and not event else f"{source}:{int(message.time)}:{_what(event, message)}"
        if not _OPENID.fullmatch(source) or not _OPENID.fullmatch(target) or len(key) > 90:
            raise ValueError("names of another shape")
        kind, text = _event(event, message) if event else _said(message)
    except (ExpatError, LookupError, ValueError, TypeError, AttributeError) as error:
        raise Refused(400, "bad_request") from error
    opens: Literal["message", "event"] | None = "message" if not event else None
    payload = _place(message) if message.type == "location" and kind == "text" else None
    counted: Literal["message", "event"] | None = "event" if event in _COUNTED_EVENTS else opens
    return Inbound(source, target, key, kind, text, counted, payload, _pressed(message))


def _pressed(message: BaseMessage) -> str | None:
    """The id of the choice that was pressed in a menu message: WeChat sends its words as a text, and this beside it."""
    pressed = str(message._data.get("bizmsgmenuid") or "")
    return pressed if message.type == "text" and _CHOICE.fullmatch(pressed) else None


def _what(event: str | None, message: BaseMessage) -> str:
    """What tells messages of one person in one second apart, when they have no number: their kind, and what for."""
    what = f"{event or message.type}:{message._data.get('EventKey') or ''}"
    return hashlib.sha256(what.encode()).hexdigest()[:16]


def _said(message: BaseMessage) -> tuple[Kind, str]:
    fields: Any = message
    match message.type:
        case "text":
            return "text", str(fields.content)
        case "voice":
            words = str(fields.recognition or "").strip()
            return ("text", words) if words else ("refuse", "wechat_voice")
        case "image":
            return "picture", str(fields.media_id)
        case "location":
            if label := _label(message):
                return "text", sentence("wechat_location", label=label)
            if _near(message):
                return "text", sentence("wechat_location_here")
            return "refuse", "wechat_location_unread"
        case "link":
            return "text", "\n".join(str(word) for word in (fields.title, fields.description, fields.url) if word)
    return "refuse", "wechat_unread"


def _place(message: BaseMessage) -> str:
    place = _ODD.sub(" ", _label(message))[:PLACE]
    return f"/share_place{json.dumps({'place': place, 'near': _near(message)}, ensure_ascii=False)}"


def _label(message: BaseMessage) -> str:
    fields: Any = message
    return " ".join(str(fields.label or "").split())


def _near(message: BaseMessage) -> str:
    """Latitude and longitude in degrees, to about a hundred metres; empty when there are none."""
    fields: Any = message
    try:
        latitude, longitude = (float(value) for value in fields.location)
    except (TypeError, ValueError):
        return ""
    there = -90 <= latitude <= 90 and -180 <= longitude <= 180 and (latitude, longitude) != (0, 0)
    return f"{latitude:.3f},{longitude:.3f}" if there else ""


def _event(event: str, message: BaseMessage) -> tuple[Kind, str]:
    fields: Any = message
    known = content("wechat_menu")
    match event:
        case "click":
            text = clicks(known["menu"]).get(str(fields.key))
            return ("text", text) if text else ("nothing", "")
        case "subscribe" | "subscribe_scan":
            return "greet", ""
        case "scan":
            text = known["scenes"].get(str(fields.scene_id))
            return ("text", str(text)) if text else ("nothing", "")
        case "unsubscribe":
            return "gone", ""
    return "nothing", ""


def clicks(menu: list[dict[str, Any]]) -> dict[str, str]:
    """What each key of the menu says."""
    leaves = [leaf for entry in menu for leaf in entry.get("buttons") or [entry]]
    return {str(leaf["key"]): str(leaf["text"]) for leaf in leaves if "key" in leaf}
