"""Starts the desk: `python -m desk`."""

import uvicorn

from common.logs import set_up_logging
from common.settings import settings
from desk.app import create_app


def main() -> None:
    """Serves until it is told to stop; open sockets get three seconds to end."""
    set_up_logging()
    uvicorn.run(
        create_app(),
        host=settings().desk_host,
        port=settings().desk_port,
        # Rasa pins websockets below 11, which uvicorn no longer speaks to.
        ws="wsproto",
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=3,
    )


if __name__ == "__main__":
    main()
