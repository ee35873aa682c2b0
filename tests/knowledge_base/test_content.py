import re
from string import Formatter

import pytest
import yaml

from desk.errors import Refused, sentence
from knowledge_base.content import CONTENT, content, intent_title
from tests.test_rooms import ROOT, modules, texts


@pytest.mark.parametrize("path", sorted(CONTENT.rglob("*.yml")), ids=lambda path: path.stem)
def test_every_content_file_is_read_as_it_is_written(path: object) -> None:
    name = path.relative_to(CONTENT).with_suffix("").as_posix()

    assert content(name) == yaml.safe_load(path.read_text(encoding="utf-8"))
    assert content(name) is content(name)


def test_content_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        content("nothing")


def test_an_intent_is_named_as_a_customer_would() -> None:
    assert intent_title("query_bill") == "查账单"
    assert intent_title("greet") is None
    assert intent_title("") is None


def sentences() -> dict[str, str]:
    """All sentences of the desk: to customers and to staff."""
    to_customers, to_staff = content("desk")["sentences"], content("workbench")["sentences"]
    assert not to_customers.keys() & to_staff.keys()
    return to_customers | to_staff


def test_the_places_to_fill_in_have_names() -> None:
    for name, text in sentences().items():
        fields = [field for _, field, _, _ in Formatter().parse(text) if field is not None]
        assert all(field.isidentifier() for field in fields), name
        assert "{" not in sentence(name, **dict.fromkeys(fields, "x"))


def test_every_sentence_that_the_desk_names_exists() -> None:
    code = "".join((ROOT / path).read_text(encoding="utf-8") for path, _ in modules("desk"))
    named = set(re.findall(r'(?:sentence\(|Refused\(\d+, (?:"\w+", (?="))?)"(\w+)"', code))

    assert len(named) > 10
    assert named - set(sentences()) == set()


def test_every_sentence_that_exists_is_used() -> None:
    used = {text for _, tree in modules("desk") for text in texts(tree)}
    families = tuple(text for text in used if re.fullmatch(r"[a-z]+_", text))

    assert [name for name in sentences() if name not in used and not name.startswith(families)] == []


def test_a_refusal_carries_its_sentence() -> None:
    refused = Refused(413, "too_long", limit=1000)

    assert (refused.status, refused.code) == (413, "too_long")
    assert refused.message == content("desk")["sentences"]["too_long"].format(limit=1000)


def test_a_refusal_may_say_it_in_other_words() -> None:
    refused = Refused(403, "forbidden", "not_for_role")

    assert (refused.code, refused.message) == ("forbidden", content("workbench")["sentences"]["not_for_role"])


def test_the_quick_replies_of_the_page_are_short_and_different() -> None:
    quick = content("desk")["page"]["quick"]

    assert len({entry["title"] for entry in quick}) == len({entry["text"] for entry in quick}) == len(quick)
    assert all(2 <= len(entry["title"]) <= 6 for entry in quick)
