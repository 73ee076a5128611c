"""The words of a list, as JSON."""

from __future__ import annotations

import json

import pytest

from deltasib_query import FilterUsageError, Limits, ParameterError, Policy, User, UserPayment, vocabulary
from deltasib_query.messages.message import LANGUAGES
from deltasib_query.service.objects import RECORDS


def test_a_field_has_its_labels_operators_choices_and_length() -> None:
    fields = [UserPayment.PaymentType, UserPayment.VoucherNo]
    policy = Policy(UserPayment, scope="all rows", fields=fields, operators=["=", "like"], limits=Limits(99, 1, 2))
    found = vocabulary(policy, language="fa")
    choices = found["fields"][0].pop("choices")
    assert {"value": "Cash", "label": "نقدی"} in choices
    assert [choice["value"] for choice in choices] == list(UserPayment.PaymentType.choices)
    operators = [{"operator": "=", "label": "برابر با"}, {"operator": "like", "label": "مطابق الگوی"}]
    assert found == {
        "language": "fa",
        "object": "User.payment",
        "fields": [
            {"name": "PaymentType", "label": "نوع پرداخت", "kind": "text", "length": None, "operators": operators},
            {
                "name": "VoucherNo",
                "label": "شماره چک یا فیش",
                "kind": "text",
                "length": UserPayment.VoucherNo.max_length,
                "operators": operators,
                "choices": [],
            },
        ],
        "limits": {"text": 99, "depth": 1, "comparisons": 2},
    }


def test_hidden_fields_are_absent() -> None:
    policy = Policy(User, scope=User.Name == "secret", fields=[User.Username])
    found = json.dumps(vocabulary(policy))
    assert [field["name"] for field in json.loads(found)["fields"]] == ["Username"]
    assert "secret" not in found and "Family" not in found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("record", RECORDS)
def test_every_record_can_be_sent(record: type[User], language: str) -> None:
    found = vocabulary(record, language=language)
    assert json.loads(json.dumps(found)) == found
    assert [field["name"] for field in found["fields"]] == list(record.fields_by_name)
    assert {operator["operator"] for operator in found["fields"][0]["operators"]} == set(record.key.operators)


def test_what_is_no_record_or_language_is_an_error() -> None:
    with pytest.raises(FilterUsageError):
        vocabulary("user")  # type: ignore[arg-type]
    with pytest.raises(ParameterError):
        vocabulary(User, language="de")
