"""An official account as WeChat's platform holds it: what it signs and seals. By the documents, not by the desk's code.

Sources: https://developers.weixin.qq.com/doc/offiaccount/Basic_Information/Access_Overview.html
https://developers.weixin.qq.com/doc/oplatform/Third-party_Platforms/2.0/api/Before_Develop/Technical_Plan.html
"""

import hashlib
import json
import secrets
import time
from dataclasses import dataclass
from typing import Any

import xmltodict
from wechatpy.crypto import WeChatCrypto


@dataclass(frozen=True)
class Account:
    """Its names and secrets; without `aes_key` messages go in the clear."""

    app_id: str = "wx0123456789abcdef"
    secret: str = "app-secret-0123456789"
    token: str = "platform-token-1"
    aes_key: str | None = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
    template_id: str | None = "template-1"
    card_url: str | None = None
    original_id: str = "gh_0123456789ab"

    def setting(self, api: str) -> dict[str, Any]:
        """What an operator puts into WANHAO_WECHAT_ACCOUNTS under a name."""
        known = {"app_id": self.app_id, "secret": self.secret, "token": self.token, "api": api}
        return known | {"aes_key": self.aes_key, "template_id": self.template_id, "card_url": self.card_url}

    def query(self, nonce: str | None = None, timestamp: int | None = None) -> dict[str, str]:
        """What proves that a request comes from the platform."""
        signed = {
            "timestamp": str(int(time.time()) if timestamp is None else timestamp),
            "nonce": secrets.token_hex(5) if nonce is None else nonce,
        }
        return signed | {"signature": sha1(self.token, *signed.values())}

    def request(self, openid: str, xml: str) -> tuple[dict[str, str], str]:
        """The query and the body of a message, sealed where the account has a key."""
        query = self.query() | {"openid": openid}
        if self.aes_key is None:
            return query, xml
        sealed = self._crypto().encrypt_message(xml, query["nonce"], query["timestamp"])
        encrypted = xmltodict.parse(sealed)["xml"]["Encrypt"]
        proof = sha1(self.token, query["timestamp"], query["nonce"], encrypted)
        body = {"ToUserName": self.original_id, "Encrypt": encrypted}
        return query | {"encrypt_type": "aes", "msg_signature": proof}, unparsed(body)

    def opened(self, body: str) -> dict[str, Any]:
        """The reply in an answer. Raises what it is made of when it is none, or is not sealed as it should be."""
        reply = xmltodict.parse(body)["xml"]
        if self.aes_key is not None:
            proof = reply["MsgSignature"], reply["TimeStamp"], reply["Nonce"]
            reply = xmltodict.parse(self._crypto().decrypt_message(body, *proof))["xml"]
        return dict(reply)

    def _crypto(self) -> WeChatCrypto:
        return WeChatCrypto(self.token, self.aes_key, self.app_id)


def sha1(*words: str) -> str:
    """The platform's signature."""
    return hashlib.sha1("".join(sorted(words)).encode()).hexdigest()


def unparsed(fields: dict[str, Any]) -> str:
    """A message's XML."""
    return str(xmltodict.unparse({"xml": fields}, full_document=False))


def settings_of(**accounts: dict[str, Any]) -> str:
    """The value of WANHAO_WECHAT_ACCOUNTS."""
    return json.dumps(accounts)
