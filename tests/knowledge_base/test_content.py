import asyncio
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
import yaml

from common.settings import settings
from desk.errors import Refused, sentence
from knowledge_base import faq
from knowledge_base.content import CONTENT, content, during, intent_title, of_content, use
from tests.test_rooms import ROOT, modules, texts


@pytest.fixture
def releases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Releases 1 and 2, whose only file says which they are; the process reads the project's files afterwards."""
    monkeypatch.setenv("WANHAO_RELEASES_DIR", str(tmp_path))
    settings.cache_clear()
    for release in (1, 2):
        (tmp_path / f"{release}" / "content").mkdir(parents=True)
        (tmp_path / f"{release}" / "content" / "faq.yml").write_text(f"entries: []\nnumber: {release}\n", "utf-8")
    yield tmp_path
    use(None)
    settings.cache_clear()


def number() -> int | None:
    """Which release is read; none: the project's files."""
    return content("faq").get("number")


@pytest.mark.parametrize("path", sorted(CONTENT.rglob("*.yml")), ids=lambda path: path.stem)
def test_every_content_file_is_read_as_it_is_written(path: object) -> None:
    name = path.relative_to(CONTENT).with_suffix("").as_posix()

    assert content(name) == yaml.safe_load(path.read_text(encoding="utf-8"))
    assert content(name) is content(name)


def test_content_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        content("nothing")


@pytest.mark.usefixtures("releases")
def test_a_process_reads_the_release_that_it_is_told() -> None:
    seen = [number()]
    for release in (1, 2, None, 1):
        use(release)
        seen.append(number())

    assert seen == [None, 1, 2, None, 1]


@pytest.mark.usefixtures("releases")
async def test_a_turn_reads_one_release_while_another_goes_live_and_other_turns_read_theirs() -> None:
    begun, gone_live = asyncio.Event(), asyncio.Event()

    async def turn(release: int | None) -> list[int | None]:
        with during(release):
            first = number()
            begun.set()
            await gone_live.wait()
            return [first, number(), await asyncio.to_thread(number)]

    turns = asyncio.gather(turn(1), turn(2), turn(None))
    await begun.wait()
    use(2)
    gone_live.set()

    assert await turns == [[1] * 3, [2] * 3, [None] * 3]
    assert number() == 2


def test_a_release_that_is_gone_leaves_a_turn_what_the_process_reads_and_the_process_the_project(
    releases: Path,
) -> None:
    use(1)
    with during(7):
        assert number() == 1
    shutil.rmtree(releases / "1")
    use(1)

    assert number() is None


def test_a_folder_is_read_as_a_whole_so_that_what_is_asked_for_later_is_of_the_same_moment(releases: Path) -> None:
    (releases / "1" / "content" / "other.yml").write_text("said: before\n", "utf-8")
    with during(1):
        assert number() == 1
        (releases / "1" / "content" / "other.yml").write_text("said: after\n", "utf-8")
        assert content("other") == {"said": "before"}


@pytest.mark.usefixtures("releases")
def test_what_a_release_does_not_have_is_the_projects() -> None:
    with during(1):
        assert content("skills")["default"]
        with pytest.raises(FileNotFoundError):
            content("nothing")


@pytest.mark.usefixtures("releases")
def test_what_is_made_of_content_is_made_once_a_release() -> None:
    made: list[int | None] = []

    @of_content
    def numbered() -> str:
        made.append(number())
        return f"release {number()}"

    with during(1):
        assert (numbered(), numbered()) == ("release 1", "release 1")
        assert faq.entries() == ()
    assert (numbered(), made) == ("release None", [1, None])
    assert len(faq.entries()) > 100


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
