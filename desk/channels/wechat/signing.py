"""What proves that a request is WeChat's: signature, age, and in safe mode the cipher. Pure.

Source: https://developers.weixin.qq.com/doc/offiaccount/Basic_Information/Access_Overview.html
"""

import hmac
import re
import struct
import time
from collections.abc import Mapping
from xml.parsers.expat import ExpatError

import xmltodict
from wechatpy.crypto import WeChatCrypto
from wechatpy.exceptions import WeChatException
from wechatpy.utils import WeChatSigner

from common.settings import WechatAccount
from desk.errors import Refused

WINDOW_SECONDS = 300
BODY_BYTES = 64 * 1024
_FORBIDDEN = re.compile(r"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_STAMP = re.compile(r"[\w.:-]{1,80}", re.ASCII)


def check(account: WechatAccount, query: Mapping[str, str], now: float | None = None) -> str:
    """The request's timestamp and nonce as one word, when its signature is right and young. Raises Refused."""
    timestamp, nonce = query.get("timestamp", ""), query.get("nonce", "")
    right = signature(account.token.get_secret_value(), timestamp, nonce)
    if not hmac.compare_digest(right.encode(), query.get("signature", "").encode(errors="replace")):
        raise Refused(403, "forbidden")
    now = time.time() if now is None else now
    stamp = f"{timestamp}:{nonce}"
    if (
        not nonce
        or not timestamp.isdecimal()
        or not _STAMP.fullmatch(stamp)
        or abs(now - int(timestamp)) > WINDOW_SECONDS
    ):
        raise Refused(403, "forbidden")
    return stamp


def signature(*words: str) -> str:
    """WeChat's signature of some words."""
    signer = WeChatSigner()
    signer.add_data(*words)
    return str(signer.signature)


def opened(account: WechatAccount, query: Mapping[str, str], body: bytes) -> str:
    """The message's XML, decrypted where the account has a key; a plain one is refused there. Raises Refused."""
    text = _text(body)
    if account.aes_key is None:
        return text
    proof = query.get("msg_signature", "")
    try:
        envelope = xmltodict.parse(text)["xml"]
        encrypted = envelope["Encrypt"]
        right = signature(account.token.get_secret_value(), query["timestamp"], query["nonce"], encrypted)
        if not hmac.compare_digest(right.encode(), proof.encode(errors="replace")):
            raise Refused(403, "forbidden")
        plain = _crypto(account).decrypt_message(envelope, proof, query["timestamp"], query["nonce"])
    except (ExpatError, WeChatException, LookupError, ValueError, TypeError, AttributeError, struct.error) as error:
        raise Refused(400, "bad_request") from error
    return _text(plain.encode())


def sealed(account: WechatAccount, xml: str, nonce: str) -> str:
    """A reply as WeChat wants it: encrypted where the account has a key."""
    return xml if account.aes_key is None else str(_crypto(account).encrypt_message(xml, nonce))


def _crypto(account: WechatAccount) -> WeChatCrypto:
    key = account.aes_key.get_secret_value() if account.aes_key else ""
    return WeChatCrypto(account.token.get_secret_value(), key, account.app_id)


def _text(body: bytes) -> str:
    """A body as text without any means to define entities. Raises Refused."""
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        raise Refused(400, "bad_request") from error
    if _FORBIDDEN.search(text):
        raise Refused(400, "bad_request")
    return text
