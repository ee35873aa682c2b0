"""What the operator sells, read from ``catalogue.yaml``. Prices are fen a month, allowances are monthly."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import yaml

# What calls and data cost beyond the allowances of every plan; made up, and simple to reckon with.
VOICE_MINUTE_FEN, DATA_GB_FEN = 10, 500

OfferKind = Literal["line", "plan", "addon", "vas", "retention"]


@dataclass(frozen=True)
class Offer:
    """One product offering (TMF620)."""

    id: str
    name: str
    kind: OfferKind
    line_type: str
    fen: int = 0
    data_mb: int = 0
    minutes: int = 0
    messages: int = 0
    speed_mbps: int = 0
    contract_months: int = 0
    description: str = ""
    retired: bool = False


CATEGORIES = {
    "mobile": "移动电话",
    "broadband": "宽带",
    "landline": "固定电话",
    "iptv": "天翼高清",
}

OFFERS = tuple(
    Offer(**entry) for entry in yaml.safe_load(Path(__file__).with_name("catalogue.yaml").read_text(encoding="utf-8"))
)

BY_ID = {offer.id: offer for offer in OFFERS}
