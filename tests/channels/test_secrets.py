"""Secrets of channels."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dualcross import channels
from dualcross.channels import secrets
from dualcross.errors import ConfigError
from dualcross.settings import Settings


@given(st.text(), st.text(min_size=1))
def test_what_is_sealed_opens_with_the_key(text, key):
    sealed = secrets.seal(text, key)
    assert secrets.unseal(sealed, key) == text
    assert secrets.resolve(sealed, Settings(secret_key=key)) == text


@given(st.text(min_size=8), st.integers(0, 10_000))
def test_a_changed_seal_does_not_open(text, place):
    sealed = secrets.seal(text, "key")
    at = len("sealed:") + place % (len(sealed) - len("sealed:"))
    changed = sealed[:at] + ("A" if sealed[at] != "A" else "B") + sealed[at + 1 :]
    try:
        opened = secrets.unseal(changed, "key")
    except ConfigError:
        return
    # The last characters of base64 may carry bits that stand for nothing.
    assert opened == text


def test_two_seals_of_one_text_differ():
    assert secrets.seal("same", "key") != secrets.seal("same", "key")
    with pytest.raises(ConfigError):
        secrets.unseal(secrets.seal("x", "key"), "other")
    with pytest.raises(ConfigError):
        secrets.seal("x", "")


def test_references(monkeypatch):
    monkeypatch.setenv("DUALCROSS_X", "value")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not for us")
    settings = Settings(smtp_url="smtp://x")
    assert secrets.resolve("env:DUALCROSS_X", settings) == "value"
    assert secrets.resolve("setting:smtp_url", settings) == "smtp://x"
    assert secrets.resolve("plain", settings) == "plain"
    for wrong in ("env:AWS_SECRET_ACCESS_KEY", "env:DUALCROSS_MISSING", "setting:nothing"):
        with pytest.raises(ConfigError) as caught:
            secrets.resolve(wrong, settings)
        assert "not for us" not in str(caught.value)


@pytest.mark.parametrize(
    ("channel", "address", "shown"),
    [
        ("email", "reader@example.org", "r…@example.org"),
        ("slack", "https://hooks.slack.com/services/T/B/secret", "hooks.slack.com/…"),
        ("slack", "sealed:AAAA", "sealed:…"),
        ("telegram", "-100123", "-100123"),
        ("webhook", "https://x.example/h?key=1", "https://x.example/h"),
        ("apprise", "mailto://user:pass@host", "…"),
    ],
)
def test_masks(channel, address, shown):
    assert channels.mask(channel, address) == shown
