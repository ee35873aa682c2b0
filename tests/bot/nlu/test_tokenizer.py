from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.tokenizer import WordTokenizer
from language.tokenizer import fingerprint
from tests.bot.nlu.conftest import Bench, messages


def tokens(message: Message) -> list[Token]:
    found: list[Token] = message.get(TOKENS_NAMES[TEXT])
    return found


def test_a_message_gets_words_with_their_places(bench: Bench) -> None:
    (message,) = bench.create(WordTokenizer).process(messages("查下视频彩铃 多少钱"))

    assert [token.text for token in tokens(message)] == ["查", "下", "视频彩铃", "多少", "钱"]
    text = message.get(TEXT)
    assert all(text[token.start : token.end] == token.text for token in tokens(message))


def test_training_examples_get_words_and_whole_intents(bench: Bench) -> None:
    data = TrainingData([Message(data={TEXT: "垃圾短信", INTENT: "report_spam"})])

    (example,) = bench.create(WordTokenizer).process_training_data(data).training_examples

    assert [token.text for token in tokens(example)] == ["垃圾短信"]
    assert [token.text for token in example.get(TOKENS_NAMES[INTENT])] == ["report_spam"]


def test_a_message_without_text_is_left_alone(bench: Bench) -> None:
    (message,) = bench.create(WordTokenizer).process([Message(data={INTENT: "greet"})])

    assert message.get(TOKENS_NAMES[TEXT]) is None


def test_a_change_in_the_dictionaries_trains_anew() -> None:
    assert WordTokenizer.get_default_config()["words"] == fingerprint()


def test_rasa_knows_it_as_a_tokenizer() -> None:
    registered = DefaultV1Recipe._from_registry("WordTokenizer")

    assert registered.types == {DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER}
    assert not registered.is_trainable
