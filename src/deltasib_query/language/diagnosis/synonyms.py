"""What people write for what the language has: other spellings, and words of SQL that it lacks."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

OPERATORS: Final = {
    "!=": "<>", "!==": "<>", "><": "<>", "≠": "<>",
    "==": "=", "===": "=", "<=>": "=", ":=": "=", "＝": "=",
    "=>": ">=", "≥": ">=", "⩾": ">=", "≧": ">=", "!<": ">=",
    "=<": "<=", "≤": "<=", "⩽": "<=", "≦": "<=", "!>": "<=",
    "＞": ">", "＜": "<",
    "eq": "=", "ne": "<>", "neq": "<>", "gt": ">", "ge": ">=", "gte": ">=", "lt": "<", "le": "<=", "lte": "<=",
    "ilike": "like", "equals": "=",
}  # fmt: skip
"""Other languages' spellings of the operators, each with exactly the same meaning."""

CONNECTIVES: Final = {"&&": "and", "||": "or", "و": "and", "یا": "or"}
"""Other spellings of the keywords: C's, and Persian's."""

SQL_WORDS: Final = frozenset({
    "all", "any", "as", "asc", "binary", "by", "case", "cast", "collate", "convert", "cross", "date", "day",
    "delete", "desc", "distinct", "div", "drop", "else", "end", "escape", "except", "exists", "from", "glob",
    "group", "having", "if", "ilike", "insert", "intersect", "interval", "into", "is", "isnull", "join", "left",
    "limit", "match", "mod", "nand", "natural", "nlike", "nor", "not", "notlike", "null", "nullif", "offset",
    "on", "order", "outer", "procedure", "regexp", "replace", "right", "rlike", "select", "similar", "some",
    "sounds", "table", "then", "to", "union", "unlike", "update", "using", "values", "when", "where", "with",
    "xor",
})  # fmt: skip
"""Words that SQL would read as its own. They are never taken for a slip of the pen."""

KEYWORDS: Final = frozenset({"and", "or", "like"})

NO_VALUES: Final = frozenset({
    "current_date", "current_time", "current_timestamp", "current_user", "default", "false", "nan", "nil", "none",
    "now", "null", "sysdate", "today", "true", "undefined", "user",
})  # fmt: skip
"""Words that stand for something else where they are written without quotes."""


def one_slip(typed: str, meant: str) -> bool:
    """Say whether one slip of the pen makes `typed` of `meant`: a letter too many, too few, wrong, or swapped.

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
    """Return the name most like what was typed, without regard to case, and whether no other can be meant.

    A name of `least` letters or fewer is never certain: one slip turns it into too many other words. Nor is it where
    what was typed is the beginning or the end of another name as well.

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
    """Return a text with the digits of every script as 0 to 9, and the Arabic point and minus sign as ASCII ones.

    Marks that have no width go; what else there is stays.

    >>> ascii_number("۱۲٫۵"), ascii_number("٣\u200f"), ascii_number("ali")
    ('12.5', '3', 'ali')
    """
    return "".join(_ascii_digit(character) for character in text if unicodedata.category(character) != "Cf")


def _ascii_digit(character: str) -> str:
    digit = unicodedata.decimal(character, None)
    return str(digit) if digit is not None else {"٫": ".", "−": "-"}.get(character, character)


def letters(word: str) -> set[str]:
    """Return the ASCII characters of a misspelt keyword. One that the keyword lacks makes another word: `hand`, `for`.

    >>> letters("adn") <= set("and"), letters("hand") <= set("and")
    (True, False)
    """
    return {letter for letter in word if letter.isascii()}


def compatible(word: str) -> str:
    """Return a word in small letters, each letter that only looks like a plain one replaced by that.

    >>> compatible("li\u212ae")
    'like'
    """
    return unicodedata.normalize("NFKC", word).lower()
