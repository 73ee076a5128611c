"""Other spellings: of operators, keywords, digits and labels; words of SQL that the language lacks; misspelt names."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

from deltasib_query.display import JOINERS

OPERATORS: Final = {
    "!=": "<>", "!==": "<>", "><": "<>", "≠": "<>",
    "==": "=", "===": "=", "<=>": "=", ":=": "=", "＝": "=",
    "=>": ">=", "≥": ">=", "⩾": ">=", "≧": ">=", "!<": ">=",
    "=<": "<=", "≤": "<=", "⩽": "<=", "≦": "<=", "!>": "<=",
    "＞": ">", "＜": "<",
    "eq": "=", "ne": "<>", "neq": "<>", "gt": ">", "ge": ">=", "gte": ">=", "lt": "<", "le": "<=", "lte": "<=",
    "ilike": "like", "equals": "=",
}  # fmt: skip
"""Operators of other languages, with the operator of this one that means exactly the same."""

CONNECTIVES: Final = {"&&": "and", "||": "or", "و": "and", "یا": "or"}
"""Keywords of C and of Persian."""

SQL_WORDS: Final = frozenset({
    "all", "any", "as", "asc", "binary", "by", "case", "cast", "collate", "convert", "cross", "date", "day",
    "delete", "desc", "distinct", "div", "drop", "else", "end", "escape", "except", "exists", "from", "glob",
    "group", "having", "if", "ilike", "insert", "intersect", "interval", "into", "is", "isnull", "join", "left",
    "limit", "match", "mod", "nand", "natural", "nlike", "nor", "not", "notlike", "null", "nullif", "offset",
    "on", "order", "outer", "procedure", "regexp", "replace", "right", "rlike", "select", "similar", "some",
    "sounds", "table", "then", "to", "union", "unlike", "update", "using", "values", "when", "where", "with",
    "xor",
})  # fmt: skip
"""Words with a meaning in SQL. They are never taken for a misspelt name."""

KEYWORDS: Final = frozenset({"and", "or", "like"})

NO_VALUES: Final = frozenset({
    "current_date", "current_time", "current_timestamp", "current_user", "default", "false", "nan", "nil", "none",
    "now", "null", "sysdate", "today", "true", "undefined", "user",
})  # fmt: skip
"""Words that mean something else than themselves in SQL or in programs if they are not quoted."""


PERSIAN: Final = {ord("ي"): "ی", ord("ى"): "ی", ord("ك"): "ک"}
"""The Persian letter for each Arabic one that looks like it."""
_BETWEEN_WORDS: Final = dict.fromkeys(map(ord, f"_{JOINERS}"))


def folded(label: str) -> str:
    """Return a Persian label without what people write in several ways: Arabic letters, and what joins its words.

    >>> folded("نام كاربري") == folded("نام\u200cکاربری") == "نامکاربری"
    True
    """
    return "".join(label.translate(PERSIAN | _BETWEEN_WORDS).split())


def one_slip(typed: str, meant: str) -> bool:
    """Return whether one typing error turns `meant` into `typed`: a letter more, less or wrong, or two swapped.

    >>> one_slip("usernme", "username"), one_slip("adn", "and"), one_slip("name", "family")
    (True, True, False)
    """
    if typed == meant or abs(len(typed) - len(meant)) > 1:
        return False
    shorter = min(len(typed), len(meant))
    start = next((i for i in range(shorter) if typed[i] != meant[i]), shorter)
    a, b = typed[start:], meant[start:]
    swapped = len(a) == len(b) and a[:2] == b[1::-1] and a[2:] == b[2:]
    return swapped or a[1:] == b or a == b[1:] or a[1:] == b[1:]


def closest(typed: str, names: Iterable[str], least: int = 2) -> tuple[str | None, bool]:
    """Return the name that is most like a typed word, whatever its letter case, and whether it is certain.

    It is certain if it is the only name within one typing error, and the typed word does not begin or end another name.
    A name of `least` letters or fewer never is, because too many words are within one typing error of it.

    >>> closest("usernme", ["User_Id", "Username"]), closest("xyz", ["User_Id"])
    (('Username', True), (None, False))
    """
    by_casefold = {name.lower(): name for name in names}
    folded = typed.lower()
    slips = [name for fold, name in by_casefold.items() if one_slip(folded, fold)]
    if len(slips) == 1 and len(typed) > 2 and len(slips[0]) > least:
        cut = any(
            folded in {fold[: len(folded)], fold[-len(folded) :]}
            for fold in by_casefold
            if by_casefold[fold] != slips[0]
        )
        return slips[0], not cut
    near = slips or [by_casefold[fold] for fold in get_close_matches(folded[:64], by_casefold, n=1, cutoff=0.6)]
    return (near[0] if near else None), False


def ascii_number(text: str) -> str:
    """Return a text with all digits as 0 to 9, and with an ASCII decimal point and minus sign.

    Characters without width are removed; all others stay.

    >>> ascii_number("۱۲٫۵"), ascii_number("٣\u200f"), ascii_number("ali")
    ('12.5', '3', 'ali')
    """
    return "".join(_ascii_digit(character) for character in text if unicodedata.category(character) != "Cf")


def _ascii_digit(character: str) -> str:
    digit = unicodedata.decimal(character, None)
    return str(digit) if digit is not None else {"٫": ".", "−": "-"}.get(character, character)


def letters(word: str) -> set[str]:
    """Return the ASCII characters of a word. A misspelt keyword has no other letters than the keyword itself.

    >>> letters("adn") <= set("and"), letters("hand") <= set("and")
    (True, False)
    """
    return {letter for letter in word if letter.isascii()}


def compatible(word: str) -> str:
    """Return a word in small letters, with the plain letter for each one that only looks like it.

    >>> compatible("li\u212ae")
    'like'
    """
    return unicodedata.normalize("NFKC", word).lower()
