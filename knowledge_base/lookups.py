"""Lookup files: what the operator sells, as the NLU knows it. Written from the catalogue, read by `language`."""

import re
from collections.abc import Iterable
from pathlib import Path

from bss.catalogue import Offering, offerings
from common.settings import ROOT
from knowledge_base.content import content

LOOKUPS = ROOT / "bot" / "data" / "lookups"
ENTITIES = {"plan": "package", "addon": "addon", "vas": "vas"}
_REMARK = re.compile(r"[（(][^）)]*[）)]$")
_GENERATION = re.compile(r"^[45]G(?=[\u4e00-\u9fff])")
_PRICE = re.compile(r"(?P<core>.*[\u4e00-\u9fff])(?P<price>\d+)元$")
# What is left of a name without its price must still name something: 固话月租 does, 副卡 and 天翼高清 are whole lines.
_LINES = frozenset({"副卡", "天翼高清", "固定电话", "手机卡", "宽带", "套餐"})


def derived(name: str) -> list[str]:
    """A catalogue name and what people make of it, the name first.

    >>> derived("星卡29元")
    ['星卡29元', '星卡29元套餐', '星卡29', '星卡29套餐']
    """
    name = _REMARK.sub("", name)
    plain = name.removesuffix("套餐")
    names = [name]
    for core in dict.fromkeys([plain, _GENERATION.sub("", plain), *_shortened(plain)]):
        ways = [core]
        if priced := _PRICE.fullmatch(core):
            ways = [f"{core}套餐", core, core[:-1], f"{priced['core']}{priced['price']}套餐"]
        names += ways
    return list(dict.fromkeys(names))


def _shortened(name: str) -> list[str]:
    """十全十美融合129元 is also called 十全十美129元 and 融合129元."""
    if "融合" not in name or name.startswith("融合"):
        return []
    family = name.index("融合")
    return [name[:family] + name[family + 2 :], name[family:]]


def _family(name: str) -> str | None:
    """The name without its price: 星卡 of 星卡29元."""
    priced = _PRICE.fullmatch(_REMARK.sub("", name).removesuffix("套餐"))
    return priced["core"] if priced and priced["core"] not in _LINES else None


def lookup_names(found: Iterable[Offering]) -> dict[str, dict[str, list[str]]]:
    """entity → offering id → names. A family's name means its only offering, a price all plans that cost it."""
    wanted = [offering for offering in found if offering.kind in ENTITIES]
    names: dict[str, dict[str, list[str]]] = {entity: {} for entity in ENTITIES.values()}
    families = [_family(offering.name) for offering in wanted]
    for offering, family in zip(wanted, families, strict=True):
        own = derived(offering.name)
        if family and families.count(family) == 1:
            own += [family, f"{family}套餐"]
        if offering.kind == "plan" and offering.line_type == "mobile" and offering.fee % 100 == 0 and offering.fee:
            own.append(f"{offering.fee // 100}元套餐")
        own += content("aliases")["aliases"].get(offering.id, [])
        names[ENTITIES[offering.kind]][offering.id] = list(dict.fromkeys(own))
    return names


def lookup_file(entity: str, names: dict[str, list[str]]) -> str:
    """The text of a lookup file: Rasa's NLU format, one lookup table of all names and one synonym list an offering."""
    every = dict.fromkeys(name for own in names.values() for name in own)
    parts = [
        "# Written from the operator's catalogue by: python -m knowledge_base lookups",
        'version: "3.1"',
        "nlu:" if names else "nlu: []",
    ]
    if every:
        parts += [f"- lookup: {entity}", "  examples: |", *(f"    - {name}" for name in every)]
    for identity, own in names.items():
        parts += [f"- synonym: {identity}", "  examples: |", *(f"    - {name}" for name in own)]
    return "\n".join(parts) + "\n"


def write_lookups(folder: Path = LOOKUPS) -> list[Path]:
    """Writes one file an entity from the operator's catalogue and returns those that changed.

    Raises what the catalogue raises; then nothing is written.
    """
    names = lookup_names(offerings())
    folder.mkdir(parents=True, exist_ok=True)
    changed = []
    for entity, own in names.items():
        path, text = folder / f"{entity}.yml", lookup_file(entity, own)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            fresh = path.with_suffix(".new")
            fresh.write_text(text, encoding="utf-8")
            fresh.replace(path)
            changed.append(path)
    return changed
