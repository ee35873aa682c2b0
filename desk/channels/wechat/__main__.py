"""`python -m desk.channels.wechat menu publish --account NAME`: puts the menu of the content file below the chat."""

import argparse
import sys

from wechatpy.exceptions import WeChatClientException

from common.settings import settings
from desk.channels.wechat.api import FAILURES, Api
from desk.channels.wechat.menu import as_wechat
from knowledge_base.content import content


def main() -> int:
    """Carries out the command; the exit status is 1 with a sentence when it cannot."""
    parser = argparse.ArgumentParser(prog="python -m desk.channels.wechat", description="WeChat accounts.")
    publish = parser.add_subparsers(required=True).add_parser("menu", help="the menu below the chat")
    publish = publish.add_subparsers(required=True).add_parser("publish", help="replace the account's menu")
    publish.add_argument("--account", required=True, help="a name in WANHAO_WECHAT_ACCOUNTS")
    name = parser.parse_args().account
    account = settings().wechat_accounts.get(name)
    if account is None:
        print(f"no account {name} in WANHAO_WECHAT_ACCOUNTS", file=sys.stderr)
        return 1
    try:
        Api(name, account).publish_menu(as_wechat(content("wechat_menu")["menu"]))
    except (*FAILURES, ValueError) as error:
        reason = str(error) if isinstance(error, WeChatClientException | ValueError) else type(error).__name__
        print(f"the menu was not published: {reason}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
