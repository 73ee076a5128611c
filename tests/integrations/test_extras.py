"""What is said where a library is not installed, and that nobody else imports it."""

from __future__ import annotations

import subprocess
import sys

import pytest


def without(module: str, code: str) -> str:
    """Return what a program prints where a module is not installed."""
    missing = f"""
import sys

class Missing:
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] == {module!r}:
            raise ModuleNotFoundError("it is not installed", name=name)

sys.meta_path.insert(0, Missing)
from deltasib_query import *
isp = Client("http://127.0.0.1:1", username="reseller", password="x")
try:
    {code}
except MissingExtraError as error:
    print(error, "|", error.extra)
"""
    done = subprocess.run([sys.executable, "-c", missing], capture_output=True, text=True, timeout=60)
    assert done.stderr == ""
    return done.stdout.strip()


def test_to_arrow_says_what_to_install() -> None:
    said = without("pyarrow", "isp.user.list().to_arrow()")
    assert said == "this needs pyarrow: pip install 'deltasib-query[arrow]' | arrow"


@pytest.mark.parametrize("module", ["dask", "pandas"])
def test_dask_says_what_to_install(module: str) -> None:
    said = without(module, "import deltasib_query.integrations.dask")
    assert said == "this needs dask: pip install 'deltasib-query[dask]' | dask"


def test_the_clause_says_what_to_install() -> None:
    said = without("sqlalchemy", "import deltasib_query.integrations.sqlalchemy")
    assert said == "this needs sqlalchemy: pip install 'deltasib-query[sqlalchemy]' | sqlalchemy"


@pytest.mark.parametrize(("module", "extra"), [("starlette", "web"), ("fastapi", "fastapi")])
def test_the_api_for_editors_says_what_to_install(module: str, extra: str) -> None:
    said = without(module, f"import deltasib_query.integrations.{extra}")
    assert said == f"this needs {module}: pip install 'deltasib-query[{extra}]' | {extra}"


def test_only_to_arrow_imports_pyarrow() -> None:
    code = "sum(1 for _ in isp.user.list(limit=0)); print('pyarrow' in sys.modules)"
    assert without("sqlite3", code) == "False"
    assert without("sqlite3", "isp.user.list(limit=0).to_arrow(); print('pyarrow' in sys.modules)") == "True"
