"""Every regular expression of the source, attacks on them, and a matcher that counts its steps."""

from __future__ import annotations

import ast
import re
import re._constants as op  # type: ignore[import-not-found]
import re._parser as parser  # type: ignore[import-not-found]
from collections.abc import Callable, Iterator
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any, TypeAlias

import deltasib_query
from deltasib_query.language.fast_parser import comparison
from deltasib_query.language.terminals import terminals

Attack: TypeAlias = tuple[str, str, str]
"""A beginning, a piece that is repeated, an end."""

BEGINNINGS = ("", "'", '"', "1", "a.", "not a", "‘", "«", "`", "[", " ", "-", "1,000")
PIECES = (
    *"a0'\"_ (),.-+=<>&|%\\‘«`[:~/éعß\u200c\n۱",
    "''", '""', "a.", "a,", "1,", ",000", " a", "a ", " (", "( ", "<>", "--", "-a", " and ", "or", "\\_", "\\%",
    "' ", " '", " =", "1.", ":1", "e1", " )", "_a", "a=", "a'",
)  # fmt: skip
ENDS = ("", "\0", " x", "'a")


def attacks(pattern: re.Pattern[str]) -> Iterator[Attack]:
    """Yield the attacks on an expression. They also repeat its characters beyond ASCII."""
    yield from product(BEGINNINGS, dict.fromkeys((*PIECES, *filter(_beyond_ascii, pattern.pattern))), ENDS)


def _beyond_ascii(character: str) -> bool:
    return not character.isascii()


def written(attack: Attack, size: int) -> str:
    """Return an attack as a text of about this many characters."""
    beginning, piece, end = attack
    return beginning + piece * (size // len(piece)) + end


def expressions() -> dict[str, tuple[re.Pattern[str], bool]]:
    """Return every expression by its place, and whether it is searched for or matched at one place."""
    found = {f"filter.lark {name}": (re.compile(terminal, re.ASCII), False) for name, terminal in terminals().items()}
    found["language/fast_parser.py comparison"] = (re.compile(comparison().pattern, re.ASCII | re.DOTALL), False)
    root = Path(deltasib_query.__file__).parent
    for path in sorted(root.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {id(n.value): ast.unparse(n.target) for n in ast.walk(tree) if isinstance(n, ast.AnnAssign)}
        calls = [(n, n.func) for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)]
        searched = _SEARCHES | {ast.unparse(of.value) for _, of in calls if of.attr in _SEARCHES}
        for call, of in calls:
            # Only constants: `like_matcher` and `terminal_pattern` compile expressions made at run time.
            if ast.unparse(of.value) == "re" and isinstance(call.args[0], ast.Constant):
                name = names.get(id(call), of.attr)
                found[f"{path.relative_to(root)}:{call.lineno} {name}"] = (_compiled(call), name in searched)
    return found


_SEARCHES = {"search", "finditer", "findall", "sub", "split"}


def _compiled(call: ast.Call) -> re.Pattern[str]:
    pattern = ast.literal_eval(call.args[0])
    flags = [n.attr for argument in call.args[1:] for n in ast.walk(argument) if isinstance(n, ast.Attribute)]
    return re.compile(pattern, sum(re.RegexFlag[flag] for flag in flags if flag.isupper()))


class Steps:
    """A simple backtracking matcher for compiled expressions, which counts its steps.

    It optimises nothing, so `re` needs no more steps than it does.
    """

    def __init__(self, pattern: re.Pattern[str], text: str) -> None:
        self.text = text
        self.count = 0
        self._ignores_case = bool(pattern.flags & re.IGNORECASE)
        self._flags = pattern.flags & (re.ASCII | re.DOTALL | re.IGNORECASE)
        self._parts = list(_parsed(pattern.pattern, pattern.flags))

    def match(self, start: int = 0) -> bool:
        return self._at(self._parts, 0, start, lambda _: True)

    def search(self) -> bool:
        return any(self.match(start) for start in range(len(self.text) + 1))

    def _at(self, parts: list[Any], index: int, place: int, then: Callable[[int], bool]) -> bool:
        self.count += 1
        if index == len(parts):
            return then(place)
        kind, argument = parts[index]

        def rest(place: int) -> bool:
            return self._at(parts, index + 1, place, then)

        if kind in {op.MAX_REPEAT, op.MIN_REPEAT}:
            return self._repeat(argument, 0, place, rest, greedy=kind is op.MAX_REPEAT)
        if kind is op.POSSESSIVE_REPEAT:
            kind, argument = op.ATOMIC_GROUP, [(op.MAX_REPEAT, argument)]
        if kind is op.SUBPATTERN:
            return self._at(list(argument[3]), 0, place, rest)
        if kind is op.FAILURE:
            return False
        if kind is op.GROUPREF_EXISTS:  # both branches, which takes more steps than one
            return any(self._at(list(branch), 0, place, rest) for branch in argument[1:] if branch is not None)
        if kind is op.BRANCH:
            return any(self._at(list(branch), 0, place, rest) for branch in argument[1])
        if kind is op.ATOMIC_GROUP:
            ends: list[int] = []

            def end_here(end: int) -> bool:
                ends.append(end)
                return True

            return self._at(list(argument), 0, place, end_here) and rest(ends[0])
        if kind in {op.ASSERT, op.ASSERT_NOT}:
            direction, body = argument
            start = place if direction == 1 else place - body.getwidth()[0]
            holds = start >= 0 and self._at(list(body), 0, start, lambda _: True)
            return holds is (kind is op.ASSERT) and rest(place)
        if kind is op.AT:
            return _POSITIONS[argument].match(self.text, place) is not None and rest(place)
        return place < len(self.text) and self._is(kind, argument, self.text[place]) and rest(place + 1)

    def _repeat(self, argument: Any, count: int, place: int, rest: Callable[[int], bool], *, greedy: bool) -> bool:
        low, high, body = argument

        def again(end: int) -> bool:
            return (end > place or count < low) and self._repeat(argument, count + 1, end, rest, greedy=greedy)

        def more() -> bool:
            return count < high and self._at(list(body), 0, place, again)

        def enough() -> bool:
            return count >= low and rest(place)

        return (more() or enough()) if greedy else (enough() or more())

    def _is(self, kind: Any, argument: Any, character: str) -> bool:
        if kind is op.ANY:
            return bool(self._flags & re.DOTALL) or character != "\n"
        if kind is op.IN:
            items = [(of, what) for of, what in argument if of is not op.NEGATE]
            return any(self._is(of, what, character) for of, what in items) is (len(items) == len(argument))
        if kind is op.CATEGORY:
            return re.match(_CATEGORIES[argument], character, self._flags) is not None
        letters = {character, character.lower(), character.upper()} if self._ignores_case else {character}
        if kind is op.RANGE:
            return any(argument[0] <= ord(letter) <= argument[1] for letter in letters if len(letter) == 1)
        assert kind in {op.LITERAL, op.NOT_LITERAL}, kind
        return (chr(argument) in letters) is (kind is op.LITERAL)


_CATEGORIES = {
    op.CATEGORY_DIGIT: r"\d", op.CATEGORY_NOT_DIGIT: r"\D", op.CATEGORY_SPACE: r"\s",
    op.CATEGORY_NOT_SPACE: r"\S", op.CATEGORY_WORD: r"\w", op.CATEGORY_NOT_WORD: r"\W",
}  # fmt: skip
_POSITIONS = {
    op.AT_BEGINNING: re.compile(r"(?m)^"), op.AT_END: re.compile(r"(?m)$"),
    op.AT_END_STRING: re.compile(r"\Z"), op.AT_BOUNDARY: re.compile(r"\b"), op.AT_BEGINNING_STRING: re.compile(r"\A"),
}  # fmt: skip


@cache
def _parsed(pattern: str, flags: int) -> Any:
    return parser.parse(pattern, flags)
