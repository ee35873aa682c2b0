"""Starts the author: `python -m knowledge_base.authoring`."""

import os
from urllib.parse import urlsplit

import uvicorn

from common.logs import set_up_logging
from common.settings import settings
from knowledge_base.authoring import publisher, training
from knowledge_base.authoring.server import create_app

# A rollback does not wait for a training.
LANES = {
    "trainer": {"train": training.work},
    "publisher": {"publish": publisher.work, "rollback": publisher.work},
}
# It works beside the processes that answer customers, who go first.
NICE = 5


def main() -> None:
    """Serves until it is told to stop."""
    os.nice(NICE)
    set_up_logging()
    uvicorn.run(
        create_app(LANES),
        host="127.0.0.1",
        port=urlsplit(settings().author_url).port or 80,
        ws="none",
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=2,
    )


if __name__ == "__main__":
    main()
