"""What a probe has found. No value of a row is in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from deltasib_query.errors import ServiceError, TransportError
from deltasib_query.messages.message import Message
from deltasib_query.service.profile import ServerProfile


@dataclass(frozen=True, slots=True)
class Finding:
    """One fact about a server.

    name: as in `ServerProfile`.
    value: as there; None if the answers prove nothing.
    reason: what the answers show.

    >>> print(Finding("equal_case", True, Message("probe.equal", field="Username")))
    equal_case = yes: a filter with another spelling of a value in Username
    """

    name: str
    value: Any
    reason: Message

    @property
    def shown(self) -> Message:
        """The value for people."""
        match self.value:
            case None:
                return Message("probe.unknown")
            case bool():
                return Message("probe.yes" if self.value else "probe.no")
            case Mapping():
                statuses = ", ".join(f"{code}: {status}" for code, status in sorted(self.value.items()))
                return Message("probe.value", value=statuses)
            case _:
                return Message("probe.value", value=str(self.value))

    @property
    def message(self) -> Message:
        """All of it in a line."""
        return Message("probe.finding", name=self.name, value=self.shown, reason=self.reason)

    def __str__(self) -> str:
        return str(self.message)


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

    @property
    def messages(self) -> tuple[Message, ...]:
        """The lines of the report, in any language: one for each finding, and a summary."""
        known = sum(each.value is not None for each in self.findings)
        summary = Message("probe.summary", known=known, all=len(self.findings), requests=self.requests)
        return (*(each.message for each in self.findings), summary)

    def __str__(self) -> str:
        return "\n".join(map(str, self.messages))
