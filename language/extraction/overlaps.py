"""Which entities stand beside each other, and which exclude each other."""

from collections.abc import Iterable

from language.numbers import Found

# Of these a stretch of text is only one, the longest; of two as long the one named first here.
_ONE_OF = (
    "phone_number", "ticket_number", "order_number", "payment_number", "landline_number", "broadband_account", "code",
    "error_code", "date_range", "date", "month", "time_slot", "duration", "money", "data_amount", "speed",
)  # fmt: skip
_WORDS = ("usage_type", "product_line")
_OFFERS = ("addon", "vas", "package")
_GROUPS = {
    **dict.fromkeys(_ONE_OF, "number"),
    **dict.fromkeys(_WORDS, "word"),
    **dict.fromkeys(_OFFERS, "offer"),
}
_RANK = {entity: rank for rank, entity in enumerate((*_ONE_OF, *_WORDS, *_OFFERS))}
# What is a part of the other's name: 18号 of an address is no day, 99元 in a package's name no amount.
_WITHIN = {
    "address": frozenset(_ONE_OF) - {"phone_number"},
    "package": frozenset({"money", "data_amount", "duration", "date", "time_slot", "error_code"}),
    "addon": frozenset({"money", "data_amount", "duration", "date", "time_slot", "error_code"}),
    "vas": frozenset({"money", "data_amount", "duration"}),
    "duration": frozenset({"usage_type"}),
    "phenomenon": frozenset({"time_slot", "duration"}),
}


def resolved(found: Iterable[Found]) -> list[Found]:
    """The entities that stand, in reading order: of one kind, or of kinds that exclude each other, the longest."""
    kept: dict[str, list[Found]] = {}
    ordered = sorted(found, key=lambda item: (item.start - item.end, _RANK.get(item.entity, 0), item.start))
    for entity in ordered:
        group = kept.setdefault(_GROUPS.get(entity.entity, entity.entity), [])
        if not any(_overlap(entity, other) for other in group):
            group.append(entity)
    standing = [entity for group in kept.values() for entity in group]
    holders = [entity for entity in standing if entity.entity in _WITHIN]
    return sorted(
        (
            entity
            for entity in standing
            if not any(entity.entity in _WITHIN[holder.entity] and _overlap(entity, holder) for holder in holders)
        ),
        key=lambda item: (item.start, item.entity),
    )


def _overlap(one: Found, other: Found) -> bool:
    return one.start < other.end and other.start < one.end
