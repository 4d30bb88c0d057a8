"""Secrets of channels: by reference or sealed, opened at the moment of sending, never in a log or an error.

env:DUALCROSS_NAME       an environment variable; the prefix keeps other programs' secrets out of reach
setting:name             a setting of dualcross
ssm:/path                an SSM SecureString
secretsmanager:name      a Secrets Manager entry
sealed:…                 a text encrypted with the deployment's own key
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from functools import lru_cache

from dualcross.errors import ConfigError
from dualcross.settings import Settings

_SCHEMES = ("env:", "setting:", "ssm:", "secretsmanager:", "sealed:")
_NONCE = 16
_TAG = 32


def is_reference(text: str) -> bool:
    """Tell whether the text names a secret instead of being one."""
    return text.startswith(_SCHEMES)


def resolve(reference: str, settings: Settings) -> str:
    """Return the secret behind a reference, or the text itself where it is none; `ConfigError` where it is missing."""
    scheme, _, name = reference.partition(":")
    if not is_reference(reference):
        return reference
    if scheme == "sealed":
        return unseal(reference, settings.secret_key)
    value: str | None
    if scheme == "env":
        if not name.startswith("DUALCROSS_"):
            raise ConfigError("a secret's variable must begin with DUALCROSS_")
        value = os.environ.get(name)
    elif scheme == "setting":
        value = getattr(settings, name, None)
    else:
        value = _from_aws(scheme, name)
    if not value:
        raise ConfigError(f"the secret {scheme}:{name} is not set")
    return str(value)


def seal(text: str, key: str) -> str:
    """Encrypt a text for the store: HMAC-SHA256 in counter mode, then authenticated, under keys drawn from `key`."""
    if not key:
        raise ConfigError("no key to seal a secret with: set DUALCROSS_SECRET_KEY")
    nonce = secrets.token_bytes(_NONCE)
    body = _stream(text.encode("utf-8"), _subkey(key, "seal/encrypt"), nonce)
    tag = hmac.digest(_subkey(key, "seal/authenticate"), nonce + body, "sha256")
    return "sealed:" + base64.urlsafe_b64encode(nonce + tag + body).decode("ascii")


def unseal(sealed: str, key: str) -> str:
    """Return the text that `seal` closed; `ConfigError` for another key or a changed text."""
    try:
        raw = base64.urlsafe_b64decode(sealed.removeprefix("sealed:").encode("ascii"))
    except ValueError:
        raw = b""
    nonce, tag, body = raw[:_NONCE], raw[_NONCE : _NONCE + _TAG], raw[_NONCE + _TAG :]
    wanted = hmac.digest(_subkey(key, "seal/authenticate"), nonce + body, "sha256")
    if not hmac.compare_digest(tag, wanted):
        raise ConfigError("a sealed secret does not open: the key has changed since it was stored")
    return _stream(body, _subkey(key, "seal/encrypt"), nonce).decode("utf-8")


def derived(key: str, purpose: str) -> bytes:
    """Return 32 bytes that only the holder of the deployment's key can compute, others for each purpose."""
    if not key:
        raise ConfigError("no key to derive a secret from: set DUALCROSS_SECRET_KEY")
    return _subkey(key, purpose)


def _subkey(key: str, purpose: str) -> bytes:
    return hmac.digest(key.encode("utf-8"), purpose.encode("utf-8"), "sha256")


def _stream(data: bytes, key: bytes, nonce: bytes) -> bytes:
    blocks = (len(data) + 31) // 32
    pad = b"".join(hmac.digest(key, nonce + i.to_bytes(4, "big"), hashlib.sha256) for i in range(blocks))
    return bytes(a ^ b for a, b in zip(data, pad, strict=False))


@lru_cache(maxsize=64)
def _from_aws(scheme: str, name: str) -> str:
    import boto3

    if scheme == "ssm":
        answer = boto3.client("ssm").get_parameter(Name=name, WithDecryption=True)
        return str(answer["Parameter"]["Value"])
    answer = boto3.client("secretsmanager").get_secret_value(SecretId=name)
    return str(answer["SecretString"])
