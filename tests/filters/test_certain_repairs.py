"""Repairs with a second reading are offers; those without one stay certain."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

import pytest

from deltasib_query import FilterError, Record, Service, User, UserPayment, UserServiceBase, check, parse


@pytest.mark.parametrize(
    ("text", "record"),
    [
        # marks may have shown the digits in another order
        ("User_Id = \u202e12\u202c", User),
        ("User_Id = \u202b۱۲\u202c", User),
        ("User_Id = \u206712\u2069", User),
        ("User_Id = \u200f12\u200f", User),
        ("User_Id = \u061c12\u061c", User),
        ("User_Id = 1\u200f2", User),
        ("User_Id = ۱\u200e۲", User),
        ("User_Id = '\u202e12\u202c'", User),
        ("User_Id = '12\u200f'", User),
        ("EndDate = '\u202b2021/01/30\u202c'", UserServiceBase),
        ("EndDate = \u202e2021-01-30\u202c", UserServiceBase),
        ("\u202eUser_Id = 12", User),
        # commas may be those of thousands
        ("User_Id in (۱،۵۰۰)", User),
        ("User_Id in (1,500)", User),
        ("User_Id in (١،٥٠٠)", User),
        ("User_Id in (۱,۰۵۰)", User),
        ("User_Id in (100,200)", User),
        ("User_Id not in (1,500, 2)", User),
        # the quote may belong before the parenthesis
        ("(Name = 'ali)' and User_Id = 5", User),
        ('(Name = "ali)" and User_Id = 5', User),
        ("(Name = ‘ali)’", User),
        ("((Name = 'a') or Name = 'ali))'", User),
        # the name may be cut off
        ("Pric = 5", UserPayment),
        ("BankBranchN = 'x'", UserPayment),
        ("ame = 'x'", User),
        # the text may end before the connective
        ("Name = 'ali && Family", User),
        ("Name = 'ali || reza", User),
        ("Name = 'ali | reza", User),
        ("Name = 'علی و رضا", User),
        ("Name = 'علی یا رضا", User),
        ("Name = 'ali, reza", User),
        ("Name = 'علی، رضا", User),
        ("Name = 'ali not in", User),
        ('Name = "ali && Family = "', User),
        ("Name = «ali و Family = »", User),
        # texts have another order than numbers
        ("VoucherNo >= 150", UserPayment),
        ("VoucherNo < ۱۵۰", UserPayment),
        ("VoucherNo between 100 and 200", UserPayment),
        ("VoucherNo not between 100 and 200", UserPayment),
        ("150 <= VoucherNo", UserPayment),
        ("not VoucherNo < 150", UserPayment),
        ("Username > 0912", User),
        # letters that look like quotes
        ("Name = ʼali", User),
        ("Name = aliʼ", User),
        ("Name = ˮali", User),
        ("Name = aliꞌ", User),
        ("Name = ʿaliʾ", User),
        ("Name = ᑊaliᑊ", User),
        ("Name in (ˮali, reza)", User),
    ],
)
def test_a_repair_that_is_not_the_only_reading_is_offered_and_not_made(text: str, record: type[Record]) -> None:
    repairs = [problem.repair for problem in check(text, record) if problem.repair is not None]
    assert repairs
    assert not any(repair.certain for repair in repairs)
    with pytest.raises(FilterError):
        parse(text, record, repair=True)


@pytest.mark.parametrize(
    ("text", "record", "repaired"),
    [
        ("User_Id =\u200f12", User, "User_Id = 12"),
        ("User_Id = 12\u200f", User, "User_Id = 12"),
        ("\u200fUser_Id = 12", User, "User_Id = 12"),
        ("\u202bName = 'x'\u202c", User, "Name = 'x'"),
        ("User_Id in (1, 2)", User, "(User_Id = 1 or User_Id = 2)"),
        ("User_Id in (۱،۲،۳)", User, "(User_Id = 1 or User_Id = 2 or User_Id = 3)"),
        ("User_Id in (1,5000)", User, "(User_Id = 1 or User_Id = 5000)"),
        ("(Name = 'ali' and User_Id = 5", User, "Name = 'ali' and User_Id = 5"),
        ("Nam = 'x'", User, "Name = 'x'"),
        ("VoucherN = 'x'", UserPayment, "VoucherNo = 'x'"),
        ("Name = 'ali reza", User, "Name = 'ali reza'"),
        ('Name = "rock and roll"', User, "Name = 'rock and roll'"),
        ("Name = «علی و رضا»", User, "Name = 'علی و رضا'"),
        ("VoucherNo = 150", UserPayment, "VoucherNo = '150'"),
        ("VoucherNo <> ۱۵۰", UserPayment, "VoucherNo <> '150'"),
        ("VoucherNo in (1, 2)", UserPayment, "(VoucherNo = '1' or VoucherNo = '2')"),
        ("Username like 912", User, "Username like '912'"),
        ("Price >= ۱۵۰", Service, "Price >= 150"),
        ("Name = ‘O’Reilly’", User, "Name = 'O’Reilly'"),
        ("Name = ‘O'Reilly’ and User_Id = 5", User, "Name = 'O''Reilly' and User_Id = 5"),
        ("Name = ‘ali’and Family = ‘x’", User, "Name = 'ali' and Family = 'x'"),
        ("Name = ʼaʼ", User, "Name = 'a'"),
        ("Name = ˮaˮ", User, "Name = 'a'"),
        ("Name = ꞋaꞋ and User_Id = 5", User, "Name = 'a' and User_Id = 5"),
        ("Name in (ߵaߵ, ‶b‶)", User, "(Name = 'a' or Name = 'b')"),
        ("Name = ＇a＇", User, "Name = 'a'"),
        ("Name = café", User, "Name = 'café'"),
        ("Name = رضا\u200cیی", User, "Name = 'رضا\u200cیی'"),
        ("Name = ‹a›", User, "Name = 'a'"),
    ],
)
def test_a_repair_that_is_the_only_reading_is_made(text: str, record: type[Record], repaired: str) -> None:
    assert str(parse(text, record, repair=True)) == repaired


QUOTE_LIKE: Final = re.compile(
    "APOSTROPHE|PRIME|QUOTATION|TURNED COMMA|REVERSED COMMA|VERTICAL LINE|SALTILLO|HALF RING|GERSH|TONE|DITTO"
    "|^(?:MODIFIER LETTER |GREEK |DOUBLE |FULLWIDTH )*(?:ACUTE|GRAVE)|SYLLABICS WEST-CREE P$|SHORT-TWIG-SOL S$"
)


def test_no_sign_that_looks_like_a_quote_is_certainly_a_part_of_the_text() -> None:
    signs = [chr(code) for code in range(128, 0x20000) if QUOTE_LIKE.search(unicodedata.name(chr(code), ""))]
    assert len(signs) > 100
    for sign in signs:
        for text in (f"Name = {sign}ali{sign}", f"Name = {sign}ali", f"Name = ali{sign}"):
            kept = [p for p in check(text, User) if p.repair and p.repair.certain and sign in p.repair.replacement]
            assert not kept, (text, unicodedata.name(sign))
