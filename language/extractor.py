"""Entities in normalised text."""

from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

from common.times import SHANGHAI
from language.extraction.amounts import data_and_speed, durations, money
from language.extraction.catalogue import Catalogue
from language.extraction.complaints import competitors, complaint_subjects
from language.extraction.dates import dates
from language.extraction.faults import error_codes, lights, phenomena
from language.extraction.identifiers import accounts, landlines, operator_ids, spaced_codes
from language.extraction.overlaps import resolved
from language.extraction.places import addresses, areas
from language.extraction.slots import slots
from language.extraction.words import Words
from language.lookups import LOOKUPS, terms
from language.numbers import Found, codes, mobile_numbers
from language.tokenizer import segmenter

_BY_TEXT = (
    mobile_numbers, codes, spaced_codes, operator_ids, landlines, accounts, slots, money, data_and_speed, durations,
    phenomena, lights, error_codes, complaint_subjects, competitors,
)  # fmt: skip


class Extractor:
    """Finds entities with the catalogue of one folder of lookup files. Has no state beyond what it was made of."""

    def __init__(self, folder: Path) -> None:
        self._words = Words(folder)
        self._catalogue = Catalogue(terms(folder), segmenter(folder))

    def extract(self, text: str, today: date, now: datetime | None = None) -> list[Found]:
        """The entities of a text in reading order; see `extract` of this module."""
        if not text:
            return []
        if now is not None:
            now = now.astimezone(SHANGHAI)
            today = now.date()
        words, named = self._words.read(text)
        lowered = text.lower()
        found = [entity for finder in _BY_TEXT for entity in finder(text)]
        found += named
        found += dates(text, today, now)
        found += areas(words)
        found += addresses(text, words)
        found += self._catalogue.find(lowered if len(lowered) == len(text) else text)
        return resolved(found)


@lru_cache(maxsize=1)
def extractor() -> Extractor:
    """The extractor of this process, with the product's lookup files; about half a second at the first call."""
    made = Extractor(LOOKUPS)
    made.extract("您好", date(2026, 1, 1))
    return made


def extract(text: str, today: date, now: datetime | None = None) -> list[Found]:
    """The entities of a text in reading order, offsets in that text, values in a fixed spelling.

    Dates are meant relative to `today`, or to `now` (aware) where it is given. Entities that cannot both be meant do
    not overlap (a phone number holds no code, a date no month); others may (光猫 is a device of the broadband line).
    """
    return extractor().extract(text, today, now)
