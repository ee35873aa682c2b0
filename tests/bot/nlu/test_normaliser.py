from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.normaliser import RAW_TEXT, Normaliser
from language.fingerprint import fingerprint
from tests.bot.nlu.conftest import Bench, messages


def test_the_text_is_normalised_and_the_original_kept_beside_it(bench: Bench) -> None:
    (message,) = bench.create(Normaliser).process(messages("呃我我我想查話費"))

    assert (message.get(TEXT), message.get(RAW_TEXT)) == ("我想查话费", "呃我我我想查話費")
    assert {TEXT, RAW_TEXT} <= message.as_dict(only_output_properties=True).keys()


def test_no_text_leaves_the_component_as_a_command(bench: Bench) -> None:
    commands = messages("/query_bill", "／query_bill", "\u3000/query_bill", "😀/query_bill", "呃/query_bill")

    assert {message.get(TEXT) for message in bench.create(Normaliser).process(commands)} == {"query_bill"}


def test_a_message_without_text_is_left_alone(bench: Bench) -> None:
    message = Message(data={"intent": "x"})

    bench.create(Normaliser).process([message, *messages("")])

    assert message.get(TEXT) is None
    assert message.get(RAW_TEXT) is None


def test_training_data_is_normalised_like_messages(bench: Bench) -> None:
    data = TrainingData(messages("呃查話費"))

    assert [m.get(TEXT) for m in bench.create(Normaliser).process_training_data(data).training_examples] == ["查话费"]


def test_a_change_in_the_language_work_trains_anew() -> None:
    assert fingerprint() in Normaliser.get_default_config().values()
