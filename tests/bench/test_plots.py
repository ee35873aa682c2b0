from pathlib import Path

from bench import plots
from bench.measures import OTHER, Bin

PNG = b"\x89PNG"
LARGEST = 200_000


def test_pictures_are_small_pngs(tmp_path: Path) -> None:
    names = [f"label_{number}" for number in range(23)]
    plots.draw_reliability([Bin(0.3, 0.4, 10), Bin(0.9, 0.95, 90)], 0.05, tmp_path / "reliability.png")
    plots.draw_rejection(
        [(0.0, 0.01, 0.3), (0.5, 0.2, 0.1)], [(0.0, 0.02, 0.2), (0.5, 0.3, 0.1)], 0.3, tmp_path / "r.png"
    )
    plots.draw_confusion([*names, OTHER], [[7] * 24 for _ in names], tmp_path / "new" / "confusion.png")

    pictures = [path.read_bytes() for path in tmp_path.rglob("*.png")]
    assert len(pictures) == 3
    assert all(picture.startswith(PNG) and len(picture) < LARGEST for picture in pictures)
