"""A desk in a world with WeChat."""

from collections.abc import Iterator

import pytest

from tests.wechat.desk import World, world
from tests.wechat.platform import Phone, Platform


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A desk behind a WeChat whose seconds are fifths, in safe mode."""
    with world(tmp_path_factory.mktemp("hall"), Platform(second=0.2)) as made:
        yield made
        made.platform.api.faults.clear()


@pytest.fixture
def phone(hall: World, request: pytest.FixtureRequest) -> Phone:
    """Somebody new."""
    return hall.platform.phone(f"o{abs(hash(request.node.nodeid)):020d}_{len(hall.platform.phones)}")
