"""What a client makes of filters that are always true, or never."""

from __future__ import annotations

import pytest

from deltasib_query import Client, ConstantFilterError, Policy, all_rows, no_rows
from deltasib_query import OnlineRadiusUser as Session
from deltasib_query.sandbox.server import Sandbox

ADMITTED = Policy(Session, scope=Session.User_Id > 0).admit({})


def test_lists_and_disconnecting() -> None:
    """A list of all rows has no filter and one of no rows makes no request; neither disconnects anybody."""
    with (
        Sandbox(users=60) as sandbox,
        Client(sandbox.url, username=sandbox.username, password=sandbox.password) as isp,
    ):
        everybody = {session.Online_RadiusUser_Id for session in isp.radius.list()}
        assert everybody
        for all_sessions in (isp.radius.list, isp.radius.scan):
            assert {session.Online_RadiusUser_Id for session in all_sessions(all_rows(Session))} == everybody
            assert [*all_sessions(no_rows(Session))] == []
        for constant in (all_rows(Session), no_rows(Session), ADMITTED & no_rows(Session)):
            with pytest.raises(ConstantFilterError):
                isp.radius.disconnect(constant)
        assert {session.Online_RadiusUser_Id for session in isp.radius.list()} == everybody
