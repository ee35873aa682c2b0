"""`make fuzz-wechat`: coverage-guided bytes at the entry of WeChat's messages.

Anything but a refusal is a finding, and so is what takes longer than `-timeout` seconds; libFuzzer's options count.
"""

import sys
from contextlib import suppress

import atheris

with atheris.instrument_imports(include=["xmltodict", "wechatpy", "desk.channels.wechat"]):
    from desk.channels.wechat import inbound, signing

from common.settings import ROOT, WechatAccount
from desk.errors import Refused
from tests.wechat.account import Account

SEEDS = [
    b"<xml><ToUserName>gh_1</ToUserName><FromUserName>o1</FromUserName><CreateTime>1</CreateTime>"
    b"<MsgType>text</MsgType><Content>a</Content><MsgId>1</MsgId></xml>",
    b"<xml><ToUserName>gh_1</ToUserName><FromUserName>o1</FromUserName><CreateTime>1</CreateTime>"
    b"<MsgType>event</MsgType><Event>CLICK</Event><EventKey>balance</EventKey></xml>",
]
CORPUS = ROOT / "var" / "fuzz" / "corpus"
PLAIN = Account(aes_key=None)
SAFE = Account()
ACCOUNTS = [(one, WechatAccount(**one.setting("http://127.0.0.1:1"))) for one in (PLAIN, SAFE)]


def once(data: bytes) -> None:
    """The bytes as a body in the clear, as a sealed body, and as what is sealed."""
    query = SAFE.query() | {"msg_signature": "0" * 40}
    for _, account in ACCOUNTS:
        with suppress(Refused):
            inbound.read(signing.opened(account, query, data))
    sealing, account = ACCOUNTS[1]
    query, body = sealing.request("o1", data.decode(errors="replace"))
    with suppress(Refused):
        inbound.read(signing.opened(account, query, body.encode()))


def main() -> None:
    """Runs until libFuzzer ends it."""
    CORPUS.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(SEEDS):
        (CORPUS / str(number)).write_bytes(seed)
    atheris.Setup([*sys.argv, "-timeout=5", str(CORPUS)], once)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
