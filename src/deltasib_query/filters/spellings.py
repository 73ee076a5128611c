"""The spellings of a Persian text: keyboards differ in ye and kaf, and the database tells these apart [measured]."""

from __future__ import annotations

from itertools import product
from typing import Final

_YEHS: Final = ("ی", "ي")
_KAFS: Final = ("ک", "ك")
"""The Persian letter and the Arabic one."""


def spellings(text: str) -> list[str]:
    """Return a text and its other spellings: with Persian or Arabic ye, and with Persian or Arabic kaf.

    One text comes off one keyboard, so all letters of a kind are changed together, and there are four texts at most; a
    fifth where the given one has both letters of a kind, or an alef maksura for a ye. The collation ignores other
    differences: letter case, digits, and behind `=` the zero-width non-joiner.

    >>> spellings("کریمی")
    ['کریمی', 'كریمی', 'کريمي', 'كريمي']
    >>> from deltasib_query import User, any_of
    >>> str(any_of(User.Family.contains(text) for text in spellings("علی")))
    "(Family like '%علی%' or Family like '%علي%')"
    """
    yehs, kafs = str.maketrans("يى", "یی"), str.maketrans("ك", "ک")
    persian = text.translate(yehs | kafs)
    found = (persian.replace(_YEHS[0], yeh).replace(_KAFS[0], kaf) for yeh, kaf in product(_YEHS, _KAFS))
    return [*dict.fromkeys((text, *found))]
