"""Which room may know which, read from the imports of the source; and what importing the package does."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import deltasib_query

ROOT = Path(deltasib_query.__file__).parent
PACKAGE = "deltasib_query"


def imported(path: Path) -> Iterator[str]:
    """Yield what a file imports, wherever in it: modules, and names of modules as ``module.name``."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            assert node.module is not None
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def module_name(path: Path) -> str:
    parts = (PACKAGE, *path.relative_to(ROOT).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FILES = {module_name(path): path for path in sorted(ROOT.rglob("*.py"))}


def module_of(name: str) -> str:
    """Return the module of ours that an imported name is, or is a name of."""
    while name not in FILES:
        name = name.rpartition(".")[0]
    return name


OURS = {
    module: {module_of(name) for name in imported(path) if name.partition(".")[0] == PACKAGE}
    for module, path in FILES.items()
}
STANDARD = sys.stdlib_module_names | {"annotationlib"}  # of Python 3.14
OTHERS = {
    module: {name.partition(".")[0] for name in imported(path)} - {PACKAGE} - STANDARD for module, path in FILES.items()
}

HOUSE: dict[str, set[str]] = {
    "messages": set(),
    "problems": set(),
    "display": set(),
    "errors": set(),
    "language": {"lark"},
    "language.diagnosis": set(),
    "evaluation": set(),
    "filters": {"annotated_types", "persiantools", "pydantic", "pydantic_core"},
    "service": set(),
    "assist": set(),
    "integrations": {"anyio", "dask", "fastapi", "pandas", "pyarrow", "sqlalchemy", "starlette"},
    "client.wire": {"anyio", "httpcore", "httpx", "opentelemetry", "tenacity"},
    "client.paging": {"anyio", "pyarrow", "pydantic"},  # pyarrow for an annotation
    "client": {"anyio", "httpx", "tenacity"},
    "__init__": set(),
    "sandbox": {"jwt", "pymysql", "python_multipart", "sqlalchemy", "starlette", "trustme", "uvicorn"},
    "testing": {"hypothesis", "pytest"},
    "cli": {"pydantic", "rich", "starlette", "typer"},
    "__main__": set(),
}
"""The rooms, each with the libraries that it uses. A module imports from its own room and from those before it."""
ROOMS = [*HOUSE]
REQUIRED = {
    "annotated_types",
    "anyio",
    "httpcore",
    "httpx",
    "lark",
    "persiantools",
    "pydantic",
    "pydantic_core",
    "tenacity",
}
"""What is installed without any extra."""


def room_of(module: str) -> str:
    """Return the room that a module is in: the longest whose name its own begins with."""
    name = module.removeprefix(PACKAGE).removeprefix(".") or "__init__"
    return max((room for room in ROOMS if f"{name}.".startswith(f"{room}.")), key=len)


def test_the_source_is_found() -> None:
    assert {f"{PACKAGE}.errors", f"{PACKAGE}.language.parser", f"{PACKAGE}.cli.app"} <= FILES.keys()


@pytest.mark.parametrize("module", FILES)
def test_imports_go_one_way_through_the_rooms(module: str) -> None:
    known = {room_of(other) for other in OURS[module] if other != f"{PACKAGE}.grammar"}  # which is data
    assert known <= set(ROOMS[: ROOMS.index(room_of(module)) + 1])


@pytest.mark.parametrize("module", FILES)
def test_a_module_uses_only_the_libraries_of_its_room(module: str) -> None:
    assert OTHERS[module] <= HOUSE[room_of(module)]


def test_only_the_rooms_of_extras_use_optional_libraries() -> None:
    optional = {room for room, libraries in HOUSE.items() if libraries - REQUIRED}
    assert optional == {"integrations", "client.wire", "client.paging", "sandbox", "testing", "cli"}


def test_the_sandbox_does_not_know_its_client() -> None:
    known = {room_of(other) for module in FILES if room_of(module) == "sandbox" for other in OURS[module]}
    assert known & {"client", "client.wire", "client.paging", "__init__"} == set()


def test_only_the_parser_imports_lark() -> None:
    assert {module for module, libraries in OTHERS.items() if "lark" in libraries} == {f"{PACKAGE}.language.parser"}


@pytest.mark.parametrize(("library", "module"), [("starlette", "web"), ("fastapi", "fastapi")])
def test_only_its_integration_the_sandbox_and_the_console_import_a_web_framework(library: str, module: str) -> None:
    using = {name.removeprefix(f"{PACKAGE}.") for name, libraries in OTHERS.items() if library in libraries}
    others = {".".join(name.split(".")[:2]) for name in using if room_of(f"{PACKAGE}.{name}") != "sandbox"}
    assert others - {"cli.page"} == {f"integrations.{module}"}


@pytest.mark.parametrize("client", ["client", "async_client"])
def test_only_the_package_itself_imports_a_client(client: str) -> None:
    assert {module for module, known in OURS.items() if f"{PACKAGE}.client.{client}" in known} == {PACKAGE}


WITHOUT_IO = [
    *(f"client.wire.{module}" for module in ("decoding", "events", "requests", "responses", "rows", "session")),
    *(f"client.probing.{module}" for module in ("probes", "report", "survey")),
    *(f"client.paging.{module}" for module in ("by_key", "by_offset", "cursor", "page", "query", "splitting")),
]


@pytest.mark.parametrize("module", WITHOUT_IO)
def test_what_is_sent_to_a_server_is_decided_without_io(module: str) -> None:
    libraries = {name.partition(".")[0] for name in imported(FILES[f"{PACKAGE}.{module}"])}
    network, files = {"anyio", "asyncio", "httpx", "socket", "ssl", "threading"}, {"io", "os", "pathlib", "tempfile"}
    assert libraries & (network | files) == set()


def test_no_module_imports_itself_by_way_of_others() -> None:
    done: set[str] = set()

    def visit(module: str, path: tuple[str, ...]) -> None:
        assert module not in path, " -> ".join((*path, module))
        if module not in done:
            for other in sorted(OURS[module]):
                visit(other, (*path, module))
            done.add(module)

    for module in FILES:
        visit(module, ())


def python(code: str) -> str:
    """Return what a fresh interpreter prints; it must not fail or complain."""
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.strip()


def test_importing_the_package_loads_no_part_that_not_everybody_needs() -> None:
    loaded = python("import sys, deltasib_query; print(*sys.modules)").split()
    rooms = {"assist", "integrations", "client", "sandbox", "testing", "cli"}
    parts = {
        "evaluation.predicate",
        "language.diagnosis.diagnose",
        "language.parser",
        *(f"filters.conditions.{name}" for name in ("formats", "lookups", "reader", "rules")),
        *(f"filters.analysis.{name}" for name in ("cells", "examples", "logical_warnings", "simplification")),
        "filters.forms",
        "filters.spellings",
    }
    libraries = set().union(*HOUSE.values()) - {"pydantic", "pydantic_core", "annotated_types"}
    ours = {name.removeprefix(f"{PACKAGE}.") for name in loaded if name.startswith(f"{PACKAGE}.")}
    assert (
        libraries.intersection(loaded) | parts & ours | {name for name in ours if name.split(".")[0] in rooms} == set()
    )


def test_a_right_filter_is_read_without_lark() -> None:
    code = "import sys; from deltasib_query import User, parse; parse('user_id=5', User); print('lark' in sys.modules)"
    assert python(code) == "False"


def test_a_filter_is_completed_without_lark() -> None:
    code = "import sys; from deltasib_query import User, complete; complete('', 0, User); print('lark' in sys.modules)"
    assert python(code) == "False"


def test_a_client_is_imported_once_it_is_asked_for() -> None:
    code = "import deltasib_query as d; print(d.Client.__module__, d.Policy.__module__, 'Page' in dir(d))"
    assert python(code) == f"{PACKAGE}.client.client {PACKAGE}.filters.policies.policy True"


def test_a_name_that_the_package_does_not_have_is_an_attribute_error() -> None:
    assert not hasattr(deltasib_query, "Clients")


def test_the_package_works_without_any_extra() -> None:
    extras = set().union(*HOUSE.values()) - REQUIRED
    code = f"""
import sys
extras = {extras}
class Missing:
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] in extras:
            raise ModuleNotFoundError(name, name=name)
sys.meta_path.insert(0, Missing)
from deltasib_query import *
with Client("http://127.0.0.1:1", username="reseller", password="x") as isp:
    print(parse("user_id=5", User), isp.user.list(User.User_Id == 5))
"""
    assert python(code) == "User_Id = 5 <Listing[User] start=0 limit=None page_size=100>"


def test_composing_filters_builds_no_parser() -> None:
    code = """
from deltasib_query import User
str((User.Name == "x") & User.Username.startswith("ali") | (User.User_Id > 5))
import sys
print("lark" in sys.modules)
"""
    assert python(code) == "False"


def test_importing_the_package_leaves_logging_as_it_is() -> None:
    code = """
import logging, httpx, lark, pydantic

def state():
    loggers = [each for each in logging.root.manager.loggerDict.values() if isinstance(each, logging.Logger)]
    changed = {each.name: (each.level, each.handlers) for each in loggers if each.level or each.handlers}
    return changed, logging.root.level, logging.root.handlers, logging.root.manager.disable

before = state()
import deltasib_query
print(state() == before)
"""
    assert python(code) == "True"


def test_importing_the_package_prints_nothing() -> None:
    assert python("import deltasib_query") == ""
