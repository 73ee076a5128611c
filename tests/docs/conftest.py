"""The pages are no part of the wheel: where only that is tested, there is nothing to do here."""

from pathlib import Path

if not (Path(__file__).parent.parent.parent / "mkdocs.yml").is_file():
    collect_ignore_glob = ["test_*.py"]
