"""What the desk refuses, with the sentence a customer reads; the sentences are content."""

from knowledge_base.content import content


class Refused(Exception):
    """A request that the desk does not carry out. `code` names the sentence in `content/desk.yml`."""

    def __init__(self, status: int, code: str, **values: object) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.message = sentence(code, **values)


def sentence(name: str, **values: object) -> str:
    """A sentence of the desk's own, filled in."""
    return str(content("desk")["sentences"][name]).format(**values)
