"""Imported by the workers of a cluster: how to reach the sandbox, and which rows to read."""

from __future__ import annotations

import os

from deltasib_query import Client, UserPayment
from deltasib_query.client.paging.listing import Scan


def connect() -> Client:
    return Client(os.environ["DELTASIB_URL"], username="reseller", password=os.environ["DELTASIB_PASSWORD"])


def payments(client: Client) -> Scan[UserPayment]:
    return client.user_payment.scan(user_id=1, page_size=20)


def limited(client: Client) -> Scan[UserPayment]:
    return client.user_payment.scan(user_id=1, limit=5)
