"""The desk asks whichever place of Rasa is live, and the other one when that has just changed."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from http.server import BaseHTTPRequestHandler

import pytest

import desk.rasa
from common.database import engine, transaction
from common.settings import settings
from desk.bot_server import LOOK_SECONDS, BotServer, Live, address, follow, go_live, live
from desk.rasa import BotGone, BotSilent, Encoded, RasaClient
from knowledge_base import content
from knowledge_base.authoring.models import Release
from tests.bss.scripted import Operator, Script, answers, hangs_up, operator
from tests.desk.bot import Bot, says


@pytest.fixture
def other(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bot]:
    """The second place."""
    with operator() as running:
        monkeypatch.setenv("WANHAO_RASA_NEXT_URL", running.address)
        settings.cache_clear()
        made = Bot(running)
        made.does(says("我是新来的"))
        yield made


@pytest.fixture
def long_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """No look at the row is due in this test."""
    monkeypatch.setattr(desk.rasa, "LOOK_SECONDS", 60.0)


@pytest.fixture
async def rasa(other: Bot) -> AsyncIterator[RasaClient]:
    """A desk's client that has asked the first place already."""
    assert other.asked == []
    client = RasaClient()
    assert await said(client) == "好的"
    yield client
    await client.close()


async def said(client: RasaClient) -> str:
    """The bot's answer."""
    return str((await client.ask("c1", "m1", "您好", None, {}, seconds=4, repeated=False)).messages[0]["text"])


def test_nobody_is_live_until_somebody_is_named() -> None:
    assert live() is None
    go_live(Live("rasa"))
    go_live(Live("rasa_next"))
    assert live() == Live("rasa_next")
    go_live(None)
    assert live() is None


def test_places_have_their_addresses_from_the_settings(bot: Bot, other: Bot) -> None:
    assert (address("rasa"), address("rasa_next")) == (bot.address, other.address)


async def test_a_desk_follows_within_its_look(rasa: RasaClient, other: Bot) -> None:
    go_live(Live("rasa_next"))
    time.sleep(LOOK_SECONDS)  # noqa: ASYNC251 no other task runs here
    assert await said(rasa) == "我是新来的"
    assert other.asked[0]["repeated"] is False


@pytest.mark.usefixtures("long_look")
async def test_between_two_looks_it_asks_where_it_did(bot: Bot, rasa: RasaClient, other: Bot) -> None:
    go_live(Live("rasa_next"))
    assert await said(rasa) == "好的"
    assert (len(bot.asked), len(other.asked)) == (2, 0)


@pytest.mark.usefixtures("long_look")
async def test_a_connection_that_breaks_asks_the_new_place_within_the_turn(
    bot: Bot, rasa: RasaClient, other: Bot
) -> None:
    bot.does(hangs_up)
    go_live(Live("rasa_next"))
    assert await said(rasa) == "我是新来的"
    # It may have been answered by the first.
    assert other.asked[0]["repeated"] is True


async def test_without_a_new_place_a_broken_connection_is_no_second_question(
    bot: Bot, rasa: RasaClient, other: Bot
) -> None:
    bot.does(hangs_up)
    with pytest.raises(BotGone) as failure:
        await said(rasa)
    assert not failure.value.unreachable
    assert (len(bot.asked), other.asked) == (2, [])


@pytest.mark.usefixtures("long_look")
async def test_a_message_that_the_first_place_may_have_is_never_called_unreachable(
    bot: Bot, rasa: RasaClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WANHAO_RASA_NEXT_URL", "http://127.0.0.1:9")
    settings.cache_clear()
    bot.does(hangs_up)
    go_live(Live("rasa_next"))
    with pytest.raises(BotGone) as failure:
        await said(rasa)
    assert not failure.value.unreachable


async def test_with_its_database_away_a_desk_asks_where_it_did(rasa: RasaClient, bot: Bot) -> None:
    BotServer.__table__.drop(engine())
    time.sleep(LOOK_SECONDS)  # noqa: ASYNC251 no other task runs here
    assert await said(rasa) == "好的"
    assert len(bot.asked) == 2


def published(release: int) -> None:
    """A release that may go live."""
    with transaction() as session:
        session.add(Release(id=release, title="发布"))


@pytest.mark.usefixtures("long_look")
async def test_each_message_names_the_release_of_the_place_that_it_is_asked_at(
    bot: Bot, rasa: RasaClient, other: Bot
) -> None:
    published(7)
    go_live(Live("rasa_next", 7))
    await said(rasa)
    bot.does(hangs_up)
    await said(rasa)
    assert [asked["metadata"]["release"] for asked in bot.asked] == [None, None, None]
    assert [asked["metadata"]["release"] for asked in other.asked] == [7]


async def test_a_desk_reads_the_release_that_is_live_also_while_nobody_asks(rasa: RasaClient) -> None:
    folder = settings().releases_dir / "7" / "content"
    folder.mkdir(parents=True)
    published(7)
    following = asyncio.create_task(rasa.follow())
    go_live(Live("rasa", 7))
    await asyncio.sleep(2 * LOOK_SECONDS)
    following.cancel()
    assert content.folder() == folder
    go_live(None)
    assert follow() is False
    assert content.folder() == content.CONTENT


async def test_a_release_that_cannot_be_read_keeps_nobody_from_asking(rasa: RasaClient, bot: Bot) -> None:
    folder = settings().releases_dir / "7" / "content"
    (folder / "faq.yml").mkdir(parents=True)
    published(7)
    go_live(Live("rasa", 7))
    time.sleep(LOOK_SECONDS)  # noqa: ASYNC251 no other task runs here

    assert await said(rasa) == "好的"
    assert bot.asked[-1]["metadata"]["release"] == 7
    go_live(None)
    follow()


def unsure(asked: Bot) -> Script:
    """Does not understand, until it is told what the knowledge has found."""

    def script(operator: Operator, request: BaseHTTPRequestHandler) -> None:
        if "knowledge" in asked.asked[-1]:
            says("说手表的")(operator, request)
        else:
            answers(200, b'{"unsure": true, "model": "m1", "vector": [0.5, 1]}')(operator, request)

    return script


class Known:
    """A knowledge that has one answer."""

    def __init__(self, named: str | None = None) -> None:
        self._named = named
        self.sought: list[tuple[str, Encoded]] = []

    async def named(self, text: str) -> str | None:
        return self._named

    async def answering(self, text: str, encoded: Encoded) -> str | None:
        self.sought.append((text, encoded))
        return "watch"


async def asks(client: RasaClient, known: Known | None, payload: str | None = None) -> str:
    """The bot's answer to a question about watches."""
    answer = await client.ask("c1", "m1", "手表", payload, {}, seconds=4, repeated=False, knowledge=known)
    return str(answer.messages[0]["text"])


async def test_what_the_bot_is_not_sure_of_is_looked_up_and_asked_again(bot: Bot, rasa: RasaClient) -> None:
    bot.does(unsure(bot))
    known = Known()

    assert await asks(rasa, known) == "说手表的"

    first, second = bot.asked[1:]
    assert second == first | {"knowledge": "watch"}
    assert known.sought == [("手表", Encoded("m1", [[0.5, 1]]))]


async def test_what_is_asked_again_stays_with_its_release(
    bot: Bot, rasa: RasaClient, other: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Meanwhile(Known):
        async def answering(self, text: str, encoded: Encoded) -> str | None:
            published(7)
            go_live(Live("rasa_next", 7))
            return await super().answering(text, encoded)

    monkeypatch.setattr(desk.rasa, "LOOK_SECONDS", 0.0)
    bot.does(unsure(bot))

    assert await asks(rasa, Meanwhile()) == "说手表的"

    assert [asked["metadata"]["release"] for asked in bot.asked[1:]] == [None, None]
    assert other.asked == []


async def test_without_a_knowledge_it_is_told_that_nothing_was_found(bot: Bot, rasa: RasaClient) -> None:
    bot.does(unsure(bot))

    assert await asks(rasa, None) == "说手表的"
    assert bot.asked[-1]["knowledge"] is None


async def test_a_question_word_for_word_names_its_entry_at_once(bot: Bot, rasa: RasaClient) -> None:
    known = Known("watch")

    assert await asks(rasa, known) == "好的"

    assert [asked.get("knowledge") for asked in bot.asked[1:]] == ["watch"]
    assert known.sought == []


async def test_a_button_is_no_question(bot: Bot, rasa: RasaClient) -> None:
    await asks(rasa, Known("watch"), payload="/query_balance")

    assert "knowledge" not in bot.asked[-1]


@pytest.mark.parametrize("vector", [b"null", b'["a"]', b"{}"])
async def test_a_vector_of_another_shape_is_no_answer(bot: Bot, rasa: RasaClient, vector: bytes) -> None:
    bot.does(answers(200, b'{"unsure": true, "model": "m1", "vector": ' + vector + b"}"))

    with pytest.raises(BotSilent):
        await asks(rasa, Known())
