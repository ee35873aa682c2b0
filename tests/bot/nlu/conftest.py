"""What a component gets from Rasa: storage for its model, a name, and training data."""

from pathlib import Path
from typing import Any

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

EXAMPLES = {
    "query_bill": ["查账单", "上个月账单", "看一下账单", "账单是多少", "我要看账单", "帮我查账单"],
    "query_usage": ["查流量", "还剩多少流量", "流量还有吗", "看一下流量", "流量用了多少", "帮我查流量"],
    "human_agent": ["转人工", "找人工客服", "我要人工", "人工服务", "接人工", "转人工客服"],
    "out_of_scope": ["今天股票怎么样", "帮我点个外卖", "唱首歌", "讲个笑话", "写一首诗", "明天会下雨吗"],
}


def messages(*texts: str) -> list[Message]:
    """Messages as they come in."""
    return [Message(data={TEXT: text}) for text in texts]


class Bench:
    """Where a component is tried."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.storage = LocalModelStorage(folder)

    def _given(self, name: str) -> tuple[LocalModelStorage, Resource, ExecutionContext]:
        return self.storage, Resource(name), ExecutionContext(GraphSchema({}), node_name=name)

    def create(self, kind: Any, **config: Any) -> Any:
        """A new component with its default settings."""
        return kind.create(_defaults(kind) | config, *self._given(kind.__name__))

    def load(self, kind: Any, **config: Any) -> Any:
        """A component from what was kept."""
        return kind.load(_defaults(kind) | config, *self._given(kind.__name__))


def _defaults(kind: Any) -> dict[str, Any]:
    defaults: dict[str, Any] = kind.get_default_config()
    return defaults


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """See `Bench`."""
    return Bench(tmp_path / "model")


@pytest.fixture
def training_data() -> TrainingData:
    """The examples, fresh for each test since components change them."""
    return TrainingData(
        [Message(data={TEXT: text, INTENT: intent}) for intent, texts in EXAMPLES.items() for text in texts]
    )
