"""What users import: complete, sorted, documented."""

from __future__ import annotations

import importlib
import inspect
import re
import types
from pathlib import Path

import pytest

import deltasib_query
from deltasib_query import errors

PUBLIC = {name: getattr(deltasib_query, name) for name in deltasib_query.__all__}
CLASSES = {name: value for name, value in PUBLIC.items() if inspect.isclass(value)}


def test_all_is_sorted() -> None:
    assert deltasib_query.__all__ == sorted(deltasib_query.__all__)


def test_all_has_no_name_twice() -> None:
    assert len(set(deltasib_query.__all__)) == len(deltasib_query.__all__)


def test_all_is_complete() -> None:
    names = {
        name
        for name, value in vars(deltasib_query).items()
        if not name.startswith("_") and not isinstance(value, types.ModuleType)
    }
    assert set(deltasib_query.__all__) == names


def test_every_exception_is_public() -> None:
    kinds = {name for name, value in vars(errors).items() if inspect.isclass(value) and issubclass(value, Exception)}
    assert kinds <= set(deltasib_query.__all__)


def test_every_exception_is_of_one_root() -> None:
    kinds = [value for value in CLASSES.values() if issubclass(value, BaseException)]
    assert all(issubclass(kind, errors.DeltasibQueryError) for kind in kinds)


def documented(name: str, value: object) -> bool:
    """Say whether somebody has written what it is for; a dataclass would write its own signature."""
    text = inspect.cleandoc(vars(value).get("__doc__") or "") if hasattr(value, "__dict__") else ""
    return bool(text) and not text.startswith(f"{name}(")


@pytest.mark.parametrize("name", sorted(set(PUBLIC) - {"Node"}))
def test_a_public_name_is_documented(name: str) -> None:
    value = PUBLIC[name]
    assert documented(name, value) or (inspect.isfunction(value) and value.__doc__)


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_the_public_methods_of_a_class_are_documented(name: str) -> None:
    members = {key: value for key, value in vars(CLASSES[name]).items() if not key.startswith("_")}
    functions = {
        key: getattr(value, "__func__", value)
        for key, value in members.items()
        if isinstance(value, types.FunctionType | classmethod | staticmethod | property)
    }
    assert [key for key, value in functions.items() if not value.__doc__] == []


@pytest.mark.parametrize("actions", ["user", "user_status", "service", "radius", "user_payment", "user_service_base"])
def test_the_actions_of_a_client_are_documented(actions: str) -> None:
    for client in (deltasib_query.Client, deltasib_query.AsyncClient):
        kind = type(getattr(client("http://127.0.0.1:1", username="reseller", password="x"), actions))
        assert kind.__doc__
        assert [name for name, value in vars(kind).items() if not name.startswith("_") and not value.__doc__] == []


def test_the_parameters_of_a_client_are_documented() -> None:
    text = inspect.getdoc(deltasib_query.Client) or ""
    missing = [name for name in CLIENT if not re.search(rf"^{name}[:,]|^[\w, ]*\b{name}:", text, re.MULTILINE)]
    assert missing == []


CLIENT = ["url", "username", "password", "version", "verify", "timeout", "total_timeout", "max_rate", "limits", "proxy",
          "retries", "retry_writes", "max_response_bytes", "max_url_bytes", "profile", "transport",
          "event_hooks", "on_request", "on_response"]  # fmt: skip


@pytest.mark.parametrize(
    ("function", "parameters"),
    [
        (deltasib_query.parse, ["text", "record", "values", "limits", "repair"]),
        (deltasib_query.check, ["text", "record", "values", "limits"]),
        (deltasib_query.Client, CLIENT),
        (deltasib_query.AsyncClient, CLIENT),
    ],
)
def test_the_documented_parameters_are_the_real_ones(function: object, parameters: list[str]) -> None:
    assert callable(function)
    assert list(inspect.signature(function).parameters) == parameters


PAGE = (Path(__file__).parent.parent / "docs" / "reference" / "imports.md").read_text(encoding="utf-8")
_head, *_parts = re.split(r"^## `(.*)`$", PAGE, flags=re.MULTILINE)
IMPORTS = dict(zip(_parts[::2], _parts[1::2], strict=True))
"""What the page of imports says of each module."""


def public(module: types.ModuleType) -> set[str]:
    """Return the names that a module offers: its `__all__`, or the classes and functions that it defines."""
    own = {name for name, value in vars(module).items() if getattr(value, "__module__", "") == module.__name__}
    return set(getattr(module, "__all__", {name for name in own if callable(vars(module)[name]) and name[0] != "_"}))


@pytest.mark.parametrize("name", IMPORTS)
def test_the_page_of_imports_has_the_public_names_of_a_module(name: str) -> None:
    names = set(re.findall(r"`(\w+)`", IMPORTS[name]))
    assert public(importlib.import_module(name)) <= names
    assert {each for each in names if each[0].isupper()} <= public(importlib.import_module(name))


def test_the_page_of_imports_has_every_module_with_public_names() -> None:
    modules = {path.stem for path in Path(deltasib_query.__file__).parent.glob("integrations/[!_]*")}
    public_modules = {f"integrations.{name}" for name in modules - {"sql_elements"}}
    public_modules |= {"cli", "filters.fields", "sandbox", "testing"}
    assert IMPORTS.keys() == {"deltasib_query", *(f"deltasib_query.{name}" for name in public_modules)}


LINE = re.compile(r"(?P<lines>[│├└─ ]*)(?P<name>\w+)(?: \((?P<beside>\w+)\))?(?: .*)?")


def tree_of_the_docstring() -> dict[str, tuple[str, ...]]:
    """Return the classes of the tree with the names of their bases."""
    assert errors.__doc__ is not None
    block = inspect.cleandoc(errors.__doc__).partition("::\n\n")[2]
    bases: dict[str, tuple[str, ...]] = {}
    above: list[str] = []
    for line in inspect.cleandoc(block).splitlines():
        found = LINE.fullmatch(line)
        assert found is not None, line
        depth = len(found["lines"]) // 4
        beside = [found["beside"]] if found["beside"] else []
        bases[found["name"]] = (*above[depth - 1 : depth], *beside) if depth else ("Exception",)
        above[depth:] = [found["name"]]
    return bases


def test_the_tree_in_the_docstring_is_the_tree_of_the_classes() -> None:
    real = {
        name: tuple(base.__name__ for base in value.__bases__)
        for name, value in vars(errors).items()
        if inspect.isclass(value) and issubclass(value, Exception)
    }
    assert tree_of_the_docstring() == real
