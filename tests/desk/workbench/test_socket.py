"""The agents' sockets over a running desk: who hears what, and who is not let in."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from bench.sockets import Socket, Unauthorised, socket_of
from tests.desk.bot import GONE, Bot
from tests.desk.server import Page, running_desk
from tests.desk.staff.people import Browser, hire

AGENT = "/api/agent/v1"


@pytest.fixture
def client(database: None) -> Iterator[httpx.Client]:
    """A desk where two agents and a supervisor work."""
    hire("1001", "agent", groups=["mobile"], ceiling=2)
    hire("1002", "agent", groups=["fault"], ceiling=2)
    hire("lead", "supervisor", groups=[])
    hire("writer", "editor")
    hire("boss", "admin")
    with running_desk() as running:
        yield running


@pytest.fixture
def browser(client: httpx.Client) -> Iterator[Callable[[str], Browser]]:
    """Signs people in."""
    opened: list[Browser] = []

    def sign_in(login: str) -> Browser:
        opened.append(Browser(client).signs_in(login))
        return opened[-1]

    yield sign_in
    for one in opened:
        one.close()


@asynccontextmanager
async def connected(who: Browser, csrf: str | None = None) -> AsyncIterator[Socket]:
    cookie = "; ".join(f"{name}={value}" for name, value in who.cookies.items())
    auth = {"csrf": who.me["csrf"] if csrf is None else csrf}
    address = str(who.base_url).rstrip("/")
    async with socket_of(address, auth, namespace="/agent", headers={"Cookie": cookie}) as socket:
        yield socket


async def asks(page: Page, bot: Bot) -> None:
    bot.does(GONE)
    await asyncio.to_thread(page.says, "转人工")


async def does(who: Browser, path: str, body: Any = None) -> httpx.Response:
    return await asyncio.to_thread(who.post, f"{AGENT}/{path}", json=body)


async def begins(who: Browser, socket: Socket, page: Page, bot: Bot) -> int:
    """An agent accepts a customer's chat; its number."""
    await does(who, "presence", {"state": "ready"})
    await asks(page, bot)
    await socket.until(lambda: socket.of("offer"))
    found: int = socket.of("offer")[0]["handover"]
    assert (await does(who, f"chats/{found}/accept")).status_code == 200
    return found


async def test_a_chat_from_the_offer_to_the_score(
    client: httpx.Client, browser: Callable[[str], Browser], bot: Bot
) -> None:
    agent, page = browser("1001"), Page(client)
    async with connected(agent) as socket:
        found = await begins(agent, socket, page, bot)
        await asyncio.to_thread(page.says, "我的话费不对")
        await socket.until(lambda: any(one["message"]["text"] == "我的话费不对" for one in socket.of("message")))
        said = await does(agent, f"chats/{found}/messages", {"client_id": "a1", "text": "我来看看"})
        assert said.json()["staff"] == "员工1001"
        closing = {"reason": "billing", "result": "solved", "note": "", "survey": True}
        assert (await does(agent, f"chats/{found}/close", closing)).status_code == 204

    roles = [(line["role"], line["text"]) for line in page.reads().json()["messages"]]
    assert ("agent", "我来看看") in roles
    assert roles[-1] == ("system", "请您给这次服务打个分，5分是非常满意。")
    assert [line["text"] for line in page.says("5").json()["messages"]] == ["谢谢您的评价，祝您生活愉快！"]
    (closed,) = agent.get(f"{AGENT}/history").json()
    assert (closed["handover"], closed["result"], closed["score"]) == (found, "solved", 5)


async def test_customers_see_that_the_agent_writes(
    client: httpx.Client, browser: Callable[[str], Browser], bot: Bot
) -> None:
    agent, page = browser("1001"), Page(client)
    address = str(client.base_url).rstrip("/")
    async with connected(agent) as socket, socket_of(address, {"token": page.token}) as customer:
        found = await begins(agent, socket, page, bot)
        await socket.emit("typing", {"handover": found, "on": True})
        await customer.until(lambda: {"on": True, "role": "agent"} in customer.of("typing"))
        await socket.emit("typing", {"handover": found + 1, "on": True})
        await socket.emit("typing", "rubbish")


async def test_nobody_else_hears_a_chat(client: httpx.Client, browser: Callable[[str], Browser], bot: Bot) -> None:
    agent, other, lead, page = browser("1001"), browser("1002"), browser("lead"), Page(client)
    async with connected(agent) as socket, connected(other) as stranger, connected(lead) as boss:
        found = await begins(agent, socket, page, bot)
        await stranger.emit("watch", {"handover": found})
        await boss.emit("watch", {"handover": found})
        await asyncio.sleep(0.2)
        await asyncio.to_thread(page.says, "我的话费不对")
        # What was said just before may come first: pages drop what they have.
        await boss.until(lambda: "我的话费不对" in [heard["message"]["text"] for heard in boss.of("message")])

        assert stranger.of("message") == []
        assert stranger.of("chats") == []


@pytest.mark.parametrize("csrf", ["", "wrong"])
async def test_a_socket_without_the_pages_token_is_refused(browser: Callable[[str], Browser], csrf: str) -> None:
    with pytest.raises(Unauthorised):
        async with connected(browser("1001"), csrf):
            pass


async def test_an_editor_has_no_place_at_the_agents_desk(browser: Callable[[str], Browser]) -> None:
    with pytest.raises(Unauthorised):
        async with connected(browser("writer")):
            pass


@pytest.mark.parametrize("change", [{"role": "editor"}, {"role": "supervisor"}, {"active": False}])
async def test_who_gets_another_role_or_is_closed_loses_the_sockets_at_once(
    browser: Callable[[str], Browser], change: dict[str, Any]
) -> None:
    agent, other, boss = browser("1001"), browser("1002"), browser("boss")
    async with connected(agent) as socket, connected(other) as stays:
        path = f"/api/staff/v1/people/{agent.me['staff']['id']}"
        assert (await asyncio.to_thread(boss.patch, path, json=change)).status_code == 200

        await asyncio.wait_for(asyncio.shield(socket.listening), 2)
        assert not stays.listening.done()


async def test_who_signs_out_loses_the_sockets_of_that_browser(browser: Callable[[str], Browser]) -> None:
    here, elsewhere = browser("1001"), browser("1001")
    async with connected(here) as socket, connected(elsewhere) as stays:
        assert (await asyncio.to_thread(here.post, "/api/staff/v1/logout")).status_code == 204

        await asyncio.wait_for(asyncio.shield(socket.listening), 2)
        assert not stays.listening.done()


async def test_a_picture_of_the_agents_reaches_the_customer(
    client: httpx.Client, browser: Callable[[str], Browser], bot: Bot
) -> None:
    agent, page = browser("1001"), Page(client)
    picture = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489")
    async with connected(agent) as socket:
        found = await begins(agent, socket, page, bot)
        files = {"file": ("a.png", picture, "image/png")}
        path = f"{AGENT}/chats/{found}/pictures"
        sent = await asyncio.to_thread(agent.post, path, files=files, data={"client_id": "p1"})
        again = await asyncio.to_thread(agent.post, path, files=files, data={"client_id": "p1"})

    assert sent.json() == again.json()
    shown = page.reads().json()["messages"][-1]
    assert shown["card"]["kind"] == "picture"
    assert page.client.get(shown["card"]["url"], headers=page.headers).content == picture
    assert agent.get(sent.json()["card"]["url"]).content == picture
