"""What a supervisor does, as open pages see it: over HTTP and sockets."""

import asyncio
import json
from collections.abc import Callable

import httpx

from bench.sockets import socket_of
from common.database import transaction
from desk.staff_models import Staff
from tests.desk.agents import enters, talk_of
from tests.desk.server import Page
from tests.desk.staff.people import Browser, person, refusal

Browsers = Callable[[], Browser]
ROOT = "/api/supervisor/v1"
SECRET = "客户情绪不好，先安抚再查账单"


def seen_by(browser: Browser) -> dict[str, object]:
    headers = {"Cookie": f"wanhao_staff={browser.cookies['wanhao_staff']}"}
    return {"auth": {"csrf": browser.me["csrf"]}, "namespace": "/agent", "headers": headers}


def sign_in(browsers: Browsers, login: str, state: str = "ready", groups: tuple[str, ...] = ("mobile",)) -> Browser:
    """Somebody at their desk, who serves these groups."""
    staff = person(login).id
    with transaction() as session:
        session.get(Staff, staff).groups = list(groups)
    browser = browsers().signs_in(login)
    assert browser.post("/api/agent/v1/presence", json={"state": state}).status_code == 200
    return browser


async def test_a_whisper_reaches_the_agent_at_once_and_never_the_customer(
    client: httpx.Client, browsers: Browsers
) -> None:
    worker, lead = sign_in(browsers, "1001", "busy"), browsers().signs_in("lead")
    page, origin = Page(client), str(client.base_url).rstrip("/")
    async with socket_of(origin, {"token": page.token}) as customer, socket_of(origin, **seen_by(worker)) as desk:
        found = await asyncio.to_thread(enters, page.id)
        await asyncio.to_thread(worker.post, f"/api/agent/v1/queue/{found}/take")
        answer = await asyncio.to_thread(lead.post, f"{ROOT}/chats/{found}/whisper", json={"text": SECRET})
        await desk.until(lambda: desk.of("note"))
        # What is said afterwards has come, so nothing from before is still on its way.
        line = {"client_id": "c1", "text": "您好，我先看一下账单"}
        await asyncio.to_thread(worker.post, f"/api/agent/v1/chats/{found}/messages", json=line)
        await customer.until(lambda: any(said["text"] == line["text"] for said in customer.of("message")))

    assert answer.status_code == 200
    assert desk.of("note") == [{"handover": found, "note": answer.json()}]
    assert {name for name, _ in customer.events} <= {"message", "mode", "queue", "typing"}
    assert SECRET not in json.dumps(customer.events, ensure_ascii=False)
    assert SECRET not in page.reads().text
    assert SECRET in worker.get(f"/api/agent/v1/chats/{found}").text


async def test_an_assigned_chat_rings_at_the_agent(client: httpx.Client, browsers: Browsers) -> None:
    worker, lead = sign_in(browsers, "1001", "busy"), browsers().signs_in("lead")
    origin = str(client.base_url).rstrip("/")
    async with socket_of(origin, **seen_by(worker)) as desk:
        found = await asyncio.to_thread(enters)
        answer = await asyncio.to_thread(
            lead.post, f"{ROOT}/chats/{found}/assign", json={"staff": str(person("1001").id)}
        )
        await desk.until(lambda: desk.of("offer"))

    assert answer.status_code == 204
    assert desk.of("offer") == [{"handover": found}]
    assert worker.post(f"/api/agent/v1/chats/{found}/accept").status_code == 200


async def test_a_state_that_is_set_reaches_the_agents_page(client: httpx.Client, browsers: Browsers) -> None:
    worker, lead = sign_in(browsers, "1001"), browsers().signs_in("lead")
    origin = str(client.base_url).rstrip("/")
    async with socket_of(origin, **seen_by(worker)) as desk:
        answer = await asyncio.to_thread(
            lead.post, f"{ROOT}/agents/{person('1001').id}/presence", json={"state": "break"}
        )
        await desk.until(lambda: desk.of("presence"))

    assert desk.of("presence") == [answer.json()]
    assert answer.json()["state"] == "break"


async def test_who_loses_a_chat_is_told(client: httpx.Client, browsers: Browsers) -> None:
    worker, lead = sign_in(browsers, "1001", "busy"), sign_in(browsers, "lead", "busy", ())
    origin = str(client.base_url).rstrip("/")
    found = enters()
    worker.post(f"/api/agent/v1/queue/{found}/take")
    async with socket_of(origin, **seen_by(worker)) as desk:
        answer = await asyncio.to_thread(lead.post, f"{ROOT}/chats/{found}/take-over", json={"note": "我来处理"})
        await desk.until(lambda: desk.of("note") and desk.of("chats"))

    assert answer.json()["writable"] is True
    assert [told["note"]["text"] for told in desk.of("note")] == ["我来处理"]
    assert talk_of(found).staff_id == person("lead").id
    line = {"client_id": "c9", "text": "在吗"}
    assert refusal(worker.post(f"/api/agent/v1/chats/{found}/messages", json=line)) == (409, "moved_on")
