"""Profiles of servers, of every kind."""

from __future__ import annotations

from typing import Any, Final

from hypothesis import strategies as st

from deltasib_query import ServerProfile

FACTS: Final[dict[str, st.SearchStrategy[Any]]] = {
    "page_cap": st.sampled_from([1, 2, 7, 30, 100]),
    "max_url_bytes": st.sampled_from([2_000, 4_000, 6_000, 8_000, 12_000, 16_000]),
    "row_order": st.sampled_from(["ascending", "descending", "other", "changing"]),
    "no_rows": st.sampled_from(["list", "null", "object"]),
    "one_row": st.sampled_from(["list", "object"]),
    "key_case": st.sampled_from(["documented", "lower", "mixed"]),
    "numbers_as_text": st.booleans(),
    "error_statuses": st.fixed_dictionaries({code: st.sampled_from([200, 400, 404, 500]) for code in (-6, -5, -4)}),
    "doubled_quotes": st.booleans(),
    "escaped_wildcards": st.booleans(),
    "equal_case": st.booleans(),
    "equal_trailing_spaces": st.booleans(),
    "equal_zwnj": st.booleans(),
    "equal_yeh": st.booleans(),
    "equal_digits": st.booleans(),
    "precedence": st.sampled_from(["and", "or"]),
    "credit_by_filter": st.sampled_from(["zero", "absent", "no"]),
    "disconnect_action": st.sampled_from(["disconnect", "disconnet", None]),
    "token_seconds": st.sampled_from([30.0, 600.0, 86_400.0]),
    "skip_preamble": st.booleans(),
    "charset": st.sampled_from([None, "utf-8"]),
}
"""What can be known, and what a sandbox can do so."""


def _can_be_read(facts: dict[str, Any]) -> bool:
    """A `null` cannot be told from the text in front of it."""
    return not (facts.get("skip_preamble") and facts.get("no_rows") == "null")


profiles: Final = st.fixed_dictionaries(FACTS).filter(_can_be_read).map(lambda facts: ServerProfile(**facts))
"""Servers about which everything is known."""
some_facts: Final = st.fixed_dictionaries({}, optional=FACTS).map(lambda facts: ServerProfile(**facts))
"""Servers about which something is known."""
