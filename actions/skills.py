"""Who a customer is put through to: skill group and priority, by `content/skills.yml`."""

from knowledge_base.content import content


def routing(topic: str | None, line: str | None = None, *, urgent: bool = False) -> dict[str, str]:
    """`group`, and `priority` high or normal, for a topic (an intent) and the kind of line (`Line.kind`) meant."""
    known = content("skills")
    about = topic or ""
    group = next(
        entry["group"]
        for entry in known["groups"]
        if about.startswith(tuple(intent for intent in entry["intents"] if intent))
        or line in entry.get("lines", ())
        or "" in entry["intents"]
    )
    return {"group": str(group), "priority": "high" if urgent or about in known["urgent"] else "normal"}
