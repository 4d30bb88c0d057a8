"""A deployed stack at work: `make smoke STACK=name`, with credentials of one's own; skipped without.

It changes nothing that anybody sees: it uses a token and a subscription of its own, and takes both away.
"""

from __future__ import annotations

import json
import os
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest

from dualcross.deps import Deps
from dualcross.model import Deliver, Delivery, Poll, Subscription
from dualcross.runners.deadletters import QUEUES, depths
from dualcross.runners.queues import SqsQueue
from dualcross.runners.stack import client, stack
from dualcross.web import access

STACK = os.environ.get("STACK", "")
pytestmark = [
    pytest.mark.skipif(not STACK, reason="names no stack: make smoke STACK=name"),
    pytest.mark.skipif(bool(STACK) and boto3.Session().get_credentials() is None, reason="no AWS credentials"),
]
#: SES takes mail to it and delivers none
NOBODY = "success@simulator.amazonses.com"


@pytest.fixture(scope="module")
def deps() -> Deps:
    return stack(STACK)


@pytest.fixture(scope="module")
def outputs() -> dict[str, str]:
    found = client("cloudformation").describe_stacks(StackName=STACK)["Stacks"][0]["Outputs"]
    return {row["OutputKey"]: row["OutputValue"] for row in found}


@pytest.fixture
def token(deps: Deps) -> Iterator[str]:
    name = f"smoke-{time.monotonic_ns()}"
    yield access.create(deps.store, name, "analyst", deps.clock.now())
    access.revoke(deps.store, name)


def until(met: Callable[[], bool], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while not met():
        if time.monotonic() > end:
            return False
        time.sleep(1)
    return True


def get(outputs: dict[str, str], path: str, token: str = "") -> tuple[int, Any]:
    base = os.environ.get("SMOKE_API") or outputs["ApiUrl"]
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        with urllib.request.urlopen(
            urllib.request.Request(base.rstrip("/") + path, headers=headers), timeout=30
        ) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, None


def test_every_function_is_ready(outputs):
    names = [value for key, value in outputs.items() if key.endswith("Function")]
    assert len(names) == 8
    for name in names:
        found = client("lambda").get_function_configuration(FunctionName=name)
        assert found.get("State", "Active") == "Active", name


def test_a_tick_runs_and_nothing_dies_of_a_poll(deps, outputs):
    dead = {queue: depths(deps.settings, queue)[1] for queue in QUEUES}
    answer = client("lambda").invoke(FunctionName=outputs["ScheduleFunction"], Payload=b"{}")
    assert "FunctionError" not in answer, answer["Payload"].read()
    ids = tuple(source.id for source, _ in deps.store.sources())[:1]
    # One that is not due is not asked again; one that does not exist is nobody's work.
    SqsQueue(deps.settings, client("sqs")).send([Poll(source_ids=ids or ("nobody",))])
    assert until(lambda: depths(deps.settings, "poll")[0] == 0, 180)
    assert {queue: depths(deps.settings, queue)[1] for queue in QUEUES} == dead


def test_the_api_answers_whoever_has_a_token(outputs, token):
    status, told = get(outputs, "/v1/status")
    assert (status, told["status"]) == (200, "ok")
    assert get(outputs, "/v1/records")[0] == 401
    for path in ("/v1/records?limit=1", "/v1/alerts?limit=1", "/v1/platforms?limit=1", "/v1/sources?limit=1"):
        assert get(outputs, path, token)[0] == 200, path


def test_a_delivery_leaves_by_mail(deps):
    alert = next(iter(deps.store.alerts()), None)
    if alert is None:
        pytest.skip("the stack has no alert yet that could be sent")
    if deps.settings.mail_transport != "ses":
        pytest.skip("only SES has an address that takes mail and delivers none")
    name = f"smoke-{time.monotonic_ns()}"
    deps.store.put_subscription(Subscription(id=name, channel="email", address=NOBODY, query="platform:smoke-nobody"))
    try:
        now = deps.clock.now()
        deps.store.open([Delivery(id=name, alert_id=alert.id, subscription_id=name, channel="email", created=now)])
        SqsQueue(deps.settings, client("sqs")).send([Deliver(delivery_ids=(name,))])
        sent = until(lambda: deps.store.delivery(name).state == "sent", 120)
        assert sent, deps.store.delivery(name)
    finally:
        deps.store.remove_subscription(name)
