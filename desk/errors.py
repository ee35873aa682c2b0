"""What the desk refuses, with the sentence that its reader sees; the sentences are content."""

from collections.abc import Mapping
from typing import Any

from knowledge_base.content import content


class Refused(Exception):
    """A request that the desk does not carry out.

    `code` is for programs and names the sentence too, unless `says` names another. `facts` stand beside the error: what
    the page needs to go on.
    """

    def __init__(
        self, status: int, code: str, says: str | None = None, facts: Mapping[str, Any] | None = None, **values: object
    ) -> None:
        super().__init__(code)
        self.facts = dict(facts or {})
        self.status = status
        self.code = code
        self.message = sentence(says or code, **values)


def sentence(name: str, **values: object) -> str:
    """A sentence of the desk's own, filled in: to customers from `content/desk.yml`, to staff from `workbench.yml`."""
    found = content("desk")["sentences"].get(name) or content("workbench")["sentences"][name]
    return str(found).format(**values)
