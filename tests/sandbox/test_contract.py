"""The sandbox against the official specifications, which stay outside the project (``TMF_SPECS``).

A bounded run by default; ``TMF_CONTRACT=long`` takes as long as it needs and covers every phase.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sandbox_client import Sandbox

from sandbox.contract.build import API_NUMBERS, build, read_specification, text

ROOT = Path(__file__).parents[2]
SPECS = Path(os.environ.get("TMF_SPECS", ROOT / "../shared/tmf")).resolve()
LONG = os.environ.get("TMF_CONTRACT") == "long"
# The exhaustive phase of a large specification takes minutes; sequences of calls are dear as well.
COVERED = {"621", "678"}
LINKED = {"621", "622", "637"}

pytestmark = pytest.mark.skipif(
    not (SPECS / "TMF621-v4.json").exists(), reason=f"no TM Forum specifications in {SPECS}: set TMF_SPECS"
)


@pytest.mark.parametrize("api", API_NUMBERS)
def test_our_contracts_are_what_the_specifications_say(api: str) -> None:
    ours = (ROOT / f"sandbox/contract/tmf{api}.json").read_text(encoding="utf-8")
    assert ours == text(build(api, read_specification(SPECS, api)))


def _configuration(sandbox: Sandbox, api: str, base_path: str, kinds: list[str]) -> str:
    """Has every GET by id ask for an id that exists."""
    lines = []
    for kind in kinds:
        (document,) = sandbox.get(f"{base_path}/{kind}", params={"limit": 1}).json()
        lines += [
            "[[operations]]",
            f'include-name = "GET /{kind}/{{id}}"',
            f'parameters = {{ "path.id" = {json.dumps(document["id"])} }}',
        ]
    return "\n".join(lines)


def _phases(api: str) -> tuple[str, int]:
    if LONG:
        return ("fuzzing,stateful" if api in {"622", "637"} else "examples,coverage,fuzzing,stateful"), 40
    phases = ["fuzzing", *(["coverage"] if api in COVERED else []), *(["stateful"] if api in LINKED else [])]
    return ",".join(phases), 3


@pytest.mark.timeout(3600 if LONG else 200)
@pytest.mark.parametrize("api", API_NUMBERS)
def test_schemathesis_finds_nothing(fresh: Sandbox, tmp_path: Path, api: str) -> None:
    contract = json.loads((ROOT / f"sandbox/contract/tmf{api}.json").read_text(encoding="utf-8"))
    kinds = list(contract["kinds"])
    (tmp_path / "schemathesis.toml").write_text(
        _configuration(fresh, api, contract["basePaths"][0], kinds), encoding="utf-8"
    )
    phases, examples = _phases(api)
    program = Path(sys.executable).with_name("schemathesis")
    command = [
        str(program), "run", str(SPECS / f"TMF{api}-v4.json"),
        "--url", f"{str(fresh.base_url).rstrip('/')}{contract['basePaths'][0]}",
        "--exclude-path-regex", "^/listener/", "--phases", phases, "--max-examples", str(examples), "--seed", "10000",
        "--continue-on-failure", "--no-color", "--warnings", "off", "--suppress-health-check", "all",
        "--report-har-path", str(tmp_path / "report.har"),
    ]  # fmt: skip
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    entries = json.loads((tmp_path / "report.har").read_text(encoding="utf-8"))["log"]["entries"]
    found = {
        entry["request"]["url"].split("?")[0].removeprefix(str(fresh.base_url)).split("/")[-2]
        for entry in entries
        if entry["request"]["method"] == "GET" and entry["response"]["status"] == 200
    }
    assert set(kinds) <= found, f"GET by id was never answered for {set(kinds) - found}"
    shutil.rmtree(tmp_path)
