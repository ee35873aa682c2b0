import io
import json
import tarfile
from pathlib import Path

from bench.model import inspect

FACTS = {"intents": ["deny"], "threshold": 0.3}


def archive(path: Path, files: dict[str, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return path


def test_sizes_and_the_classifiers_facts_are_read(tmp_path: Path) -> None:
    files = {"components/train_IntentClassifier3/intents.json": json.dumps(FACTS).encode(), "metadata.json": b"{}"}

    found = inspect(archive(tmp_path / "ours.tar.gz", files))

    assert found.classifier == FACTS
    assert found.unpacked == sum(map(len, files.values()))
    assert found.packed == (tmp_path / "ours.tar.gz").stat().st_size


def test_a_model_without_our_classifier_has_no_facts(tmp_path: Path) -> None:
    assert inspect(archive(tmp_path / "stock.tar.gz", {"metadata.json": b"{}"})).classifier is None
