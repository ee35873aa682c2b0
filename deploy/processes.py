"""The one list of the product's processes. The supervisor starts it, and so do the tests.

A new process is one more entry in :func:`processes`; if it listens, its port is one more field of ``Ports``.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from deploy.ports import HOST, Ports
from deploy.steps import ROOT

# The libraries under Rasa: no telemetry, no start-up noise, one thread for each of several processes.
RASA_ENVIRONMENT = {
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "OMP_NUM_THREADS": "1",
}


@dataclass(frozen=True)
class Process:
    """One process: started in the project's root, ready when ``ready`` answers 200, ended by SIGTERM within 5 s.

    With ``waits`` the supervisor knows it, but starts it only when told to.
    """

    name: str
    argv: tuple[str, ...]
    ready: str | None = None
    env: Mapping[str, str] = field(default_factory=dict)
    waits: bool = False


def processes(ports: Ports, *, models: Path = ROOT / "models" / "rasa", demo: bool = True) -> list[Process]:
    """The processes of the product; with ``demo`` the sandbox stands in for the operator's systems.

    ``models`` is what Rasa loads: a folder, or an archive.
    """
    listed = [
        _python("actions", "-m", "actions", ready=f"{ports.url('actions')}/health"),
        _rasa("rasa", ports, models),
        _python("worker", "-m", "desk.worker", ready=f"{ports.url('worker')}/healthz"),
        _python("desk", "-m", "desk", ready=f"{ports.url('desk')}/readyz"),
        _python("author", "-m", "knowledge_base.authoring", ready=f"{ports.url('author')}/healthz"),
    ]
    sandbox = _python("sandbox", "-m", "sandbox", ready=f"{ports.url('sandbox')}/healthz")
    return [sandbox, *listed] if demo else listed


def next_rasa(ports: Ports, models: Path = ROOT / "models" / "rasa_next") -> Process:
    """Rasa's second place, where the next model starts while the former one still answers; places change then."""
    return replace(_rasa("rasa_next", ports, models), waits=True)


def _rasa(name: str, ports: Ports, models: Path) -> Process:
    port = str(getattr(ports, name))
    return _python(
        name,
        *("-m", "rasa", "run", "-i", HOST, "-p", port, "--model", str(models)),
        *("--endpoints", "endpoints.yml", "--credentials", "credentials.yml"),
        ready=f"{ports.url(name)}/webhooks/desk/ready",
        env=RASA_ENVIRONMENT,
    )


def _python(name: str, *argv: str, ready: str | None = None, env: Mapping[str, str] | None = None) -> Process:
    return Process(name, (sys.executable, *argv), ready, env or {})


def environment(ports: Ports, var: Path, given: Mapping[str, str], *, demo: bool = True) -> dict[str, str]:
    """The environment that all processes share: ``given``, completed by what it does not set itself."""
    ours = {
        "PYTHONUNBUFFERED": "1",
        "WANHAO_DEMO": str(demo).lower(),
        "WANHAO_DESK_HOST": HOST,
        "WANHAO_DESK_PORT": str(ports.desk),
        "WANHAO_RASA_URL": ports.url("rasa"),
        "WANHAO_RASA_NEXT_URL": ports.url("rasa_next"),
        "WANHAO_ACTIONS_URL": ports.url("actions"),
        "WANHAO_WORKER_URL": ports.url("worker"),
        "WANHAO_AUTHOR_URL": ports.url("author"),
        "WANHAO_DATABASE_URL": f"sqlite:///{var / 'wanhao.db'}",
        "WANHAO_RASA_DATABASE_URL": f"sqlite:///{var / 'rasa.db'}",
        "WANHAO_PICTURES_DIR": str(var / "pictures"),
        "WANHAO_KNOWLEDGE_DIR": str(var / "knowledge"),
        "WANHAO_RELEASES_DIR": str(var / "releases"),
        "WANHAO_DRAFTS_DIR": str(var / "drafts"),
    }
    if demo:
        ours |= {
            "WANHAO_ALWAYS_OPEN": "true",
            "WANHAO_SANDBOX_URL": ports.url("sandbox"),
            "WANHAO_BSS_URL": ports.url("sandbox"),
            "WANHAO_PAYMENT_URL": f"{ports.url('sandbox')}/operator/v1/payment/{{id}}",
            "SANDBOX_HOST": HOST,
            "SANDBOX_PORT": str(ports.sandbox),
            "SANDBOX_DATABASE_URL": f"sqlite:///{var / 'sandbox.db'}",
        }
    return {**ours, **given, **_without_proxy(given)}


def _without_proxy(given: Mapping[str, str]) -> dict[str, str]:
    # A laptop behind a company's proxy must not send what goes to itself through it.
    listed = [name for name in given.get("NO_PROXY", given.get("no_proxy", "")).split(",") if name]
    value = ",".join([*listed, HOST, "localhost"])
    return {"NO_PROXY": value, "no_proxy": value}
