import io
import zipfile
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from knowledge_base.authoring.changes import KINDS, Value
from knowledge_base.authoring.exchange import MOST_ROWS, TooLong, exported, imported
from knowledge_base.authoring.knowledge import Knowledge

FORMS = ("yaml", "xlsx")
CANNED = {"kc": {"group": "开场", "title": "问候", "text": "您好。"}}


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return Knowledge.read()


def sheet(*rows: list[Any]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def told(found: tuple[list[tuple[str, Value]], list[Any]]) -> list[tuple[str, str]]:
    return [(one.code, one.message) for one in found[1]]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", KINDS)
def test_what_goes_out_comes_back_the_same(knowledge: Knowledge, kind: str, form: str) -> None:
    objects = knowledge.objects[kind]

    assert imported(exported(objects, kind, form), kind, form) == (list(objects.items()), [])


@pytest.mark.parametrize("form", FORMS)
def test_an_answer_with_conditions_comes_back_the_same(form: str) -> None:
    buttons = [{"title": "菜单", "payload": '/menu{"a": "|"}'}]
    variants = [
        {"text": "=1+1", "buttons": buttons, "when": {"levels": ["7星"], "products": []}},
        {"text": "其他人。\n第二行。", "buttons": [], "when": None},
    ]  # fmt: skip
    value = {
        "title": None,
        "description": "",
        "examples": ["-5度", "'引号"],
        "answer": {"kind": "text", "variants": variants},
    }

    assert imported(exported({"a_b": value}, "intent", form), "intent", form) == ([("a_b", value)], [])


def test_a_sheet_is_headed_in_chinese_and_lists_have_a_line_an_entry(knowledge: Knowledge) -> None:
    book = load_workbook(io.BytesIO(exported(knowledge.objects["faq"], "faq", "xlsx")))
    rows = list(book.active.values)

    assert (book.active.title, rows[0][:4]) == ("知识", ("编号", "问题", "其他问法", "答案"))
    assert rows[1][2].split("\n") == knowledge.objects["faq"]["balance-check"]["also"]


def test_no_cell_is_a_formula() -> None:
    texts = ["=cmd|x", "+1", "-1", "@a", "＝b", "'=c"]
    objects = {f"k{place}": {**CANNED["kc"], "text": text} for place, text in enumerate(texts)}
    data = exported(objects, "canned", "xlsx")
    cells = [row[3] for row in load_workbook(io.BytesIO(data)).active.iter_rows(min_row=2)]

    assert [(one.data_type, one.value[0]) for one in cells] == [("s", "'")] * len(texts)
    assert imported(data, "canned", "xlsx") == (list(objects.items()), [])


def test_a_formula_is_not_taken(knowledge: Knowledge) -> None:
    found = imported(sheet(["快捷码", "分组", "标题", "内容"], ["a", "开场", "好", "=1+1"]), "canned", "xlsx")

    assert (found[0], told(found)) == ([], [("import_cell", "第2行“内容”填得不对。")])


def test_columns_may_stand_in_another_order_and_others_beside_them() -> None:
    data = sheet(["备注", "内容", "标题", "分组", "快捷码"], ["x", "您好。", "问候", "开场", "kc"], [None] * 5)

    assert imported(data, "canned", "xlsx") == (list(CANNED.items()), [])


def test_dates_and_numbers_that_the_spreadsheet_made_are_read_as_typed() -> None:
    head = ["编号", "标题", "内容", "地区", "线路", "开始", "结束"]
    data = sheet(
        head, [12.0, "停电", "停。", None, "broadband\nmobile", datetime(2026, 11, 28), datetime(2026, 11, 28, 8, 30)]
    )

    assert imported(data, "notice", "xlsx")[0] == [
        ("12", {
            "title": "停电", "text": "停。", "lines": ["broadband", "mobile"],
            "from": "2026-11-28", "to": "2026-11-28T08:30:00",
        }),
    ]  # fmt: skip


def test_every_bad_row_is_named_and_the_others_are_read() -> None:
    head = ["快捷码", "分组", "标题", "内容"]
    rows = [
        ["kc", "开场", "问候", "您好。"],
        [None, "开场", "好", "好。"],
        ["kc", "开场", "好", "好。"],
        ["kx", "开场", None, "好。"],
    ]
    found = imported(sheet(head, *rows), "canned", "xlsx")

    assert found[0] == list(CANNED.items())
    assert told(found) == [
        ("import_key", "第3行缺少“快捷码”。"),
        ("import_twice", "第4行的“kc”重复了。"),
        ("empty", "“标题”不能为空。"),
    ]


def test_a_row_of_an_intent_that_is_no_further_answer_is_a_repetition(knowledge: Knowledge) -> None:
    data = exported({"a": knowledge.objects["intent"]["praise"]}, "intent", "xlsx")
    book = load_workbook(io.BytesIO(data))
    book.active.append(["a", "标题"])
    written = io.BytesIO()
    book.save(written)

    assert told(imported(written.getvalue(), "intent", "xlsx")) == [("import_twice", "第3行的“a”重复了。")]


def test_a_missing_column_is_named() -> None:
    assert told(imported(sheet(["快捷码", "分组", "标题"]), "canned", "xlsx")) == [
        ("import_columns", "表头不对，缺少“内容”列。")
    ]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "data", [b"", b"PK", b"\x00\xff", b"- a", b"kind: faq\nobjects: [", "kind: 知识".encode("gbk")]
)
def test_what_is_no_such_file_is_told(data: bytes, form: str) -> None:
    assert told(imported(data, "canned", form)) == [("import_file", "文件读不出来，请用导出的文件修改后再导入。")]


def test_another_kinds_file_is_told(knowledge: Knowledge) -> None:
    data = exported(knowledge.objects["canned"], "canned", "yaml")

    assert [code for code, _ in told(imported(data, "faq", "yaml"))] == ["import_file"]


def test_a_file_that_means_more_than_it_holds_is_not_read() -> None:
    bomb = "a: &a [x, x]\nb: &b [*a, *a]\nkind: canned\nobjects: [*b]\n"
    deep = "kind: canned\nobjects: " + "[" * 100_000

    assert [told(imported(one.encode(), "canned", "yaml"))[0][0] for one in (bomb, deep)] == ["import_file"] * 2


def test_what_no_cell_holds_is_not_cut_off() -> None:
    value = {
        "title": None,
        "description": "",
        "examples": [f"第{number:05}个一模一样长的例句" for number in range(2_500)],
    }
    grown = {"a_b": {**value, "answer": {"kind": "action", "action": "action_x"}}}

    with pytest.raises(TooLong):
        exported(grown, "intent", "xlsx")
    assert imported(exported(grown, "intent", "yaml"), "intent", "yaml") == (list(grown.items()), [])


def test_a_damaged_workbook_is_told() -> None:
    whole = sheet(["快捷码", "分组", "标题", "内容"], ["kk", "开场", "问候", "您好。"])
    with zipfile.ZipFile(io.BytesIO(whole)) as parts, zipfile.ZipFile(cut := io.BytesIO(), "w") as made:
        for name in parts.namelist():
            made.writestr(name, parts.read(name)[:-9] if "sheet1" in name else parts.read(name))
    start = whole.index(b"sheet1.xml") + 40
    spoilt = whole[:start] + bytes(20) + whole[start + 20 :]

    for data in (cut.getvalue(), spoilt):
        assert [code for code, _ in told(imported(data, "canned", "xlsx"))] == ["import_file"]


@pytest.mark.parametrize("form", FORMS)
def test_a_key_that_nobody_could_save_is_told(form: str) -> None:
    case = {"intent": "greet"}
    data = exported({"长" * 101: case, "好${HOME}": case, "好": case}, "case", form)

    found, problems = imported(data, "case", form)
    assert found == [("好", case)]
    assert [(one.code, one.field) for one in problems] == [("too_long", "key"), ("characters", "key")]


@pytest.mark.parametrize("entry", ["text", "1", "null", "[1]"])
def test_what_is_no_object_is_told_as_no_such_file(entry: str) -> None:
    data = f"kind: canned\nobjects: [{entry}]\n".encode()

    assert [code for code, _ in told(imported(data, "canned", "yaml"))] == ["import_file"]


@pytest.mark.parametrize("held", [".inf", ".nan", "!!binary aGk=", "!!set {a, b}"])
def test_what_json_cannot_hold_is_told(held: str) -> None:
    data = f"kind: offer\nobjects: [{{key: A, cost: {held}}}]\n".encode()

    assert [code for code, _ in told(imported(data, "offer", "yaml"))] == ["shape"]


def test_a_cell_means_no_more_than_it_holds() -> None:
    head = ["句子", "意图", "实体"]
    bomb, itself = "{a: &a [x, x], b: &b [*a, *a], c: [*b, *b]}", "&a {x: *a}"

    for cell in (bomb, itself, "{a: " + "[" * 20 + "]" * 20 + "}"):
        assert [code for code, _ in told(imported(sheet(head, ["好", "greet", cell]), "case", "xlsx"))] == [
            "import_cell"
        ]
    found, _ = imported(sheet(head, ["好", "greet", "{a: 2026-01-02}"]), "case", "xlsx")
    assert found == [("好", {"intent": "greet", "entities": {"a": "2026-01-02"}})]


@pytest.mark.parametrize("form", FORMS)
def test_too_much_is_told(form: str) -> None:
    objects = {f"k{number}": {"intent": "greet"} for number in range(MOST_ROWS + 1)}

    assert told(imported(b" " * (5 * 2**20 + 1), "case", form)) == [("import_large", "文件不能超过5MB。")]
    assert told(imported(exported(objects, "case", form), "case", form)) == [("import_rows", "一次最多导入20000行。")]


TEXTS = st.text(
    st.characters(blacklist_categories=["Cc", "Cs", "Cn", "Co", "Zl", "Zp"], blacklist_characters="\ufeff"), min_size=1
)


@given(st.lists(TEXTS.map(str.strip).filter(bool), min_size=3, max_size=3), st.sampled_from(FORMS))
def test_any_text_comes_back_the_same(texts: list[str], form: str) -> None:
    objects = {"k": dict(zip(("group", "title", "text"), texts, strict=True))}
    found, problems = imported(exported(objects, "canned", form), "canned", form)

    assert found == list(objects.items()) or [one.code for one in problems] == ["characters"]
