"""How a text for customers is written, and what must not be in it: rules that need nothing but the text."""

import re
from collections.abc import Collection, Iterator

from common.masking import personal
from knowledge_base.authoring.findings import Finding, Level, finding
from knowledge_base.content import content, of_content

LONGEST_SENTENCE = 60
# A text of so many characters speaks to somebody.
ADDRESSED = 45
# A value that fills a blank counts as so many characters.
_FILLED = "某某某某"
_BLANK = re.compile(r"{[^{}]*}")
_PUNCTUATION = re.compile(
    r"[\u4e00-\u9fff}][,;!?:]|[,;!?:][\u4e00-\u9fff]|[\u4e00-\u9fff] [\u4e00-\u9fff]|\.\.\.|。。|！！"
)
_MONEY = re.compile(r"[¥￥$]|RMB|块钱|\d块|人民币")


@of_content
def promises() -> re.Pattern[str]:
    """What no clerk may promise, nor say of others."""
    return re.compile("|".join(content("authoring")["promises"]))


@of_content
def secrets() -> re.Pattern[str]:
    """How somebody is asked for a secret."""
    return re.compile("|".join(content("authoring")["secrets"]))


@of_content
def _names() -> re.Pattern[str]:
    families = "".join(content("authoring")["family_names"].split())
    # What follows a name ends it: 我叫李雷， but not 我叫张师傅来了.
    return re.compile(
        rf"(?:我叫|我的名字是|名字叫|姓名[是:：]?|本人叫|机主[是叫:：])([{families}][\u4e00-\u9fff]{{1,2}})(?=$|[^\u4e00-\u9fff]|的|是)"
    )


def private(text: str, field: str) -> Iterator[Finding]:
    """Personal data that was pasted in. Numbers are errors; runs of digits and names may be innocent."""
    called = content("authoring")["private"]
    found = personal(text) + [("name", one.start(1), one.end(1)) for one in _names().finditer(text)]
    for kind, start, end in found:
        level: Level = "warning" if kind in {"run", "name"} else "error"
        yield finding(level, "private", field, {"what": called[kind]}, sentence=text, start=start, end=end)


def forbidden(text: str, field: str) -> Iterator[Finding]:
    """What nobody may be promised or asked for, and personal data."""
    for one in promises().finditer(text):
        blanks = {"word": one.group()}
        yield finding("error", "promise", field, blanks, sentence=text, start=one.start(), end=one.end())
    for one in secrets().finditer(text):
        yield finding("error", "secret", field, sentence=text, start=one.start(), end=one.end())
    yield from private(text, field)


def written(text: str, field: str, known: Collection[str] | None = (), most: int | None = None) -> Iterator[Finding]:
    """Everything about a text that a customer reads; `known` are the blanks that are filled, `most` its characters.

    Blanks are not looked at where `known` is None: of those texts the files' own reader knows them.
    """
    yield from forbidden(text, field)
    for one in _BLANK.finditer(text):
        if known is not None and one.group()[1:-1] not in known:
            blanks = {"name": one.group()}
            yield finding("error", "blank_unknown", field, blanks, sentence=text, start=one.start(), end=one.end())
    filled = _BLANK.sub(_FILLED, text)
    for word in content("authoring")["jargon"]:
        if word in text:
            start = text.index(word)
            blanks = {"word": word}
            yield finding("warning", "jargon", field, blanks, sentence=text, start=start, end=start + len(word))
    for code, pattern in (("impolite", re.compile("你")), ("punctuation", _PUNCTUATION), ("money", _MONEY)):
        if met := pattern.search(text):
            yield finding("warning", code, field, sentence=text, start=met.start(), end=met.end())
    for part in re.split(r"[。！？]", filled):
        if len(part) > LONGEST_SENTENCE:
            yield finding("warning", "sentence_long", field, {"most": LONGEST_SENTENCE}, sentence=part)
    if most is not None and len(text) > most:
        yield finding("warning", "text_long", field, {"most": most}, sentence=text)
    if text.count("？") > 1:
        yield finding("warning", "questions", field, sentence=text)
    elif "？" in text and not text.endswith("？"):
        yield finding("warning", "question_buried", field, sentence=text)
    if not re.search(r"[。？！}]$", text):
        yield finding("warning", "open_ended", field, sentence=text)
    if "您" not in text and len(filled) >= ADDRESSED:
        yield finding("hint", "without_you", field, sentence=text)
