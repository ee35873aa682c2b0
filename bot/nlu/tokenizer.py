"""Graph component: Chinese words, for what needs more than characters."""

from typing import Any

from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message

from language.tokenizer import fingerprint, words


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class WordTokenizer(Tokenizer):
    """Cuts texts with `language.tokenizer`, which knows telecommunications and what the operator sells."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Intents stay whole; `words` stands for the dictionaries, so that a change there trains anew."""
        return {"intent_tokenization_flag": False, "intent_split_symbol": "_", "words": fingerprint()}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "WordTokenizer":
        """Makes the component and reads the dictionaries, so that the first customer does not wait for them."""
        words("您好")
        return cls(config)

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """The words of one of a message's texts with their places; blanks are no words."""
        return [Token(word, start) for word, start in words(message.get(attribute) or "")]
