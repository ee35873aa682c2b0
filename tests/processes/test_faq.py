"""An entry of the FAQ that is published answers a customer, without training, through the real processes."""

import shutil
from collections.abc import Callable, Iterator

import pytest
import yaml

from common.database import transaction
from common.times import shanghai_today
from desk.bot_server import Live, go_live
from knowledge_base.authoring.models import Release
from knowledge_base.content import CONTENT
from tests.common.isolation import isolated
from tests.processes.customer import Customer, Replies, wait_for
from tests.stack import Stack

pytestmark = pytest.mark.processes

NUMBER = 900
WATCH = {
    "id": "test-watch-standalone",
    "question": "手表能不能单独打电话？",
    "also": [
        "智能手表要不要自己的卡",
        "手表独立号码怎么办",
        "手表单独打电话要办什么",
        "手表自己能打电话吗",
        "给手表办个号",
    ],
    "answer": "要办一张手表专用的卡，请带手表和身份证到营业厅。",
    "topic": "choose_number",
}


@pytest.fixture
def publish(stack: Stack, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The running product has a further entry, as a release that is live; afterwards it has none again."""
    folder = stack.var / "releases" / str(NUMBER)
    shutil.copytree(CONTENT, folder / "content")
    faq = folder / "content" / "faq.yml"
    loaded = yaml.safe_load(faq.read_text(encoding="utf-8"))
    loaded["entries"].append(WATCH | {"from": shanghai_today()})
    faq.write_text(yaml.safe_dump(loaded, allow_unicode=True), encoding="utf-8")
    address = stack.env["WANHAO_DATABASE_URL"]
    with isolated(monkeypatch, tmp_path_factory.mktemp("publish"), database_url=address):
        with transaction() as session:
            session.add(Release(id=NUMBER, title="手表"))
        go_live(Live("rasa", NUMBER))
        yield
        go_live(None)
        with transaction() as session:
            session.delete(session.get(Release, NUMBER))
    shutil.rmtree(folder)


def hears(customers: Callable[[], Customer], text: str) -> Replies | None:
    """What a new customer is told, if it is the entry."""
    replies = customers().say(text)
    return replies if WATCH["answer"] in replies.text else None


def test_an_entry_answers_from_its_publishing_on(customers: Callable[[], Customer], publish: None) -> None:
    replies = wait_for(lambda: hears(customers, "手表能不能单独打电话"), 5, "the wording that was published")

    assert replies.titles == ["转人工"]


def test_what_the_bot_is_not_sure_of_is_found_by_meaning(customers: Callable[[], Customer], publish: None) -> None:
    replies = wait_for(lambda: hears(customers, "手表上想单独打个电话得办什么"), 120, "what means the same")

    assert replies.text == WATCH["answer"]


def test_without_it_nobody_is_told_so(customer: Customer) -> None:
    assert WATCH["answer"] not in customer.say("手表能不能单独打电话").text


def test_its_answer_is_repeated(customers: Callable[[], Customer], publish: None) -> None:
    wait_for(lambda: hears(customers, "手表能不能单独打电话"), 5, "the wording that was published")
    customer = customers()
    customer.say("手表能不能单独打电话")

    replies = customer.say("再说一遍")

    assert (replies.text, replies.titles) == (WATCH["answer"], ["转人工"])
