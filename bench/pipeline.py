"""All that is measured of one pipeline, ours or the stock one, by the same means."""

import json
import statistics
import subprocess
import sys
from collections.abc import Callable, Container
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench import model
from bench.dev import Dev, predict
from bench.measures import Judged, percentile
from bench.timing import Spent, environment, load
from bench.training import Trained
from common.settings import ROOT


@dataclass(frozen=True)
class Speed:
    """Medians over fresh processes: seconds, milliseconds a text, texts a second, MB; and the load meanwhile."""

    imports: float
    imports_cpu: float
    load: float
    load_cpu: float
    p50: float
    p95: float
    p50_cpu: float
    batch_rate: float
    memory: float
    processes: int
    machine: tuple[float, float]


@dataclass(frozen=True)
class Pipeline:
    """Figures of one pipeline: the scorer's, each judged sentence without its text, times and sizes."""

    trained: Trained
    score: dict[str, Any]
    judged: list[Judged]
    accuracy_unseen: float
    speed: Speed
    archive: model.Archive
    day: str

    def save(self, path: Path) -> None:
        """Keeps the figures; no sentence is among them."""
        path.write_text(json.dumps(asdict(self), default=str), "utf-8")

    @classmethod
    def read(cls, path: Path) -> "Pipeline":
        """Reads what `save` wrote."""
        facts = json.loads(path.read_text("utf-8"))
        trained, speed = facts["trained"], facts["speed"]
        facts["trained"] = Trained(
            Path(trained["archive"]), Spent(**_pair(trained["spent"], "load")), trained["epochs"]
        )
        facts["speed"] = Speed(**_pair(speed, "machine"))
        facts["archive"] = model.Archive(**facts["archive"])
        facts["judged"] = [Judged(**row) for row in facts["judged"]]
        return cls(**facts)


def measure(trained: Trained, dev: Dev, processes: int, seen: Container[str] = ()) -> Pipeline:
    """Scores a model on the sentences and measures it in fresh processes; `seen` texts count in no `unseen` figure."""
    with TemporaryDirectory(prefix="bench-nlu-") as folder:
        predictions = Path(folder) / "predictions.jsonl"
        rows = predict(trained.archive, dev.texts(), predictions)
        unseen = dev.judge(rows, without=seen)
        return Pipeline(
            trained,
            dev.score(predictions),
            dev.judge(rows),
            sum(row.right == row.acted for row in unseen) / len(unseen),
            _speed(trained.archive, dev.texts(), processes, Path(folder)),
            model.inspect(trained.archive),
            date.today().isoformat(),
        )


def _pair(facts: dict[str, Any], name: str) -> dict[str, Any]:
    return {**facts, name: tuple(facts[name])}


def _speed(archive: Path, texts: list[str], processes: int, folder: Path) -> Speed:
    listed = folder / "texts"
    listed.write_text("".join(f"{text}\n" for text in texts), "utf-8")
    before = load()
    probes = [_probe(archive, listed) for _ in range(processes)]

    def median(figure: Callable[[dict[str, Any]], float]) -> float:
        return statistics.median(map(figure, probes))

    return Speed(
        imports=median(lambda probe: probe["import"]),
        imports_cpu=median(lambda probe: probe["import_cpu"]),
        load=median(lambda probe: probe["load"]),
        load_cpu=median(lambda probe: probe["load_cpu"]),
        p50=median(lambda probe: percentile(probe["parse"], 0.5)),
        p95=median(lambda probe: percentile(probe["parse"], 0.95)),
        p50_cpu=median(lambda probe: percentile(probe["parse_cpu"], 0.5)),
        batch_rate=median(lambda probe: probe["batch_rate"]),
        memory=median(lambda probe: probe["memory"]),
        processes=processes,
        machine=(before, load()),
    )


def _probe(archive: Path, texts: Path) -> dict[str, Any]:
    argv = [sys.executable, "-m", "bench.probe", str(archive), str(texts)]
    output = subprocess.run(argv, cwd=ROOT, env=environment(), capture_output=True, text=True, check=True).stdout
    figures: dict[str, Any] = json.loads(output.splitlines()[-1])
    return figures
