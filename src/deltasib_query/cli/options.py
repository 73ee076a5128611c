"""Options that several commands share, which typer has no word for: a parameter that is a dataclass of options."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from functools import wraps
from inspect import Parameter, Signature, signature
from typing import Any


def with_shared_options(command: Callable[..., None]) -> Callable[..., None]:
    """Return a command for typer, whose parameters that are dataclasses have become the options in them."""
    groups: dict[str, Any] = {}
    parameters: list[Parameter] = []
    for name, parameter in signature(command, eval_str=True).parameters.items():
        if is_dataclass(parameter.annotation):
            groups[name] = parameter.annotation
            parameters += signature(groups[name], eval_str=True).parameters.values()
        else:
            parameters.append(parameter)

    @wraps(command)
    def run(**given: Any) -> None:
        shared = {
            name: group(**{field.name: given.pop(field.name) for field in fields(group)})
            for name, group in groups.items()
        }
        command(**shared, **given)

    keyword_only = [each.replace(kind=Parameter.KEYWORD_ONLY) for each in parameters]
    vars(run)["__signature__"] = Signature(keyword_only)
    return run
