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

from deltasib_query.filters import candidates, cells, examples, simplification

from . import test_examples as by_example
from . import test_simplify as by_hand
from .small_worlds import WORLDS, check_implied, check_simplified

pytestmark = pytest.mark.heavy

MODULES: Final = (cells, candidates, simplification, examples)
"""Each after those that it imports."""


@dataclass(frozen=True)
class Mutant:
    """A rule, where it stands, and the edit that takes it out."""

    rule: str
    module: ModuleType
    old: str
    new: str


MUTANTS: Final = [
    Mutant("only the key is never NULL", simplification, "not common and name == self._key_field", "not common"),
    Mutant("alone as well", simplification, "True if constant and leaf.field == self._key_field", "True if constant"),
    Mutant("an example may be NULL", examples, "self._field is not record.key", "False"),
    Mutant("the key is not", examples, "self._field is not record.key", "True"),
    Mutant("only whole numbers have no fractions", cells, "if field.integral:", "if field.kind == 'number':"),
    Mutant("and have none", cells, "if high - low == 1:", "if False:"),
    Mutant("doubles are not decimals", cells, "here if len(by_order[order]) > 1 else 0", "0"),
    Mutant("a column of doubles has no order", cells, "if field.exact else None", "if True else None"),
    Mutant("the zero date is the least", cells, "everything ^= 1\n", "pass\n"),
    Mutant("no text is the least", cells, '{"date": ZERO_DATE,', '{"text": "", "date": ZERO_DATE,'),
    Mutant("a choice has more labels", cells, "(2 << len(families)) - 1", "(1 << len(families)) - 1"),
    Mutant("what some take for one value is not another", cells, "everything if len(several) > 1",
           "everything ^ here if True"),
    Mutant("I is another letter in Turkish", cells, 'text.rstrip(" ").translate(_SMALL)', 'text.rstrip(" ").lower()'),
    Mutant("some letters are one for some", cells, "text.translate(_CLASSES).replace(", "text.replace("),
    Mutant("of some letters nothing is known", cells, "if _KNOWN.fullmatch(text) else None", "if True else None"),
    Mutant("some letters stand elsewhere", cells, '"z": (38.5, 45)', '"z": (45, 45)'),
    Mutant("some pairs are letters", cells, '"aa|ch|ll|lj|nj|."', '"."'),
    Mutant("signs have no order", cells, '"[]^_`{|}~", (1, 50)', '"[]^_`{|}~", (1, 1)'),
    Mutant("`=` is no pattern", cells, 'Pattern(str(value)) if operator == "like" else None\n        text',
           "Pattern(str(value))\n        text"),
    Mutant("a pattern without wildcards is stricter", cells, "0 if is_pattern else everything & ~others",
           "everything & ~others"),
    Mutant("% matches more than _", cells, 'f"[^{ANY}]" if sign == ONE', '"." if sign == ONE'),
    Mutant("behind % nothing is known", cells, "if ANY in {a, b}:", "if False:"),
    Mutant("one of several stays", simplification, "len(implied) < len(cells) - 1 and", ""),
    Mutant("the others must imply it", simplification, "not before & behind & ~must", "before & behind & must"),
    Mutant("of `or` the narrower one goes", simplification, "if is_and else one.within(other) for",
           "if True else 0 for"),
    Mutant("a group is wider with more", simplification, "any(other < keys for", "any(other > keys for"),
    Mutant("what is in both filters is the same", examples, "if (leaf in shared or any(", "if (any("),
    Mutant("patterns within each other", examples, "if (leaf in shared or any(leaf in pair for pair in related)",
           "if (leaf in shared"),
    Mutant("an example of the others is none", examples, "else ~where", "else where"),
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
