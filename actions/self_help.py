"""What a customer can try alone, from `content/self_help.yml`."""

from collections.abc import Collection

from knowledge_base.content import content


def steps_for(kind: str, signs: Collection[str]) -> list[str]:
    """The steps for a kind of line (`Line.kind`) and what was noticed: phenomena, lights, error codes."""
    for entry in content("self_help").get(kind, []):
        wanted = entry.get("signs")
        if wanted is None or set(wanted) & set(signs):
            return [str(step) for step in entry["steps"]]
    return []
