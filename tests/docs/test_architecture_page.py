"""The page on the architecture: its picture is that of the imports, and what it names is there."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from test_architecture import OURS, ROOMS, room_of

from .examples import DOCS, PAGES

ROOT = DOCS.parent
SOURCE = ROOT / "src" / "deltasib_query"
PAGE = PAGES["architecture.md"].read_text(encoding="utf-8")
SVG = "{http://www.w3.org/2000/svg}"
NAMED = [
    (cells[1].strip(" `"), re.findall(r"`(\w+)`", cells[2]))
    for cells in re.findall(r"^\|(.*)\|(.*)\|(.*)\|$", PAGE, re.MULTILINE)[2:]
]


def file_of(name: str) -> Path:
    return next((base / name for base in (SOURCE, ROOT) if (base / name).exists()), SOURCE / name)


def drawn() -> dict[str, float]:
    """Return the rooms of the picture, and how far down each is drawn."""
    texts = ET.parse(DOCS / "assets" / "rooms.svg").iter(f"{SVG}text")
    return {next(text.iter(f"{SVG}tspan")).text or "": float(text.attrib["y"]) for text in texts}


def arrows() -> set[tuple[str, str]]:
    """Return the rooms at both ends of each arrow of the picture."""
    picture = ET.parse(DOCS / "assets" / "rooms.svg").getroot()
    _paper, *boxes = picture.iter(f"{SVG}rect")
    sides = [[float(box.attrib[side]) for side in ("x", "y", "width", "height")] for box in boxes]
    rooms = dict(zip(drawn(), sides, strict=True))

    def at(x: float, y: float) -> str:
        return next(
            name
            for name, (left, top, width, height) in rooms.items()
            if 0 <= x - left <= width and 0 <= y - top <= height
        )

    lines = [path.attrib["d"] for path in picture.iter(f"{SVG}path") if "marker-end" in path.attrib]
    found = set()
    for line in lines:
        x, y = start = [int(number) for number in re.findall(r"\d+", line)[:2]]
        for direction, number in re.findall(r"([HV])(\d+)", line):
            x, y = (int(number), y) if direction == "H" else (x, int(number))
        found.add((at(*start), at(x, y)))
    return found


def test_the_picture_has_every_room() -> None:
    assert drawn().keys() == set(ROOMS) - {"__init__", "__main__"}


def test_every_import_goes_down_in_the_picture() -> None:
    places = drawn()
    imports = {(room_of(module), room_of(other)) for module, others in OURS.items() for other in others}
    pairs = {(one, other) for one, other in imports if one != other and {one, other} <= places.keys()}
    assert len(pairs) > len(places)
    assert [(one, other) for one, other in sorted(pairs) if places[one] >= places[other]] == []


def test_the_arrows_are_the_imports_that_no_other_arrows_imply() -> None:
    imports = {(room_of(module), room_of(other)) for module, others in OURS.items() for other in others}
    known: dict[str, set[str]] = {}
    expected = set()
    for room in ROOMS:  # those that it may import come before it
        direct = {other for one, other in imports if one == room != other}
        if "__init__" in direct:  # which is not drawn, and stands for what it imports
            direct = direct - {"__init__"} | known["__init__"]
        implied = set[str]().union(*(known[other] for other in direct))
        known[room] = direct | implied
        expected |= {(room, other) for other in direct - implied if not room.startswith("__")}
    assert arrows() == expected


def test_the_files_that_the_page_names_are_there() -> None:
    files = re.findall(r"`([\w/]+(?:\.py|\.lark|/\w+))`", PAGE)
    assert len(files) > 30
    assert [name for name in files if not file_of(name).exists()] == []


@pytest.mark.parametrize(("file", "name"), [(file, name) for file, names in NAMED for name in names])
def test_what_the_page_names_is_defined_there(file: str, name: str) -> None:
    defined = re.compile(rf"^(?: *(?:async )?(?:def|class) )?{name}\b(?!\.)", re.MULTILINE)
    assert defined.search(file_of(file).read_text(encoding="utf-8"))
