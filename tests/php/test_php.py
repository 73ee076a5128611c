"""A PHP program in the manner of the guide's samples talks to the sandbox over TLS."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from deltasib_query.sandbox.server import Sandbox

PROGRAM = Path(__file__).with_name("customers.php")


@pytest.fixture(scope="module")
def said() -> Any:
    php = shutil.which("php")
    if php is None:
        if os.environ.get("CI"):
            pytest.fail("PHP is missing: CI installs php-cli and php-curl")
        pytest.skip("PHP is missing: install php-cli and php-curl")
    with Sandbox(users=10, tls=True) as sandbox:
        arguments = (sandbox.url, sandbox.username, sandbox.password, str(sandbox.certificate))
        done = subprocess.run([php, str(PROGRAM), *arguments], capture_output=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


def test_the_login_tells_how_long_a_token_lives(said: Any) -> None:
    assert said["timeout"] == 600


def test_the_guides_request_is_answered_with_its_fields(said: Any) -> None:
    status, rows = said["answers"][0]
    assert status == 200
    assert rows == [
        {"User_Id": 1, "Username": "ali", "Name": "علی", "Family": "رضایی"},
        {"User_Id": 2, "Username": "09121234567", "Name": "مریم", "Family": "حسین‌زاده"},
    ]


def test_a_request_as_programs_in_use_send_it_is_answered(said: Any) -> None:
    assert said["answers"][1] == [200, [{"User_Id": 2}]]
