"""The phrases of completions in each language: what an item does, and what can stand at the caret."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PHRASES: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "and": "both hold",
        "or": "one of both holds",
        "(": "a group of conditions",
        ")": "the end of the group",
        "starts": "starts with it",
        "contains": "contains it",
        "ends": "ends with it",
        "today": "today",
        "week": "7 days ago",
        "this month": "first of this month",
        "last month": "first of last month",
        "FIELD": "a field",
        "OPERATOR": "an operator",
        "text": "a text",
        "number": "a number",
        "date": "a date",
        "datetime": "a date",
    },
    "fa": {
        "and": "و",
        "or": "یا",
        "(": "گروهی از شرط‌ها",
        ")": "پایان گروه",
        "starts": "با این شروع شود",
        "contains": "شامل این باشد",
        "ends": "با این تمام شود",
        "today": "امروز",
        "week": "هفت روز پیش",
        "this month": "اول این ماه",
        "last month": "اول ماه گذشته",
        "FIELD": "یک فیلد",
        "OPERATOR": "یک عملگر",
        "text": "یک متن",
        "number": "یک عدد",
        "date": "یک تاریخ",
        "datetime": "یک تاریخ",
    },
}
