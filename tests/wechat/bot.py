"""A bot over Rasa's channel that says what it is told to, and like the real one answers a message once."""

import asyncio
from typing import Any

from fastapi import FastAPI, Request

from tests.wechat.serving import Serving

# `慢 SECONDS WORDS` is answered late, `转人工` by a person, `选` with choices, `卡` with a card; anything else is said
# back.
SLOW, PERSON, CHOICES, CARD = "慢", "转人工", "选", "卡"
ROWS = [{"label": "可用余额", "value": "12.00元", "note": None}, {"label": "赠款", "value": "3.00元", "note": None}]
TITLES = ["余额", "流量", "账单"]


class Bot:
    """The running bot; `asked` are the messages that came, by id, in order."""

    def __init__(self) -> None:
        self.asked: dict[str, str] = {}
        self._answers: dict[str, asyncio.Task[dict[str, Any]]] = {}
        app = FastAPI()

        @app.post("/webhooks/desk/webhook")
        async def webhook(request: Request) -> dict[str, Any]:
            body = await request.json()
            key, text = body["message_id"], str(body.get("text") or body.get("payload") or "")
            if key not in self._answers:
                self.asked[key] = text
                self._answers[key] = asyncio.create_task(_answer(text))
            return {"messages": [await asyncio.shield(self._answers[key])]}

        @app.get("/webhooks/desk/ready")
        async def ready() -> dict[str, str]:
            return {"status": "ok"}

        self._serving = Serving(app)
        self.address = self._serving.address

    def close(self) -> None:
        """Ends it."""
        self._serving.close()


async def _answer(text: str) -> dict[str, Any]:
    if text.startswith(f"{SLOW} "):
        _, seconds, text = text.split(" ", 2)
        await asyncio.sleep(float(seconds))
    answer: dict[str, Any] = {"text": f"答：{text}", "buttons": [], "custom": {}}
    if text == CHOICES:
        answer["buttons"] = [{"title": title, "payload": f"/{number}"} for number, title in enumerate(TITLES)]
    if text == CARD:
        card = {"kind": "balance", "title": "话费余额", "amount": "15.00元", "rows": ROWS, "note": None}
        answer["custom"] = {"card": card}
    if text == PERSON:
        wish: dict[str, Any] = {
            "group": "mobile",
            "priority": "normal",
            "reason": "asked",
            "number": None,
            "journey": {},
        }
        answer["custom"] = {"handover": wish}
    return answer
