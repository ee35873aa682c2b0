"""Starts the action server: `python -m actions`. Only this machine may reach it, unless the settings say otherwise."""

from urllib.parse import urlsplit

from rasa_sdk.endpoint import create_app

from common.logs import set_up_logging
from common.settings import settings


def main() -> None:
    """Serves until it is told to stop."""
    set_up_logging()
    address = urlsplit(settings().actions_url)
    app = create_app("actions", cors_origins=[])
    app.run(host=address.hostname or "127.0.0.1", port=address.port or 5055, access_log=False)


if __name__ == "__main__":
    main()
