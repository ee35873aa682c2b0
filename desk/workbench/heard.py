"""What a conversation tells the rules of retention: why the customer may leave, and which moment it is. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from knowledge_base.content import content
from knowledge_base.retention.profile import Said

LEAVING, PORT_OUT, RENEWAL, WARNING, WINBACK = "leaving", "port_out", "renewal", "warning", "winback"
_LEAVING_TOPIC, _PORTING_TOPIC, _RENEWAL_TOPIC = "cancel_service", "cancel_service_port_out", "broadband_service_renew"
_PRICE = "fee"
# Sentences of a customer that are read, from the latest on.
LATEST = 100
_NO_REASON = frozenset({"no", "other"})


def said(topic: str, journey: Mapping[str, Any], sentences: Sequence[str]) -> Said:
    """What the customer has said, in the topic's journey with the bot and in their own sentences, oldest first."""
    sentences = _plain(sentences)
    porting = topic == _PORTING_TOPIC or _any(sentences, "porting_words")
    begun = topic.startswith((_LEAVING_TOPIC, _RENEWAL_TOPIC)) or porting
    known = content("leaving")
    return Said(
        reason=_reason(topic, journey, sentences),
        competitor=_has(sentences, content("retention")["operators"]),
        porting=porting,
        code=_has(sentences, known["asks"]["code"]),
        asked=begun or _any(sentences, "leaving_words") or _any(sentences, "renewal_words"),
    )


def moments(
    topic: str, what: Said, sentences: Sequence[str], *, ending: bool, ended: bool, groups: Collection[str]
) -> list[str]:
    """The moments that a talk may be taken for, the one it is first; without any, nothing is offered.

    `ending`: the contract ends soon. `ended`: the line is no more. `groups` are the agent's. Somebody who has not
    spoken of leaving is not treated as if they had.
    """
    there = {
        WINBACK: ended,
        PORT_OUT: what.porting,
        LEAVING: topic.startswith(_LEAVING_TOPIC) or _speaks_of(sentences, "leaving"),
        RENEWAL: ending or topic == _RENEWAL_TOPIC or _speaks_of(sentences, "renewal"),
        WARNING: "retention" in groups or what.reason == _PRICE,
    }
    found = [moment for moment, holds in there.items() if holds]
    return found + [moment for moment in (RENEWAL, WARNING) if found and moment not in found]


def requests_order(topic: str, sentences: Sequence[str]) -> bool:
    """Whether the customer has asked, by topic or in their own words, to have something ordered or changed."""
    known = content("retention")["heard"]
    return topic.startswith(tuple(known["request_topics"])) or any(
        _has([sentence], known["request_words"]) and not _has([sentence], known["request_denials"])
        for sentence in sentences
    )


def _speaks_of(sentences: Sequence[str], what: str) -> bool:
    """Whether a sentence speaks of leaving or renewal, plainly, or loosely of a line or a contract."""
    known = content("retention")["heard"]
    return _any(sentences, f"{what}_words") or any(
        _has([sentence], known[f"{what}_loose_words"]) and _has([sentence], known["things"]) for sentence in sentences
    )


def _plain(sentences: Iterable[str]) -> list[str]:
    """Sentences without words that only look like another operator's name."""
    found = list(sentences)
    for word in content("retention")["heard"]["harmless_words"]:
        found = [sentence.replace(word, "") for sentence in found]
    return found


def _reason(topic: str, journey: Mapping[str, Any], sentences: Sequence[str]) -> str | None:
    """A key of `leaving.yml`: the one that was chosen, else the one that the latest sentence with any gives."""
    reasons = content("leaving")["reasons"]
    chosen = journey.get("reason") if topic.startswith(_LEAVING_TOPIC) else None
    if chosen in reasons:
        return None if chosen in _NO_REASON else str(chosen)
    for sentence in reversed(sentences):
        for name, entry in reasons.items():
            if name not in _NO_REASON and any(word in sentence for word in entry["words"]):
                return str(name)
    return None


def _any(sentences: Iterable[str], words: str) -> bool:
    return _has(sentences, content("retention")["heard"][words])


def _has(sentences: Iterable[str], words: Iterable[str]) -> bool:
    known = [word.lower() for word in words]
    return any(word in sentence.lower() for sentence in sentences for word in known)
