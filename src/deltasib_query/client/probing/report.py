"""What a probe has found. No value of a row is in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from deltasib_query.errors import ServiceError, TransportError
from deltasib_query.service.profile import ServerProfile


@dataclass(frozen=True, slots=True)
class Reason:
    """What the answers of a server show: a sentence of `WORDS`, and the numbers in it."""

    key: str
    params: Mapping[str, object]

    def __str__(self) -> str:
        return WORDS[self.key].format(**self.params)


def reason(key: str, **params: object) -> Reason:
    """Return the reason with this key."""
    return Reason(key, params)


@dataclass(frozen=True, slots=True)
class Finding:
    """One fact about a server.

    name: as in `ServerProfile`.
    value: as there; None if the answers prove nothing.
    reason: what the answers show.
    """

    name: str
    value: Any
    reason: Reason

    def __str__(self) -> str:
        value = self.value
        if isinstance(value, Mapping):
            value = ", ".join(f"{code}: {status}" for code, status in sorted(value.items()))
        elif isinstance(value, bool):
            value = "yes" if value else "no"
        return f"{self.name:<22} {'unknown' if value is None else value!s:<12} {self.reason}"


@dataclass(frozen=True, slots=True)
class ProbeReport:
    """What `Client.probe` has found. Its `str` is for people.

    findings: one for each fact.
    requests: how many requests were made, the login included; one that was retried counts once.
    failure: why the probe ended early; None if it did not. The facts that it had no answers for are unknown.
    """

    findings: tuple[Finding, ...]
    requests: int
    failure: ServiceError | TransportError | None = None

    @property
    def profile(self) -> ServerProfile:
        """What is known of the server now."""
        return ServerProfile(**{each.name: each.value for each in self.findings if each.value is not None})

    def __str__(self) -> str:
        known = sum(each.value is not None for each in self.findings)
        end = reason("probe-summary", known=known, all=len(self.findings), requests=self.requests)
        return "\n".join([*map(str, self.findings), str(end)])


WORDS: Final = {
    "probe-summary": "{known} of {all} facts are known, from {requests} requests",
    # What is unknown, and why.
    "probe-budget": "not asked: the probe has made {requests} requests",
    "probe-stopped": "not asked: the server stopped answering",
    "probe-error": "the answer cannot be used: HTTP {status}",
    "probe-code": "the server answered with ErrorCode {code}, HTTP {status}",
    "probe-few-rows": "too few rows came",
    "probe-no-value": "no row has a value that would show it",
    "probe-other-value": "the server does not find a value that it has shown",
    "probe-other-rows": "rows came that were not requested",
    "probe-no-filter": "the server does not apply filters",
    "probe-no-bound": "{rows:,} rows came at once",
    "probe-no-bound-or-end": "a bound cannot be told from the end of the list",
    "probe-no-length": "no URL of 2,000 bytes was answered",
    "probe-differ": "the answers differ",
    "probe-not-stated": "the login does not say",
    # What is known, and from what.
    "page_cap": "three requests for more rows had as many, all different",
    "max_url_bytes": "a URL of this length was answered",
    "max_url_bytes-short": "a URL of this length was answered, one of {refused:,} bytes was not",
    "row_order": "{rows:,} rows, and up to 100 of them twice",
    "no_rows": "the answer to a filter that selects nothing",
    "one_row": "the answer to a filter for one id",
    "key_case": "names in `user list` and `service list`",
    "numbers_as_text": "keys in `user list` and `service list`",
    "error_statuses": "the answers to wrong requests",
    "doubled_quotes": "a filter for a value with a quote",
    "doubled_quotes-accepted": "a filter with another text; no row has a value with a quote",
    "escaped_wildcards": "a pattern of `like` for a value with a wildcard",
    "equal": "a filter with another spelling of a value in {field}",
    "precedence": "a filter with both and without parentheses",
    "credit_by_filter": "a filter for one id",
    "token_seconds": "stated by the login",
    "skip_preamble": "text before the JSON of responses",
    "charset": "as responses declare it, they are no JSON",
    "charset-declared": "responses can be read as they declare it",
}
"""The sentences of a report."""
