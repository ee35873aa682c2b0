import asyncio
import json
import shutil
import time
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
import yaml

from common.database import transaction
from common.identity import channel_token
from common.settings import settings
from desk import knowledge
from desk.bot_server import Live, go_live
from desk.knowledge import Knowledge
from desk.rasa import BotSilent, BotUnreachable, Encoded, RasaClient
from knowledge_base import content
from knowledge_base.authoring.models import Release
from knowledge_base.faq import entries
from language.normalise import normalise
from tests.bss.scripted import Operator, Script, answers, hangs
from tests.desk.bot import FAILED, GONE, SILENT, Bot

SIZE = 64
# Before it is put to rest for the tests of this room.
FOLLOW = Knowledge.follow


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
    (path,) = settings().knowledge_dir.glob("*.np?")
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
    assert len(list(settings().knowledge_dir.glob("*.np?"))) == 1


@pytest.mark.parametrize("script", [FAILED, GONE, hangs])
async def test_without_rasa_words_alone_answer_in_time(bot: Bot, rasa: RasaClient, script: Script) -> None:
    bot.does(script)
    known = Knowledge(rasa)
    await known.suggestions("补卡要多少钱")  # reads the dictionary

    start = time.monotonic()
    (found, *_) = await known.suggestions("补卡要多少钱")

    assert time.monotonic() - start < knowledge.SECONDS + 1.0
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


def published(release: int, entries: list[dict[str, Any]]) -> None:
    """The project's content with these entries, as a release that is live."""
    folder = settings().releases_dir / str(release) / "content"
    shutil.copytree(content.CONTENT, folder)
    faq = {"entries": entries, "unrelated_words": ["您好", "谢谢", "今天下雨吗"]}
    (folder / "faq.yml").write_text(yaml.safe_dump(faq, allow_unicode=True), encoding="utf-8")
    with transaction() as session:
        session.add(Release(id=release, title="发布"))
    go_live(Live("rasa", release))
    content.use(release)


WATCH = {
    "id": "watch",
    "question": "手表能不能单独打电话？",
    "also": ["智能手表要不要自己的卡", "手表独立号码"],
    "answer": "要办一张手表专用的卡。",
    "topic": "choose_number",
}


FEW = content.content("faq")["entries"][:4] + [
    row for row in content.content("faq")["entries"] if row["id"] in {"fault-los", "invoice-how"}
]


@pytest.fixture
def few() -> Iterator[None]:
    """A release with few entries is live; afterwards the project's content holds again."""
    published(6, FEW)
    yield
    content.use(None)


@pytest.fixture
async def following(few: None, known: Knowledge) -> AsyncIterator[Knowledge]:
    """The knowledge of a desk that runs, when it has learnt what there is."""
    task = asyncio.create_task(FOLLOW(known))
    await comes(lambda: known._model is not None)
    yield known
    task.cancel()


async def comes(condition: Callable[[], bool]) -> None:
    for _ in range(1200):
        if condition():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it never came")


async def test_what_is_published_is_learnt_of_itself_and_only_its_own_texts_are_encoded(
    bot: Bot, following: Knowledge
) -> None:
    before, learnt = len(bot.asked), following._learnt
    assert await following.answering(WATCH["question"], Encoded("m1", [meaning(WATCH["question"])])) is None

    published(7, [*FEW, WATCH])
    # The former answers meanwhile.
    assert not (await following.suggestions("怎么开发票"))[0].lexical
    await comes(lambda: following._learnt is not learnt)

    asked = [body["texts"] for body in bot.asked[before:]]
    assert [text for texts in asked for text in texts if "手表" in text] == [
        *map(normalise, (WATCH["question"], *WATCH["also"], WATCH["answer"])),
    ]
    assert sum(map(len, asked)) == 6  # with an agent's question, and which model it is
    assert (await following.suggestions("手表能单独打电话吗"))[0].id == "watch"


async def test_an_entry_that_is_taken_back_is_found_no_more(following: Knowledge) -> None:
    learnt = following._learnt

    published(8, [row for row in FEW if row["id"] != "invoice-how"])
    await comes(lambda: following._learnt is not learnt)

    assert "invoice-how" not in [hit.id for hit in await following.suggestions("怎么开发票")]


@pytest.mark.usefixtures("few")
async def test_what_is_surely_meant_is_answered_and_what_only_may_be_is_not(known: Knowledge) -> None:
    await known.suggestions("怎么开发票")
    await known.learnt()

    async def answering(text: str, model: str = "m1") -> str | None:
        return await known.answering(text, Encoded(model, [meaning(normalise(text))]))

    assert await answering("光猫上的红灯一直亮着，是怎么回事") == "fault-los"
    assert await answering("请问师傅几点到") is None
    assert await answering("红灯亮") is None
    assert await answering("光猫上的红灯一直亮着，是怎么回事", "m2") is None


@pytest.mark.usefixtures("few")
async def test_before_anything_is_learnt_nothing_is_answered(known: Knowledge) -> None:
    assert await known.answering("光猫亮红灯了怎么办", Encoded("m1", [meaning("光猫亮红灯了怎么办")])) is None

    await known.learnt()
    assert await known.answering("光猫亮红灯了怎么办", Encoded("m1", [meaning("光猫亮红灯了怎么办")])) == "fault-los"


async def test_a_question_word_for_word_names_its_entry(known: Knowledge) -> None:
    entry = next(entry for entry in entries() if entry.journey is None)
    other = next(entry for entry in entries() if entry.journey is not None)

    assert await known.named(f"呃 {entry.wordings[-1]}？") == entry.id
    assert await known.named(entry.question.rstrip("？")) == entry.id
    assert await known.named(other.question) is None
    assert await known.named(f"{entry.question}谢谢") is None


@pytest.mark.usefixtures("few")
async def test_a_question_word_for_word_is_known_from_the_moment_of_publishing(known: Knowledge) -> None:
    published(9, [*FEW, WATCH])

    assert await known.named("智能手表要不要自己的卡？") == "watch"


@pytest.mark.usefixtures("few")
async def test_who_wants_a_person_gets_one_whatever_editors_write(known: Knowledge) -> None:
    published(10, [*FEW, WATCH | {"also": ["转人工", "人工客服"]}])

    assert await known.named("转人工") is None


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize(("bounds", "holds"), [({"to": date(2020, 1, 1)}, False), ({"from": date(2020, 1, 1)}, True)])
async def test_an_entry_answers_on_its_days_only(known: Knowledge, bounds: dict[str, date], holds: bool) -> None:
    published(11, [*FEW, WATCH | bounds])

    assert await known.named(WATCH["question"]) == ("watch" if holds else None)
