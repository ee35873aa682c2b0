"""What is printed when everything answers: the pages' addresses and three things to try."""

import json
from http.client import HTTPException

from deploy.ports import Ports
from deploy.readiness import get

# Title and path on the desk; later pages are one more line each.
PAGES = (
    ("Customer page", "/"),
    ("Staff page", "/agent"),
    ("API", "/docs"),
)
TRY = (
    ("帮我查下上个月话费", "what did I pay last month?"),
    ("还剩多少流量", "how much data is left?"),
    ("转人工", "a person, please"),
)


def addresses(ports: Ports) -> str:
    """The pages, one a line."""
    return "\n".join(f"  {title:<16}{ports.url('desk')}{path}" for title, path in PAGES)


def things_to_try(number: str | None) -> str:
    """Three messages for the customer page, in Chinese with their meaning, and the demo number to give."""
    lines = ["Three things to try · 可以试试:", *(f"  {chinese}    ({english})" for chinese, english in TRY)]
    if number:
        lines += [
            f"When asked, the number is {number}; its one-time code appears on the page.",
            f"问到号码时填 {number}，短信验证码会显示在页面上。",
        ]
    return "\n".join(lines)


def demo_number(ports: Ports) -> str | None:
    """The number of a customer of the sandbox with an ordinary account; none if the sandbox cannot tell."""
    try:
        status, body = get(f"{ports.url('sandbox')}/sandbox/customers")
    except (OSError, HTTPException):
        return None
    customers = json.loads(body) if status == 200 else []
    ordinary = [customer for customer in customers if "basic" in customer["tags"]]
    return next((str(customer["number"]) for customer in [*ordinary, *customers]), None)
