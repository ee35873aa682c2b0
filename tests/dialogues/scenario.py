"""The format of a dialogue: what a clerk writes becomes typed steps and checks, or a clear word on what is misspelt.

The reference is docs/how-to/write-a-dialogue.md.
"""

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.dialogues.marked import Marked, Mistake, read

FOLDER = Path(__file__).parent
# What kind of behaviour a scenario shows: the folders.
KINDS = ("happy", "correction", "digression", "cancellation", "disambiguation", "failure", "handover", "safety")
WAIT_SECONDS = 20.0
CHECK_SECONDS = 3.0

NAMES = ("手机号", "掩码", "验证码", "错码", "余额", "本月", "上月", "上上月", "月", "上月账单")
# {手机号}, {验证码:arrears}, {月-7}
PLACEHOLDER = re.compile(r"\{([一-龥]+)(?:-(\d+))?(?::(\w+))?\}")
MODES = ("error", "timeout", "malformed", "reset", "wrong_type", "slow_drip", "duplicate_events")
APIS = (*("621", "622", "629", "637", "646", "653", "654", "658", "677", "678", "680", "683"), "620")
TARGETS = (*APIS, "otp", "sim", "sms", "outage", "invoice", "all")


@dataclass(frozen=True)
class Say:
    """客户: types."""

    text: str


@dataclass(frozen=True)
class Press:
    """点: presses a button of the latest lines."""

    title: str


@dataclass(frozen=True)
class Verify:
    """验证: gives the number and the code, whichever is asked for; a wrong code unless `passes`."""

    passes: bool


@dataclass(frozen=True)
class Anew:
    """新会话: goes on in a new conversation, of which the former is not part."""


@dataclass(frozen=True)
class Hears:
    """万号: every fragment is in the replies."""

    fragments: tuple[str, ...]


@dataclass(frozen=True)
class HearsNot:
    """不说: no fragment is in the replies."""

    fragments: tuple[str, ...]


@dataclass(frozen=True)
class Offers:
    """按钮: these titles are offered."""

    titles: tuple[str, ...]


@dataclass(frozen=True)
class Shows:
    """卡片: a card of this kind, title and amount, with these rows; `kind` None for no card at all."""

    kind: str | None
    title: str | None = None
    amount: str | None = None
    rows: tuple[str, ...] = ()


@dataclass(frozen=True)
class Wait:
    """等: a line that the desk starts by itself."""

    fragments: tuple[str, ...]
    seconds: float


@dataclass(frozen=True)
class Pass:
    """过: the operator's clock goes forward."""

    duration: str


@dataclass(frozen=True)
class Break:
    """故障: an operator API misbehaves."""

    api: str
    mode: str
    after: bool


@dataclass(frozen=True)
class Heal:
    """恢复: all faults end."""


@dataclass(frozen=True)
class Begin:
    """事件: the desk begins a turn of the bot's; what comes of it is waited for (等)."""

    payload: str


Action = Say | Press | Verify | Anew | Hears | HearsNot | Offers | Shows | Wait | Pass | Break | Heal | Begin


@dataclass(frozen=True)
class Step:
    """One step, as it is written and as it is done."""

    line: int
    written: str
    action: Action


@dataclass(frozen=True)
class Check:
    """One look into the operator's systems. `given` holds the keys that were written, see `CHECKS`."""

    line: int
    of: str
    given: Mapping[str, Any]


@dataclass(frozen=True)
class Scenario:
    """A dialogue. `customer` is a tag or a number of the sandbox's customers."""

    file: str
    line: int
    name: str
    customer: str
    steps: tuple[Step, ...]
    checks: tuple[Check, ...]

    @property
    def id(self) -> str:
        """folder/file:name"""
        return f"{self.file}:{self.name}"


# of -> the keys that it takes. `within` is how many seconds the operator may need.
LISTS = ("tickets", "orders", "appointments", "line_tests", "topups", "interactions")
CHECKS: dict[str, frozenset[str]] = {
    **{of: frozenset({"count", "where", "like", "within", "customer"}) for of in LISTS},
    "line": frozenset({"where", "kind", "within", "customer"}),
    "subscriptions": frozenset({"has", "lacks", "within", "customer"}),
    "balance": frozenset({"change", "within", "customer"}),
    "sms": frozenset({"has", "lacks", "count", "within", "customer"}),
    "mode": frozenset({"is"}),
}


def _unknown(line: int, what: str, given: str, known: Iterable[str]) -> Mistake:
    known = list(known)
    near = difflib.get_close_matches(given, known, 1, 0.4)
    hint = f"; is {near[0]} meant?" if near else ""
    return Mistake(line, f"{given} is no {what}{hint} Known: {', '.join(known)}")


def _text(line: int, key: str, value: Any) -> str:
    """A text, whose placeholders are known."""
    if isinstance(value, Marked):
        raise Mistake(line, f'{key}: put a text that begins with a brace into quotes, "{{手机号}}"')
    if isinstance(value, bool | list) or value is None:
        raise Mistake(line, f"{key}: a text is expected, not {value!r}")
    for name, _, _ in PLACEHOLDER.findall(str(value)):
        if name not in NAMES:
            raise _unknown(line, "placeholder", name, NAMES)
    return str(value)


def _texts(line: int, key: str, value: Any) -> tuple[str, ...]:
    found = tuple(_text(line, key, one) for one in (value if isinstance(value, list) else [value]))
    if not found:
        raise Mistake(line, f"{key}: at least one text is expected")
    return found


def _keys(line: int, key: str, value: Any, allowed: Iterable[str]) -> Marked:
    if not isinstance(value, Marked):
        raise Mistake(line, f"{key}: a mapping with {', '.join(allowed)} is expected, not {value!r}")
    for name in value:
        if name not in allowed:
            raise _unknown(value.line, f"key of {key}", name, allowed)
    return value


def _one_of(line: int, key: str, value: Any, allowed: Iterable[str]) -> str:
    if str(value) not in allowed:
        raise _unknown(line, key, str(value), allowed)
    return str(value)


def _verify(line: int, value: Any) -> Verify:
    return Verify(_one_of(line, "验证", "通过" if value is None else value, ("通过", "不通过")) == "通过")


def _shows(line: int, value: Any) -> Shows:
    if value == "无":
        return Shows(None)
    found = _keys(line, "卡片", value, ("kind", "title", "amount", "rows"))
    if "kind" not in found:
        raise Mistake(line, "卡片: name its kind, or write 卡片: 无")
    title, amount = (_text(line, name, found[name]) if name in found else None for name in ("title", "amount"))
    rows = _texts(line, "rows", found["rows"]) if "rows" in found else ()
    return Shows(_text(line, "kind", found["kind"]), title, amount, rows)


def _wait(line: int, value: Any) -> Wait:
    if not isinstance(value, Marked):
        return Wait(_texts(line, "等", value), WAIT_SECONDS)
    found = _keys(line, "等", value, ("说", "秒"))
    seconds = found.get("秒", WAIT_SECONDS)
    if not isinstance(seconds, int | float) or not 0 < seconds <= 120:
        raise Mistake(line, f"等: 秒 is a number up to 120, not {seconds!r}")
    return Wait(_texts(line, "说", found.get("说")), float(seconds))


def _begin(line: int, value: Any) -> Begin:
    payload = _text(line, "事件", value)
    if not re.fullmatch(r"/\w+(\{.*\})?", payload):
        raise Mistake(line, f"事件: an intent's payload like /handover_settled{{...}} is expected, not {payload!r}")
    return Begin(payload)


def _pass(line: int, value: Any) -> Pass:
    if not re.fullmatch(r"P(?=.)(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+S)?)?", str(value)):
        raise Mistake(line, f"过: a duration like PT35M or P1D is expected, not {value!r}")
    return Pass(str(value))


def _break(line: int, value: Any) -> Break:
    found = _keys(line, "故障", value, ("api", "mode", "after"))
    api = _one_of(line, "api", found.get("api"), TARGETS)
    return Break(api, _one_of(line, "mode", found.get("mode"), MODES), found.get("after", False) is True)


STEPS: dict[str, Callable[[int, Any], Action]] = {
    "客户": lambda line, value: Say(_text(line, "客户", value)),
    "点": lambda line, value: Press(_text(line, "点", value)),
    "验证": _verify,
    "新会话": lambda line, value: Anew(),
    "万号": lambda line, value: Hears(_texts(line, "万号", value)),
    "不说": lambda line, value: HearsNot(_texts(line, "不说", value)),
    "按钮": lambda line, value: Offers(_texts(line, "按钮", value)),
    "卡片": _shows,
    "等": _wait,
    "过": _pass,
    "故障": _break,
    "恢复": lambda line, value: Heal(),
    "事件": _begin,
}


def _steps(written: Any, line: int) -> tuple[Step, ...]:
    """Steps in order; an entry of several keys is as many steps, and one without a value may be a bare word."""
    if not isinstance(written, list) or not written:
        raise Mistake(line, "steps: a list of steps is expected")
    found: list[Step] = []
    for entry in written:
        line = entry.line if isinstance(entry, Marked) else line
        for key, value in (entry if isinstance(entry, Marked) else Marked({str(entry): None})).items():
            if key not in STEPS:
                raise _unknown(line, "step", key, STEPS)
            shown = key if value is None else f"{key}: {_shown(value)}"
            found.append(Step(line, shown, STEPS[key](line, value)))
    if not any(isinstance(step.action, Hears | Wait) for step in found):
        raise Mistake(line, "no step says what the customer reads (万号)")
    return tuple(found)


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return "、".join(map(_shown, value))
    return ", ".join(f"{key} {_shown(one)}" for key, one in value.items()) if isinstance(value, dict) else str(value)


def _check(entry: Any, line: int) -> Check:
    if not isinstance(entry, Marked) or "of" not in entry:
        raise Mistake(line, f"operator: {{of: tickets, count: 0}} or the like is expected, not {entry!r}")
    of = _one_of(entry.line, "of", entry["of"], CHECKS)
    given = {key: value for key, value in entry.items() if key != "of"}
    for key in given:
        if key not in CHECKS[of]:
            raise _unknown(entry.line, f"key of {of}", key, sorted(CHECKS[of]))
    if not given.keys() - {"within", "customer", "kind"}:
        raise Mistake(entry.line, f"of: {of} says nothing about them")
    for key, kind in (("count", int), ("change", int), ("where", dict), ("like", dict), ("within", (int, float))):
        if key in given and not isinstance(given[key], kind):  # type: ignore[arg-type]
            raise Mistake(entry.line, f"{key}: {given[key]!r} will not do")
    for key in ("has", "lacks"):
        if key in given:
            given[key] = _texts(entry.line, key, given[key])
    return Check(entry.line, of, given)


def _scenario(file: str, entry: Any) -> Scenario:
    found = _keys(1, "file", entry, ("scenario", "customer", "steps", "operator"))
    name = _text(found.line, "scenario", found.get("scenario"))
    checks = found.get("operator")
    if not isinstance(checks, list) or not checks:
        raise Mistake(found.line, "operator: say what the operator's systems hold afterwards")
    return Scenario(
        file=file,
        line=found.line,
        name=name,
        customer=_text(found.line, "customer", found.get("customer", "basic")),
        steps=_steps(found.get("steps"), found.line),
        checks=tuple(_check(check, found.line) for check in checks),
    )


def scenarios(path: Path) -> list[Scenario]:
    """The scenarios of a file. Raises Mistake."""
    listed = read(path)
    if not isinstance(listed, list) or not listed:
        raise Mistake(1, "a list of scenarios is expected: begin each with a dash")
    return [_scenario(f"{path.parent.name}/{path.stem}", entry) for entry in listed]


def files() -> list[Path]:
    """All files of all kinds, in order."""
    return [path for kind in KINDS for path in sorted((FOLDER / kind).glob("*.yml"))]


def every() -> list[Scenario]:
    """Every scenario; a file with a mistake is left to the test of the format."""
    found: list[Scenario] = []
    for path in files():
        try:
            found += scenarios(path)
        except Mistake:
            continue
    return found
