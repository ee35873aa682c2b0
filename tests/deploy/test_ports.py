"""Which port, whose it is, and what to do when it is taken."""

import os
import socket
from collections.abc import Iterator
from contextlib import closing
from dataclasses import astuple

import pytest

from common.settings import Settings
from deploy import ports
from deploy.ports import Ports


@pytest.fixture
def taken() -> Iterator[int]:
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_ports_follow_the_settings() -> None:
    settings = Settings(
        desk_port=8001,
        rasa_url="http://127.0.0.1:5006",
        rasa_next_url="http://127.0.0.1:5007",
        sandbox_url="http://127.0.0.1:8101",
    )
    assert Ports.from_settings(settings) == Ports(desk=8001, rasa=5006, rasa_next=5007, actions=5055, sandbox=8101)


def test_free_ports_differ_and_are_free() -> None:
    found = astuple(Ports.free())
    assert len(set(found)) == len(found)
    assert all(ports.is_free(port) for port in found)


def test_a_listening_port_is_not_free_and_its_owner_is_named(taken: int) -> None:
    assert not ports.is_free(taken)
    owner = ports.owner_of(taken)
    assert owner is not None
    assert owner.endswith(f"(process {os.getpid()})")


def test_a_free_port_has_no_owner() -> None:
    assert ports.owner_of(Ports.free().desk) is None


@pytest.mark.parametrize(
    ("name", "port", "owner", "sentence"),
    [
        (
            "desk",
            8000,
            "python -m http.server (process 7)",
            "Port 8000 (desk) is in use by python -m http.server (process 7): "
            "stop that, or run on another: WANHAO_DESK_PORT=8001 make run",
        ),
        (
            "rasa",
            5005,
            None,
            "Port 5005 (rasa) is in use: stop that, or run on another: WANHAO_RASA_URL=http://127.0.0.1:5006 make run",
        ),
    ],
)
def test_the_sentence_names_port_owner_and_way_out(name: str, port: int, owner: str | None, sentence: str) -> None:
    assert ports.taken_sentence(name, port, owner) == sentence
