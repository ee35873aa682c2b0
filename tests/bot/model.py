"""A small model: the product's own config, domain and rules, with a few sentences of NLU."""

import json
import tarfile
from pathlib import Path
from typing import Any

import yaml

from tests.bot.training import ROOT

SENTENCES = {
    "query_balance": ["查话费余额", "我还有多少话费", "余额多少", "查余额", "话费还剩多少", "查一下话费"],
    "query_usage": ["查流量", "还剩多少流量", "流量还有吗", "看一下流量", "流量用了多少", "帮我查流量"],
    "human_agent": ["转人工", "找人工客服", "我要人工", "人工服务", "接人工", "转人工客服"],
    "greet": ["您好", "你好", "早上好", "下午好", "晚上好", "您好呀"],
    "out_of_scope": ["今天股票怎么样", "帮我点个外卖", "唱首歌", "讲个笑话", "写一首诗", "明天会下雨吗"],
}


def trained(folder: Path) -> Path:
    """The path of a model trained into the folder."""
    from rasa.model_training import train  # takes seconds, which others who want the sentences would wait for

    nlu = folder / "nlu.yml"
    nlu.write_text(
        yaml.safe_dump(
            {
                "version": "3.1",
                "nlu": [
                    {"intent": intent, "examples": "".join(f"- {sentence}\n" for sentence in sentences)}
                    for intent, sentences in SENTENCES.items()
                ],
            },
            allow_unicode=True,
        ),
        encoding="utf-8",
    )
    result = train(
        domain=str(ROOT / "domain.yml"),
        config=str(ROOT / "config.yml"),
        training_files=[str(nlu), str(ROOT / "bot/data/rules.yml")],
        output=str(folder / "models"),
    )
    assert result.code == 0
    return Path(result.model)


def rule_lookup(model: Path) -> dict[str, Any]:
    """What RulePolicy looks its predictions up in, by kind."""
    with tarfile.open(model) as archive:
        (name,) = [name for name in archive.getnames() if name.endswith("rule_policy.json")]
        file = archive.extractfile(name)
        assert file is not None
        lookup: dict[str, Any] = json.load(file)["lookup"]
        return lookup
