from rasa.shared.nlu.constants import ENTITIES
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.entity_extractor import EntityExtractor
from bot.nlu.normaliser import Normaliser
from common.times import month_of, shanghai_today
from tests.bot.nlu.conftest import Bench, messages


def parse(bench: Bench, text: str) -> list[dict[str, object]]:
    (message,) = bench.create(EntityExtractor).process(bench.create(Normaliser).process(messages(text)))
    found: list[dict[str, object]] = message.get(ENTITIES)
    return found


def test_entities_refer_to_the_normalised_text_and_to_today(bench: Bench) -> None:
    found = {entry["entity"]: entry for entry in parse(bench, "呃查幺八九幺二三四五六七八上个月的")}

    number = found["phone_number"]
    assert (number["start"], number["end"], number["value"]) == (1, 12, "18912345678")
    assert found["month"]["value"] == month_of(shanghai_today(), -1)
    assert {entry["extractor"] for entry in found.values()} == {"EntityExtractor"}


def test_entities_of_other_components_are_kept(bench: Bench) -> None:
    given = {"entity": "x", "value": "y"}
    message = Message(data={"text": "查流量", ENTITIES: [given]})

    bench.create(EntityExtractor).process([message])

    assert message.get(ENTITIES)[0] == given
    assert len(message.get(ENTITIES)) == 2


def test_a_message_without_text_has_no_entities(bench: Bench) -> None:
    (message,) = bench.create(EntityExtractor).process([Message(data={})])

    assert message.get(ENTITIES) == []
