from pathlib import Path

from bench.data import Theme, parse, shared, themes, total

FILE = """\
version: "3.1"
nlu:
- intent: query_balance
  examples: |
    - 查话费
    - 余额 - 还有多少
- intent: greet
  examples: |
    - 您好
"""


def test_a_file_is_read_as_sentences_by_intent() -> None:
    assert parse(FILE) == {"query_balance": ["查话费", "余额 - 还有多少"], "greet": ["您好"]}


def test_each_file_is_a_theme(tmp_path: Path) -> None:
    (tmp_path / "plans.yml").write_text(FILE, "utf-8")
    (tmp_path / "account.yml").write_text(FILE, "utf-8")

    assert [(theme.name, theme.rows) for theme in themes(tmp_path)] == [("account", 3), ("plans", 3)]


def test_an_intent_of_two_files_is_counted_once() -> None:
    files = [Theme("one", {"greet": ["您好"], "deny": ["不"]}), Theme("two", {"deny": ["不要"]})]

    assert total(files) == {"deny": 2, "greet": 1}


def test_texts_that_normalise_to_a_training_sentence_are_shared() -> None:
    files = [Theme("one", {"query_balance": ["查话费"]})]

    assert shared(files, ["呃查話費", "查话费", "查流量"]) == ["呃查話費", "查话费"]
