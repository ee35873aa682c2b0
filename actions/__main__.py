"""Starts the action server: `python -m actions`. Only this machine may reach it, unless the settings say otherwise."""

from typing import Any
from urllib.parse import urlsplit

from rasa_sdk import endpoint
from rasa_sdk.executor import ActionExecutor

from common.logs import set_up_logging
from common.settings import settings
from knowledge_base import content


class ReleaseExecutor(ActionExecutor):
    """Runs each action with the content of the release that the desk has named for the turn."""

    async def run(self, action_call: dict[str, Any]) -> dict[str, Any] | None:
        """See the class."""
        latest = (action_call.get("tracker") or {}).get("latest_message") or {}
        with content.during((latest.get("metadata") or {}).get("release")):
            return await super().run(action_call)


def main() -> None:
    """Serves until it is told to stop."""
    set_up_logging()
    address = urlsplit(settings().actions_url)
    content.use(None)
    # The SDK makes its executor itself, of the class that it finds under this name.
    endpoint.ActionExecutor = ReleaseExecutor
    app = endpoint.create_app("actions", cors_origins=[])
    app.run(host=address.hostname or "127.0.0.1", port=address.port or 5055, access_log=False)


if __name__ == "__main__":
    main()
