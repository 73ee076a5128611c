"""Which names are meant by what was typed: by their beginning, their label, the other keyboard layout, or one slip."""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter
from typing import Final

from deltasib_query.assist.completions import Completion
from deltasib_query.language.diagnosis.synonyms import one_slip

_LATIN_KEYS: Final = "qwertyuiop[]asdfghjkl;'zxcvbnm,m_"
_PERSIAN_KEYS: Final = "ضصثقفغعهخحجچشسیبلاتنمکگظطزرذدپوئـ"
"""The keys of both layouts. The key m is پ on the standard Persian keyboard, and ئ on an older one."""
_TO_LATIN: Final = str.maketrans(_PERSIAN_KEYS, _LATIN_KEYS)
_TO_PERSIAN: Final = str.maketrans(dict(zip(reversed(_LATIN_KEYS), reversed(_PERSIAN_KEYS), strict=True)))
_SAME: Final = str.maketrans("يىك۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩", "ییک01234567890123456789", "\u200c")
"""What people type in several ways: Arabic letters, digits, the joiner that has no width."""
_LEAST_FOR_A_SLIP: Final = 3
"""With fewer letters too many names are within one typing error."""


def matching(typed: str, items: Sequence[Completion]) -> list[Completion]:
    """Return the items that a typed text may mean, the likeliest first; all of them for an empty text.

    Those that are equally likely keep their order.

    >>> items = [Completion("User_Id", "", "field", finds=("شناسه",)), Completion("Name", "", "field", finds=("نام",))]
    >>> for typed in ("NA", "id", "نا", "عسثق", "nmae", "x"):
    ...     print([item.label for item in matching(typed, items)])
    ['Name']
    ['User_Id']
    ['Name']
    ['User_Id']
    ['Name']
    []
    """
    typed = _fold(typed)
    if not typed:
        return list(items)
    switched = {typed.translate(_TO_LATIN), typed.translate(_TO_PERSIAN)} - {typed}
    ranked: list[tuple[int, Completion]] = []
    for item in items:
        name, labels = item.label.casefold(), _fold(" ".join(("", *item.finds)))
        rank = _rank(typed, name, labels)
        if rank is None and any(_rank(keys, name, labels) is not None for keys in switched):
            rank = _OTHER_LAYOUT
        if rank is not None:
            ranked.append((rank, item))
    ranked.sort(key=itemgetter(0))
    return [item for _, item in ranked] or [item for item in items if _is_slip(typed, item.label.casefold())]


_OTHER_LAYOUT: Final = 3


def _fold(text: str) -> str:
    return text.translate(_SAME).casefold()


def _rank(typed: str, name: str, labels: str) -> int | None:
    """Return how likely a name is meant; None if it is not. There is a space before every word of the labels."""
    if name.startswith(typed):
        return 0
    if f"_{typed}" in name:
        return 1
    return 2 if f" {typed}" in labels else None


def _is_slip(typed: str, name: str) -> bool:
    """Say whether one typing error turns the beginning of a name into what was typed."""
    near = range(len(typed) - 1, len(typed) + 2)
    return len(typed) >= _LEAST_FOR_A_SLIP and any(one_slip(typed, name[:length]) for length in near)
