"""One fresh process with a model: `python -m bench.probe MODEL TEXTS` writes what loading and parsing took, as JSON."""

import asyncio
import json
import logging
import re
import sys
from pathlib import Path
from time import monotonic, perf_counter, process_time
from typing import Any

WARM_UP = 20
SINGLE = 400


def resident_mb(process: int | str = "self") -> float:
    """Resident memory of a process, in MB of 1,000,000 bytes."""
    status = Path(f"/proc/{process}/status").read_text("ascii")
    found = re.search(r"^VmRSS:\s+(\d+) kB", status, re.MULTILINE)
    if found is None:
        raise OSError(f"process {process} says nothing of its memory")
    return int(found[1]) * 1024 / 1e6


async def measure(archive: str, texts: list[str]) -> dict[str, Any]:
    """Seconds of import and load, milliseconds of each single text (clock and processor), texts a second in batches."""
    start, start_cpu = monotonic(), process_time()
    from rasa.core.agent import load_agent

    from bot.predict import predictions

    imported, imported_cpu = monotonic(), process_time()
    agent = await load_agent(model_path=archive)
    loaded, loaded_cpu = monotonic(), process_time()
    for text in texts[:WARM_UP]:
        await agent.parse_message(text)
    wall, cpu = [], []
    for text in texts[:SINGLE]:
        begun, used = perf_counter(), process_time()
        await agent.parse_message(text)
        wall.append(1000 * (perf_counter() - begun))
        cpu.append(1000 * (process_time() - used))
    batch = monotonic()
    predicted = sum(1 for _ in predictions(agent, texts))
    return {
        "import": imported - start,
        "import_cpu": imported_cpu - start_cpu,
        "load": loaded - imported,
        "load_cpu": loaded_cpu - imported_cpu,
        "parse": wall,
        "parse_cpu": cpu,
        "batch_rate": predicted / (monotonic() - batch),
        "memory": resident_mb(),
    }


def main() -> None:
    """Texts come from a file, one a line; the figures go to standard output."""
    logging.disable(logging.WARNING)
    texts = Path(sys.argv[2]).read_text("utf-8").splitlines()
    sys.stdout.write(json.dumps(asyncio.run(measure(sys.argv[1], texts))) + "\n")


if __name__ == "__main__":
    main()
