"""Which terminals of `filter.lark` can stand next."""

from __future__ import annotations

from typing import Final

_CONDITION: Final = frozenset({"FIELD", "LPAR"})
_BEHIND_A_CONDITION: Final = frozenset({"_AND", "_OR", "RPAR", "$END"})
_NEXT: Final = {
    "": _CONDITION,  # the start of the text
    "LPAR": _CONDITION,
    "_AND": _CONDITION,
    "_OR": _CONDITION,
    "FIELD": frozenset({"OPERATOR", "LIKE"}),
    "OPERATOR": frozenset({"STRING", "NUMBER"}),
    "LIKE": frozenset({"STRING", "NUMBER", "PATTERN"}),
    "STRING": _BEHIND_A_CONDITION,
    "NUMBER": _BEHIND_A_CONDITION,
    "PATTERN": _BEHIND_A_CONDITION,
    "RPAR": _BEHIND_A_CONDITION,
}
"""What can follow each terminal. `)` and the end of the text exclude each other: see `Automaton.expected`."""


class Automaton:
    """Reads a filter a terminal at a time, and knows what can stand next.

    The grammar is so small that the last terminal and the number of open parentheses decide that. The tests compare
    this with what Lark makes of the grammar, for every sequence of terminals up to a length.

    >>> automaton = Automaton()
    >>> automaton.feed("FIELD")
    >>> sorted(automaton.expected())
    ['LIKE', 'OPERATOR']
    """

    def __init__(self) -> None:
        self.depth = 0
        """How many parentheses are open."""
        self._last = ""

    def expected(self) -> frozenset[str]:
        """Return the terminals that can stand next, `$END` among them."""
        return _NEXT[self._last] - {"$END" if self.depth else "RPAR"}

    def feed(self, terminal: str) -> None:
        """Move on past a terminal, which must be one of the `expected`."""
        self.depth += {"LPAR": 1, "RPAR": -1}.get(terminal, 0)
        self._last = terminal
