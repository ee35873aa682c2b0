"""Intents as objects: their sentences, rule, answer, title and description lie in five kinds of files."""

from collections.abc import Iterator, Mapping
from typing import Any

from yaml.nodes import Node, ScalarNode

from knowledge_base.authoring.changes import Value, canonical
from knowledge_base.authoring.documents import ANSWERS, AUTHORED, DOMAIN, INTENTS, NLU, RULES, Documents
from knowledge_base.authoring.yaml_text import Document, field_text, load, pair, scalar, update

# What gives the answers of content/answers.yml.
ANSWER = "action_answer"


def utter(name: str) -> str:
    """The response of an intent that has one of its own."""
    return f"utter_{name}"


def sentences_of(entry: Mapping[str, Any]) -> list[str]:
    """The sentences of a block of training data, in either of Rasa's forms."""
    held = entry.get("examples") or ""
    if isinstance(held, str):
        return [line.strip().removeprefix("- ").strip() for line in held.splitlines() if line.strip()]
    return [str(one["text"] if isinstance(one, dict) else one).strip() for one in held]


def blocks(loaded: Mapping[str, Any]) -> Iterator[tuple[str, int, str, list[str]]]:
    """(path, place in it, intent, sentences) of each block of training sentences, by file name."""
    for path in sorted(path for path in loaded if path.startswith(NLU)):
        for place, entry in enumerate((loaded[path] or {}).get("nlu") or []):
            if "intent" in entry:
                yield path, place, str(entry["intent"]), sentences_of(entry)


def rule_actions(loaded: Mapping[str, Any]) -> Iterator[tuple[int, str, str]]:
    """(place, intent, action) of each rule that only says what an intent leads to."""
    for place, rule in enumerate((loaded.get(RULES) or {}).get("rules") or []):
        steps = rule.get("steps") or []
        if len(steps) == 2 and set(steps[0]) == {"intent"} and set(steps[1]) == {"action"} and "condition" not in rule:
            yield place, str(steps[0]["intent"]), str(steps[1]["action"])


def domain_intents(loaded: Mapping[str, Any]) -> list[str]:
    """All intents, those too that come only as buttons and events."""
    listed = (loaded.get(DOMAIN) or {}).get("intents") or []
    return [str(next(iter(one)) if isinstance(one, dict) else one) for one in listed]


def own_response(loaded: Mapping[str, Any], name: str) -> Mapping[str, Any] | None:
    """The variant of `utter_<name>` where it is this intent's plain answer and nobody else's."""
    response = utter(name)
    using = [intent for _, intent, action in rule_actions(loaded) if action == response]
    variants = ((loaded.get(DOMAIN) or {}).get("responses") or {}).get(response) or []
    if using != [name] or len(variants) != 1 or not set(variants[0]) <= {"text", "buttons"}:
        return None
    buttons = variants[0].get("buttons") or []
    return variants[0] if all(set(button) == {"title", "payload"} for button in buttons) else None


def read_intents(loaded: Mapping[str, Any]) -> dict[str, Value]:
    """name → value of the intents that have sentences, in the domain's order."""
    examples: dict[str, list[str]] = {}
    for _, _, intent, sentences in blocks(loaded):
        examples.setdefault(intent, []).extend(sentences)
    actions = {intent: action for _, intent, action in rule_actions(loaded)}
    about = loaded.get(INTENTS) or {}
    answers = (loaded.get(ANSWERS) or {}).get("answers") or {}
    return {
        name: canonical(
            "intent",
            {
                "title": (about.get("titles") or {}).get(name),
                "description": (about.get("descriptions") or {}).get(name),
                "examples": examples[name],
                "answer": _answer(loaded, name, actions.get(name), answers),
            },
        )
        for name in domain_intents(loaded)
        if name in examples
    }


def _answer(loaded: Mapping[str, Any], name: str, action: str | None, answers: Mapping[str, Any]) -> Value:
    if action == ANSWER and name in answers:
        return {"kind": "text", "variants": answers[name]}
    if action == utter(name) and (variant := own_response(loaded, name)) is not None:
        return {"kind": "text", "variants": [variant]}
    return {"kind": "action", "action": action}


def write_intents(
    documents: Documents, loaded: Mapping[str, Any], values: Mapping[str, Value | None], named_in_code: frozenset[str]
) -> None:
    """Makes the changes of intents. A response that code names is neither taken away nor taken over."""
    if not values:
        return
    known = read_intents(loaded)
    _write_sentences(documents, loaded, values)
    for name, value in values.items():
        _write_name(documents, name, value, name in known, set(known))
        for top, field in (("titles", "title"), ("descriptions", "description")):
            _write_about(documents, top, name, value[field] if value else None)
        _write_answer(documents, loaded, name, value["answer"] if value else None, named_in_code)


def _write_sentences(documents: Documents, loaded: Mapping[str, Any], values: Mapping[str, Value | None]) -> None:
    found = [block for block in blocks(loaded) if block[2] in values]
    for name, value in values.items():
        own = [(path, place, sentences) for path, place, intent, sentences in found if intent == name]
        wanted = set(value["examples"]) if value else set()
        held = {sentence for _, _, sentences in own for sentence in sentences}
        added = [sentence for sentence in value["examples"] if sentence not in held] if value else []
        if not own and value:
            lines = f"- intent: {scalar(name)}\n  examples: |\n" + "".join(f"    - {one}\n" for one in added)
            documents.open(AUTHORED).top("nlu").add(lines)
        for number, (path, place, sentences) in enumerate(own):
            new = added if number == 0 else []
            kept = [sentence for sentence in sentences if sentence in wanted]
            if len(kept) == len(sentences) and not new:
                continue
            document = documents.open(path)
            rows = document.top("nlu")
            if kept or new:
                _write_block(document, rows.entries[place][0], wanted, new, kept)
            else:
                rows.remove(place)


def _write_block(document: Document, entry: Node, wanted: set[str], new: list[str], kept: list[str]) -> None:
    key, node = pair(entry, "examples") or (entry, entry)
    if not isinstance(node, ScalarNode) or node.style != "|":
        lines = "".join(f"\n{' ' * (entry.start_mark.column + 2)}- {one}" for one in [*kept, *new])
        document.replace(document.colon(key), document.after(node), f" |{lines}")
        return
    at, end = document.line_end(node.start_mark.index), document.after(node)
    indent = ""
    while at < end:
        stop = document.line_end(at)
        line = document.text[at:stop]
        sentence = line.strip()
        if sentence:
            indent = indent or line[: line.index(sentence)]
            if sentence.removeprefix("- ").strip() not in wanted:
                document.replace(at, stop, "")
        at = stop
    document.replace(at, at, "".join(f"{indent}- {one}\n" for one in new))


def _write_name(documents: Documents, name: str, value: Value | None, known: bool, trained: set[str]) -> None:
    if known and value is not None:
        return
    rows = documents.open(DOMAIN).top("intents")
    names = [str(entry.value) for entry, _ in rows.entries]
    if value is None:
        if name in names:
            rows.remove(names.index(name))
    elif name not in names:
        # Behind the intents that customers say, before those that come as buttons.
        last = max((place for place, one in enumerate(names) if one in trained), default=None)
        rows.add(f"{' ' * rows.indent}- {scalar(name)}\n", after=last)


def _write_about(documents: Documents, top: str, name: str, text: str | None) -> None:
    document = documents.open(INTENTS)
    rows = document.top(top)
    names = [str(key.value) for key, _ in rows.entries]
    if not text:
        if name in names:
            rows.remove(names.index(name))
    elif name not in names:
        rows.add(" " * rows.indent + field_text(name, text, rows.indent, False) + "\n")
    else:
        node = rows.entries[names.index(name)][1]
        if node.value != text:
            new = scalar(text, flow=rows.flows)
            document.replace(node.start_mark.index, document.after(node), new)


def _write_answer(
    documents: Documents, loaded: Mapping[str, Any], name: str, answer: Value | None, named_in_code: frozenset[str]
) -> None:
    variants = answer["variants"] if answer and answer["kind"] == "text" else []
    responses = (loaded.get(DOMAIN) or {}).get("responses") or {}
    own = own_response(loaded, name)
    free = own is not None or utter(name) not in responses
    respond = len(variants) == 1 and variants[0]["when"] is None and free
    action = None
    if answer is not None:
        action = answer["action"] if answer["kind"] == "action" else utter(name) if respond else ANSWER
    _write_rule(documents, loaded, name, action)
    _write_variants(documents, name, [] if respond else variants)
    if respond:
        _write_response(documents, name, own, variants[0])
    elif own is not None and utter(name) not in named_in_code:
        rows = documents.open(DOMAIN).top("responses")
        rows.remove([str(key.value) for key, _ in rows.entries].index(utter(name)))


def _write_rule(documents: Documents, loaded: Mapping[str, Any], name: str, action: str | None) -> None:
    found = next(((place, old) for place, intent, old in rule_actions(loaded) if intent == name), None)
    if found is not None and found[1] == action:
        return
    document = documents.open(RULES)
    rows = document.top("rules")
    if found is None:
        if action is not None:
            lines = f"- rule: {scalar(name)}\n  steps:\n  - intent: {scalar(name)}\n  - action: {scalar(action)}\n"
            rows.add(("\n" if rows.spaced else "") + lines)
    elif action is None:
        rows.remove(found[0])
    else:
        steps = pair(rows.entries[found[0]][0], "steps")
        step = pair(steps[1].value[1], "action") if steps else None
        if step:
            document.replace(step[1].start_mark.index, document.after(step[1]), scalar(action))


def _write_variants(documents: Documents, name: str, variants: list[Value]) -> None:
    held = (load(documents.open(ANSWERS).text) or {}).get("answers") or {}
    if name not in held and not variants:
        return
    document = documents.open(ANSWERS)
    rows = document.top("answers")
    names = [str(key.value) for key, _ in rows.entries]
    if not variants:
        rows.remove(names.index(name))
        return
    lines = "".join(_variant(one, rows.indent) for one in variants)
    if name not in names:
        rows.add(f"{' ' * rows.indent}{scalar(name)}:\n{lines}")
    elif canonical("intent", {"answer": {"kind": "text", "variants": held[name]}})["answer"]["variants"] != variants:
        key, node = rows.entries[names.index(name)]
        document.replace(document.colon(key), document.after(node), "\n" + lines.rstrip("\n"))


def _variant(variant: Value, indent: int) -> str:
    """One variant's lines: text, then its buttons, then when it holds."""
    before = " " * indent
    when = {field: entries for field, entries in (variant["when"] or {}).items() if entries}
    lines = f"{before}- {field_text('text', variant['text'], indent + 2, False)}\n"
    lines += _buttons(variant["buttons"], indent + 2)
    return lines + (f"{before}  {field_text('when', when, indent + 2, False)}\n" if when else "")


def _buttons(buttons: list[Value], indent: int) -> str:
    before = " " * indent
    lines = "".join(
        f"{before}- {field_text('title', button['title'], 0, False)}\n"
        f"{before}  {field_text('payload', button['payload'], 0, False)}\n"
        for button in buttons
    )
    return f"{before}buttons:\n{lines}" if buttons else ""


def _write_response(documents: Documents, name: str, own: Mapping[str, Any] | None, variant: Value) -> None:
    document = documents.open(DOMAIN)
    rows = document.top("responses")
    if own is None:
        rows.add(f"{' ' * rows.indent}{utter(name)}:\n{_variant(variant, rows.indent)}")
        return
    place = [str(key.value) for key, _ in rows.entries].index(utter(name))
    node: Any = rows.entries[place][1].value[0]
    old = {"text": own["text"], **({"buttons": own["buttons"]} if own.get("buttons") else {})}
    new = {"text": variant["text"], **({"buttons": variant["buttons"]} if variant["buttons"] else {})}
    if old.get("buttons") == new.get("buttons") or node.flow_style:
        update(document, node, old, new)
        return
    lines = _variant(variant, rows.indent)
    document.replace(document.line_start(node.start_mark.index), document.after(node), lines.rstrip("\n"))
