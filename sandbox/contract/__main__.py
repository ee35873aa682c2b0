"""``python -m sandbox.contract FOLDER`` writes the contracts anew from the specifications in FOLDER."""

import sys
from pathlib import Path

from sandbox.contract.build import API_NUMBERS, build, read_specification, text

for number in API_NUMBERS:
    contract = build(number, read_specification(Path(sys.argv[1]), number))
    Path(__file__).with_name(f"tmf{number}.json").write_text(text(contract), encoding="utf-8")
