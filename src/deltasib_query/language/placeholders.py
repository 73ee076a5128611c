"""Names that stand for values in a text: `Username = :name`.

They are no part of the language. `filters.prepared` puts the values into the tree.
"""

from __future__ import annotations

import re
from typing import Final

GRAMMAR: Final = r"""
%extend _literal: PLACEHOLDER
%extend _condition: placeholder
placeholder: PLACEHOLDER
PLACEHOLDER: /:[A-Za-z_][A-Za-z0-9_]*/
"""
"""What a text with placeholders has beyond `filter.lark`: they stand for a literal or for a whole condition."""
PATTERN: Final = re.compile(r":[A-Za-z_][A-Za-z0-9_]*")


class Placeholder(str):
    """The name of a value where a tree has a literal. In a comparison without a field it is the name of a condition."""

    __slots__ = ()
