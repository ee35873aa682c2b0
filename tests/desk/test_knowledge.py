import asyncio
import json
import time
from collections.abc import AsyncIterator
from http.server import BaseHTTPRequestHandler

import pytest

from common.identity import channel_token
from common.settings import settings
from desk import knowledge
from desk.knowledge import Knowledge
from desk.rasa import BotSilent, BotUnreachable, RasaClient
from tests.bss.scripted import Operator, Script, answers, hangs
from tests.desk.bot import FAILED, GONE, SILENT, Bot

SIZE = 64


def meaning(text: str) -> list[float]:
    """A vector of what characters a text has: alike for texts that are alike."""
    sums = [0.0] * SIZE
    for char in text:
        sums[ord(char) % SIZE] += 1
    length = sum(value * value for value in sums) ** 0.5 or 1.0
    return [value / length for value in sums]


def encodes(model: str = "m1") -> Script:
    """A Rasa whose model makes vectors of characters."""

    def script(operator: Operator, request: BaseHTTPRequestHandler) -> None:
        wanted = json.loads(operator.seen[-1].body)["texts"]
        answers(200, json.dumps({"model": model, "vectors": [meaning(text) for text in wanted]}).encode())(
            operator, request
        )

    return script


@pytest.fixture
async def rasa() -> AsyncIterator[RasaClient]:
    """The desk's client."""
    client = RasaClient()
    yield client
    await client.close()


@pytest.fixture
async def known(bot: Bot, rasa: RasaClient) -> AsyncIterator[Knowledge]:
    """The knowledge of a desk whose Rasa is up."""
    bot.does(encodes())
    made = Knowledge(rasa)
    yield made
    await made.close()


async def test_texts_come_back_as_vectors(bot: Bot, rasa: RasaClient) -> None:
    bot.does(encodes())

    encoded = await rasa.encode(["查话费", "开发票"], 2.0)

    assert (encoded.model, encoded.vectors) == ("m1", [meaning("查话费"), meaning("开发票")])
    assert bot.asked == [{"texts": ["查话费", "开发票"]}]
    assert bot.bearers == {f"Bearer {channel_token()}"}


@pytest.mark.parametrize(
    "script",
    [FAILED, GONE, SILENT, answers(200, b"{"), answers(200, b"[]"), answers(200, b'{"model": "m", "vectors": [[1.0]]}'),
     answers(200, b'{"model": "m", "vectors": [[1.0], [1.0, 2.0]]}')],
)  # fmt: skip
async def test_no_vectors_are_an_error_of_the_bots(bot: Bot, rasa: RasaClient, script: Script) -> None:
    bot.does(script)

    with pytest.raises(BotSilent):
        await rasa.encode(["一", "二"], 0.3)


async def test_a_bot_that_is_not_there_is_unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WANHAO_RASA_URL", "http://127.0.0.1:9")
    settings.cache_clear()

    with pytest.raises(BotUnreachable):
        await RasaClient().encode(["一"], 0.3)


async def test_words_are_compared_until_the_vectors_are_there(known: Knowledge) -> None:
    first = await known.suggestions("光猫亮红灯了怎么办")
    await known.learnt()
    second = await known.suggestions("光猫亮红灯了怎么办")

    assert (first[0].id, first[0].lexical) == ("fault-los", True)
    assert (second[0].id, second[0].lexical) == ("fault-los", False)
    assert second[0].journey == "report_fault_broadband"
    assert 0 < second[0].score <= 1
    assert len(second) <= 3


async def test_a_restart_asks_rasa_for_the_question_only(bot: Bot, rasa: RasaClient, known: Knowledge) -> None:
    await known.suggestions("怎么开发票")
    await known.learnt()
    before = len(bot.asked)

    again = Knowledge(rasa)
    await again.suggestions("怎么开发票")
    await again.learnt()
    (found, *_) = await again.suggestions("怎么开发票")

    assert (found.id, found.lexical) == ("invoice-how", False)
    assert len(bot.asked) - before == 3  # both questions, and which model it is


async def test_a_file_that_is_broken_is_made_anew(rasa: RasaClient, known: Knowledge) -> None:
    await known.suggestions("怎么开发票")
    await known.learnt()
    (path,) = settings().knowledge_dir.glob("*.npy")
    path.write_bytes(path.read_bytes()[:1000])

    again = Knowledge(rasa)
    await again.suggestions("怎么开发票")
    await again.learnt()

    assert not (await again.suggestions("怎么开发票"))[0].lexical


async def test_another_model_is_learnt_anew(bot: Bot, known: Knowledge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(knowledge, "AGAIN_SECONDS", 0.0)
    await known.suggestions("怎么开发票")
    await known.learnt()
    bot.does(encodes("m2"))

    between = await known.suggestions("怎么开发票")
    await known.learnt()

    assert between[0].lexical
    assert not (await known.suggestions("怎么开发票"))[0].lexical
    assert len(list(settings().knowledge_dir.glob("*.npy"))) == 1


@pytest.mark.parametrize("script", [FAILED, GONE, hangs])
async def test_without_rasa_words_alone_answer_in_time(bot: Bot, rasa: RasaClient, script: Script) -> None:
    bot.does(script)
    known = Knowledge(rasa)
    await known.suggestions("补卡要多少钱")  # reads the dictionary

    start = time.monotonic()
    (found, *_) = await known.suggestions("补卡要多少钱")

    assert time.monotonic() - start < knowledge.SECONDS + 0.3
    assert (found.id, found.lexical) == ("card-replace", True)
    await known.close()


async def test_rasa_is_tried_again_later_and_not_at_every_sentence(
    bot: Bot, rasa: RasaClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    bot.does(FAILED)
    known = Knowledge(rasa)
    await known.suggestions("怎么开发票")
    await known.learnt()
    bot.does(encodes())
    assert (await known.suggestions("怎么开发票"))[0].lexical
    await asyncio.sleep(0)
    assert (await known.suggestions("怎么开发票"))[0].lexical

    monkeypatch.setattr(known, "_next_try", 0.0)
    await known.suggestions("怎么开发票")
    await known.learnt()

    assert not (await known.suggestions("怎么开发票"))[0].lexical


@pytest.mark.parametrize("sentence", ["", "  ", "嗯", "好的谢谢"])
async def test_what_asks_for_nothing_gets_nothing(known: Knowledge, sentence: str) -> None:
    assert await known.suggestions(sentence) == []
