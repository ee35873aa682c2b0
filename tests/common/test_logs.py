import io
import logging
from collections.abc import Iterator

import pytest

from common.logs import MaskingFormatter, set_up_logging


@pytest.fixture
def log() -> Iterator[tuple[logging.Logger, io.StringIO]]:
    """A logger, and what its masking handler has written."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(MaskingFormatter("%(levelname)s %(name)s %(message)s"))
    logger = logging.getLogger("tests.masking")
    logger.addHandler(handler)
    yield logger, written
    logger.removeHandler(handler)


def test_a_number_in_the_message_is_masked(log: tuple[logging.Logger, io.StringIO]) -> None:
    logger, written = log
    logger.warning("no line for 18912345678")

    assert written.getvalue() == "WARNING tests.masking no line for 189****5678\n"


def test_a_number_in_the_arguments_is_masked(log: tuple[logging.Logger, io.StringIO]) -> None:
    logger, written = log
    logger.warning("asked %s with %r", "13312345678", {"code": "123456"})

    assert written.getvalue() == "WARNING tests.masking asked 133****5678 with {'code': '******'}\n"


def test_a_number_in_a_traceback_is_masked(log: tuple[logging.Logger, io.StringIO]) -> None:
    logger, written = log
    try:
        raise ValueError("bad number 18912345678")
    except ValueError:
        logger.exception("failed")

    assert "18912345678" not in written.getvalue()
    assert "ValueError: bad number 189****5678" in written.getvalue()


def test_the_process_logs_one_masked_line_in_utc(capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    try:
        set_up_logging()
        logging.getLogger("tests.process").info("hello 18912345678")
        logging.getLogger("urllib3.connectionpool").info("GET /bucket?logicalResource.id=18912345678")
    finally:
        root.handlers[:], root.level = before, level

    lines = capsys.readouterr().err.splitlines()
    assert [line.split(" ", 2)[2] for line in lines] == ["INFO tests.process hello 189****5678"]
