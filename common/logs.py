"""One way to log: a line each, UTC, with everything personal masked before it is written."""

import logging
import sys
import time

from common.masking import mask_text


class MaskingFormatter(logging.Formatter):
    """Masks the finished line, so that arguments and tracebacks are covered too."""

    converter = staticmethod(time.gmtime)

    def format(self, record: logging.LogRecord) -> str:
        return mask_text(super().format(record))


def set_up_logging(level: int = logging.INFO) -> None:
    """Sends all logs of this process to standard error through the masking formatter."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(MaskingFormatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for noisy in ("httpx", "httpcore", "urllib3", "socketio", "engineio", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
