"""Which terminals of `filter.lark` can stand next."""

from __future__ import annotations

from typing import Final

_CONDITION: Final = frozenset({"FIELD", "LPAR"})
_NEXT: Final = {
    "": _CONDITION,  # the start of the text
    "LPAR": _CONDITION,
    "_AND": _CONDITION,
    "_OR": _CONDITION,
    "FIELD": frozenset({"OPERATOR", "LIKE"}),
    "OPERATOR": frozenset({"STRING", "NUMBER"}),
    "LIKE": frozenset({"STRING", "NUMBER", "PATTERN"}),
}
"""What can follow a terminal that does not end a condition."""
_BEHIND_A_CONDITION: Final = frozenset({"_AND", "_OR", "$END"})
_BEHIND_A_CONDITION_IN_PARENTHESES: Final = frozenset({"_AND", "_OR", "RPAR"})


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
        behind_a_condition = _BEHIND_A_CONDITION_IN_PARENTHESES if self.depth else _BEHIND_A_CONDITION
        return _NEXT.get(self._last, behind_a_condition)

    def feed(self, terminal: str) -> None:
        """Move on past a terminal, which must be one of the `expected`."""
        self.depth += (terminal == "LPAR") - (terminal == "RPAR")
        self._last = terminal
