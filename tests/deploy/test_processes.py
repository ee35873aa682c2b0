"""The one list of processes and the environment they share."""

from pathlib import Path

from common.settings import Settings
from deploy.ports import Ports
from deploy.processes import environment, next_rasa, processes

PORTS = Ports(desk=1, rasa=2, actions=3, sandbox=4, worker=5, rasa_next=6, author=7)
VAR = Path("/v")


def test_each_process_is_ready_where_it_listens() -> None:
    assert {process.name: process.ready for process in processes(PORTS)} == {
        "sandbox": "http://127.0.0.1:4/healthz",
        "actions": "http://127.0.0.1:3/health",
        "worker": "http://127.0.0.1:5/healthz",
        "rasa": "http://127.0.0.1:2/webhooks/desk/ready",
        "desk": "http://127.0.0.1:1/readyz",
        "author": "http://127.0.0.1:7/healthz",
    }


def test_the_sandbox_is_for_the_demo_only() -> None:
    assert "sandbox" not in [process.name for process in processes(PORTS, demo=False)]
    shared = environment(PORTS, VAR, {}, demo=False)
    assert shared["WANHAO_DEMO"] == "false"
    assert not {"WANHAO_BSS_URL", "WANHAO_SANDBOX_URL", "SANDBOX_PORT"} & shared.keys()


def test_rasa_listens_on_the_loopback_address_and_sends_no_telemetry() -> None:
    rasa = next(process for process in processes(PORTS, models=Path("/m")) if process.name == "rasa")
    line = " ".join(rasa.argv[1:])
    assert line == ("-m rasa run -i 127.0.0.1 -p 2 --model /m --endpoints endpoints.yml --credentials credentials.yml")
    assert rasa.env["RASA_TELEMETRY_ENABLED"] == "false"


def test_the_next_rasa_differs_by_name_and_port_and_waits_for_its_call() -> None:
    rasa = next(process for process in processes(PORTS, models=Path("/m")) if process.name == "rasa")
    second = next_rasa(PORTS, Path("/m"))
    assert (second.name, second.ready, second.waits) == ("rasa_next", "http://127.0.0.1:6/webhooks/desk/ready", True)
    assert [word.replace("6", "2") for word in second.argv] == list(rasa.argv)
    assert not any(process.waits for process in processes(PORTS))


def test_all_processes_find_each_other_and_keep_their_data_in_var() -> None:
    shared = environment(PORTS, VAR, {})
    assert shared["WANHAO_ACTIONS_URL"] == "http://127.0.0.1:3"
    assert (shared["WANHAO_RASA_URL"], shared["WANHAO_RASA_NEXT_URL"]) == ("http://127.0.0.1:2", "http://127.0.0.1:6")
    assert shared["WANHAO_BSS_URL"] == shared["WANHAO_SANDBOX_URL"] == "http://127.0.0.1:4"
    assert shared["WANHAO_PAYMENT_URL"] == "http://127.0.0.1:4/operator/v1/payment/{id}"
    assert shared["SANDBOX_DATABASE_URL"] == "sqlite:////v/sandbox.db"
    assert shared["WANHAO_DATABASE_URL"] == "sqlite:////v/wanhao.db"


def test_what_the_person_sets_wins() -> None:
    given = {"WANHAO_DATABASE_URL": "postgresql://db/wanhao", "WANHAO_BSS_URL": "https://bss.example", "HOME": "/h"}
    shared = environment(PORTS, VAR, given)
    assert {name: shared[name] for name in given} == given


def test_loopback_never_goes_through_a_proxy() -> None:
    shared = environment(PORTS, VAR, {"http_proxy": "http://proxy:3128", "no_proxy": "intranet"})
    assert shared["NO_PROXY"] == shared["no_proxy"] == "intranet,127.0.0.1,localhost"


def test_every_setting_that_is_passed_on_exists() -> None:
    names = {f"WANHAO_{name.upper()}" for name in Settings.__fields__}
    assert {name for name in environment(PORTS, VAR, {}) if name.startswith("WANHAO_")} <= names
