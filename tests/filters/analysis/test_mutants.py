"""Each rule that keeps a conclusion true on every server is taken out in turn, and a check has to notice."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from types import ModuleType
from typing import Final

import pytest

from deltasib_query.filters.analysis import candidates, cells, examples, simplification, texts

from . import test_examples as by_example
from . import test_simplify as by_hand
from .small_worlds import WORLDS, check_implied, check_simplified

pytestmark = pytest.mark.heavy

MODULES: Final = (texts, cells, candidates, simplification, examples)
"""Each after those that it imports."""


@dataclass(frozen=True)
class Mutant:
    """A rule, where it stands, and the edit that takes it out."""

    rule: str
    module: ModuleType
    old: str
    new: str


MUTANTS: Final = [
    Mutant("only the key is never NULL", cells, "0 if field is record.key else NULL", "0"),
    Mutant("the key is", cells, "0 if field is record.key else NULL", "NULL"),
    Mutant("only whole numbers have no fractions", cells, "if place and field.integral and",
           "if place and field.kind == 'number' and"),
    Mutant("and have none", cells, "if place and field.integral and", "if False and"),
    Mutant("doubles are not decimals", cells, "len(families) == len(literals)", "True"),
    Mutant("and differ not at all for some columns", cells, "float(value) if field.exact else None",
           "value if field.exact else None"),
    Mutant("a column of doubles has no order", cells, "float(value) if field.exact else None", "float(value)"),
    Mutant("the zero date is the least", cells, "self._values ^= _FIRST\n", "pass\n"),
    Mutant("no text is the least", cells, "return Literal.of_text(value)", "return Literal(value, value)"),
    Mutant("a choice has more labels", cells, "(2 * _FIRST << len(alone)) - _FIRST\n",
           "(2 * _FIRST << len(alone)) - 2 * _FIRST\n"),
    Mutant("what some take for one value is not another", cells, "and families[one.family] == 1", ""),
    Mutant("a literal is not another", cells, "left &= ~self._known | self._same[literal.family]", "pass"),
    Mutant("I is another letter in Turkish", texts, 'text.rstrip(" ").translate(_SMALL)', 'text.rstrip(" ").lower()'),
    Mutant("some letters are one for some", texts, "text.translate(_CLASSES).replace(", "text.replace("),
    Mutant("of some letters nothing is known", texts, "if _KNOWN.fullmatch(text) else None", "if True else None"),
    Mutant("some letters stand elsewhere", texts, '*"wx"', '*"wxyz"'),
    Mutant("some pairs are letters", texts, '"aa|ch|ll|lj|nj|."', '"."'),
    Mutant("signs have no order", texts, "#$%&'()*+,-./\"", "#$%&'()*+,-./_\""),
    Mutant("Persian letters have no order", texts, '"بةتثجحخ', '*"بةتثجحخ'),
    Mutant("`=` is no pattern", cells, 'Pattern(str(leaf[1])) for leaf in leaves if leaf[0] == "like"',
           "Pattern(str(leaf[1])) for leaf in leaves"),
    Mutant("a pattern without wildcards is stricter", cells, "holds & ~unmatched, self.everything & ~matched",
           "holds, self.where[leaf][1]"),
    Mutant("% matches more than _", texts, 'f"[^{ANY}]" if sign == ONE', '"." if sign == ONE'),
    Mutant("behind % nothing is known", texts, "if ANY in {a, b}:", "if False:"),
    Mutant("what is before changes as well", simplification, "before[n] & behind & broken", "behind & broken"),
    Mutant("what is behind changes as well", simplification, "before[n] & behind & broken", "before[n] & broken"),
    Mutant("of `or` the narrower one goes", simplification, "if is_and else (fails, holds)", "if True else ()"),
    Mutant("a group is wider with more", simplification, "any(other < keys for", "any(other > keys for"),
    Mutant("patterns within each other", cells, "holds & ~matching[other][0]", "holds"),
    Mutant("patterns apart", cells, "holds & ~matching[other][1]", "holds"),
    Mutant("an example of the others is none", examples, "where[not holds]", "where[0]"),
    Mutant("nor is it in an example", examples, "if cells.everything & NULL else", "if True else"),
    Mutant("one or another is both", examples, "reduce(or_, holds)", "0"),
]  # fmt: skip


def check_all() -> None:
    """Check what is known, what is quick first."""
    for record, text, left in by_hand.SIMPLER:
        by_hand.test_what_changes_nothing_is_dropped(record, text, left)
    for record, text in by_hand.STAYS:
        by_hand.test_what_may_matter_stays(record, text)
    by_hand.test_without_a_key_nothing_is_every_row()
    for record, one, other in by_example.IMPLIED:
        by_example.test_what_is_implied_is_proved(record, one, other)
    for record, one, other, row in by_example.WITNESSED:
        by_example.test_what_is_not_implied_has_a_row_that_says_so(record, one, other, row)
    by_example.test_every_row_is_of_a_filter_of_the_key_alone()
    by_example.test_no_example_has_null_for_the_key()
    for world in WORLDS.values():
        check_simplified(world, islice(world.trees(), 0, None, 101))
        check_implied(world, world.pairs()[::9])


@pytest.fixture
def mutated(request: pytest.FixtureRequest) -> Iterator[None]:
    """Have a rule taken out of the modules that find what a filter means."""
    mutant: Mutant = request.param
    with pytest.MonkeyPatch.context() as patch:
        for module in MODULES:
            source = inspect.getsource(module)
            if module is mutant.module:
                assert source.count(mutant.old) == 1
                source = source.replace(mutant.old, mutant.new)
            copy = ModuleType(module.__name__)
            patch.setitem(sys.modules, module.__name__, copy)
            exec(compile(source, str(module.__file__), "exec"), vars(copy))
        yield


@pytest.mark.parametrize("mutated", MUTANTS, ids=lambda mutant: mutant.rule, indirect=True)
@pytest.mark.usefixtures("mutated")
def test_each_rule_is_needed() -> None:
    with pytest.raises((Exception, pytest.fail.Exception)):
        check_all()


def test_with_every_rule_all_is_right() -> None:
    check_all()
