"""Long answers in messages that WeChat takes: cut at the end of a sentence. Pure."""

# Characters and bytes of one message. WeChat cuts a passive reply at 2048 bytes:
# https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Passive_user_reply_message.html
CHARACTERS = 600
BYTES = 2048
# What is kept free in a piece for the sentence that asks for a sign of life.
ROOM = 60
_ENDS = ("\n", "。！？!?；;", "，,、 ")


def fits(text: str, room: int = 0) -> bool:
    """Whether a text is one message, with `room` characters to spare."""
    return len(text) + room <= CHARACTERS and len(text.encode()) + 3 * room <= BYTES


def split(text: str) -> list[str]:
    """The text in pieces that fit with `ROOM` to spare; cut after a line, a sentence, a comma, or else anywhere."""
    pieces = []
    rest = text.strip()
    while rest and not fits(rest, ROOM):
        most = _most(rest)
        cut = next((cut for ends in _ENDS if (cut := _last(rest, ends, most)) > most // 3), most)
        pieces.append(rest[:cut].strip())
        rest = rest[cut:].strip()
    return [piece for piece in [*pieces, rest] if piece]


def _most(text: str) -> int:
    """How many of its first characters fit."""
    size = BYTES - 3 * ROOM
    return min(CHARACTERS - ROOM, len(text.encode()[:size].decode(errors="ignore")))


def _last(text: str, ends: str, most: int) -> int:
    """Where the last of these marks stands within `most` characters, behind it; 0 when there is none."""
    return 1 + max(text.rfind(end, 0, most) for end in ends)
