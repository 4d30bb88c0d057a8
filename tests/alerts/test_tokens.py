"""Signed links."""

from __future__ import annotations

import hmac
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.alerts.values import NOW

from dualcross.alerts import tokens


def test_a_token_tells_what_it_was_made_for():
    token = tokens.issue("key", "feedback", "alert/1", NOW, extra="right/sub.1")
    claim = tokens.verify("key", token, "feedback", NOW + timedelta(days=1))
    assert (claim.subject, claim.extra, claim.scope) == ("alert/1", "right/sub.1", "feedback")


def test_another_scope_key_or_a_later_day_is_refused():
    token = tokens.issue("key", "confirm", "s", NOW)
    for key, scope, now in [
        ("other", "confirm", NOW),
        ("key", "manage", NOW),
        ("key", "confirm", NOW + timedelta(days=9)),
    ]:
        with pytest.raises(tokens.TokenError):
            tokens.verify(key, token, scope, now)


def test_links_of_one_day_are_the_same():
    assert tokens.issue("k", "manage", "s", NOW) == tokens.issue("k", "manage", "s", NOW + timedelta(hours=3))


@given(st.text(max_size=80))
def test_no_other_text_is_a_token(text):
    with pytest.raises(tokens.TokenError):
        tokens.verify("key", text, "confirm", NOW)


@given(st.data())
def test_no_changed_token_is_a_token(data):
    token = tokens.issue("key", "confirm", "subject", NOW)
    place = data.draw(st.integers(0, len(token) - 1))
    char = data.draw(st.characters(codec="utf-8"))
    changed = token[:place] + char + token[place + 1 :]
    if changed == token:
        return
    with pytest.raises(tokens.TokenError):
        tokens.verify("key", changed, "confirm", NOW)


def test_signatures_are_compared_in_constant_time(monkeypatch):
    compared = []
    real = hmac.compare_digest
    monkeypatch.setattr(hmac, "compare_digest", lambda a, b: compared.append((a, b)) or real(a, b))
    with pytest.raises(tokens.TokenError):
        tokens.verify("key", "confirm.cw.1.", "confirm", NOW)
    assert len(compared) == 1
