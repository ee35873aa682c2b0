"""The page behind a payment link: whoever opens it sees what is to be paid, and pays by one button."""

from __future__ import annotations

from html import escape
from string import Template

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from sandbox import resources
from sandbox.apis import balance
from sandbox.documents import Document
from sandbox.errors import ApiError
from sandbox.money import fen_of
from sandbox.store import Store, Transaction

_PAGE = Template("""<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>话费充值</title>
<style>
  body { font: 18px/1.6 sans-serif; max-width: 24rem; margin: 3rem auto; padding: 0 1rem; text-align: center }
  strong { font-size: 2.4rem }
  button { font: inherit; width: 100%; padding: .6rem; border: 0; background: #0a6cd6; color: #fff }
</style>
<h1>话费充值</h1>
<p>充值号码 $number</p>
<p><strong>$amount</strong>元</p>
$below
</html>
""")
_BELOW = {
    "created": '<form method="post"><button>确认支付</button></form>\n<p>请在30分钟内支付。</p>',
    "completed": "<p>支付成功，话费已到账。</p>",
}
_LAPSED = "<p>支付链接已失效，请重新充值。</p>"


def link(transaction: Transaction, identity: str) -> Document:
    """The top-up behind a payment link.

    Raises:
        ApiError: 404 when there is none, or it is not paid by a link.
    """
    topup = resources.fetch(transaction, balance.API, balance.TOPUP, identity)
    if not balance.is_link(topup):
        raise ApiError(404, f"there is no payment link {identity}", code="notFound")
    return topup


def pay(transaction: Transaction, identity: str) -> Document:
    """Pays what waits to be paid, once; whatever else became of the top-up stays.

    Raises:
        ApiError: 404.
    """
    topup = link(transaction, identity)
    if topup["status"] != "created":
        return topup
    return resources.change(transaction, balance.API, balance.TOPUP, identity, {"status": "completed"})


def _page(topup: Document) -> HTMLResponse:
    number = topup["logicalResource"][0]["id"] if topup.get("logicalResource") else ""
    shown = {
        "number": escape(f"{number[:3]}****{number[-4:]}"),
        "amount": f"{fen_of(topup['amount']) / 100:.2f}",
        "below": _BELOW.get(topup["status"], _LAPSED),
    }
    return HTMLResponse(_PAGE.substitute(shown), 200 if topup["status"] in _BELOW else 410)


def router(store: Store) -> APIRouter:
    """``GET`` and ``POST /payment/{id}``."""
    routes = APIRouter()

    @routes.get("/payment/{identity}", response_class=HTMLResponse)
    def get_payment(identity: str) -> HTMLResponse:
        with store.reading() as transaction:
            return _page(link(transaction, identity))

    @routes.post("/payment/{identity}", response_class=HTMLResponse)
    def post_payment(identity: str) -> HTMLResponse:
        with store.writing() as transaction:
            return _page(pay(transaction, identity))

    return routes
