"""The template's table, buckets and queues on moto: what the tests use is what is deployed."""

from __future__ import annotations

import itertools
from functools import cache
from threading import Lock
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ConnectTimeoutError
from moto import mock_aws
from moto.sqs.models import sqs_backends
from tests.template.transformed import source

from dualcross.ports import Clock
from dualcross.stores.dynamodb import DynamoStore

REGION = "us-east-1"
_numbers = itertools.count(1)
_one_request = Lock()


@cache
def emulate() -> None:
    """Start moto once for the process; it keeps everything in memory."""
    # Never taken down: a thread of another test may still be inside it. It answers for AWS hosts only.
    mock_aws(config={"core": {"mock_credentials": False}}).start()


def client(service: str) -> Any:
    """Return a client that talks to moto, and cannot talk to anything else."""
    emulate()
    made = boto3.client(
        service,
        region_name=REGION,
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
        config=Config(retries={"total_max_attempts": 1}, max_pool_connections=32),
    )
    call = made._make_api_call

    def one_at_a_time(name: str, arguments: dict[str, Any]) -> Any:
        # DynamoDB's conditional writes are atomic; moto checks, then writes, in the caller's thread.
        with _one_request:
            return call(name, arguments)

    made._make_api_call = one_at_a_time
    return made


@cache
def shared_client(service: str) -> Any:
    """Return the one client that the tests of a process share: making one takes longer than most tests."""
    return client(service)


def make_table() -> str:
    """Create the template's table under a name of its own and return it."""
    emulate()
    wanted = source()["Resources"]["Table"]["Properties"]
    name = f"table-{next(_numbers)}"
    keep = ("BillingMode", "AttributeDefinitions", "KeySchema")
    indexes = [
        {key: index[key] for key in ("IndexName", "KeySchema", "Projection")}
        for index in wanted["GlobalSecondaryIndexes"]
    ]
    shared_client("dynamodb").create_table(
        TableName=name, **{key: wanted[key] for key in keep}, GlobalSecondaryIndexes=indexes
    )
    return name


def make_bucket() -> str:
    """Create a bucket under a name of its own and return it."""
    emulate()
    name = f"bucket-{next(_numbers)}"
    shared_client("s3").create_bucket(Bucket=name)
    return name


def make_queue() -> str:
    """Create a queue under a name of its own and return its address."""
    emulate()
    return shared_client("sqs").create_queue(QueueName=f"queue-{next(_numbers)}")["QueueUrl"]


def queue_backend(address: str, *, clear: bool = False) -> list[Any]:
    """Return the messages that moto keeps for a queue, delayed and hidden ones too."""
    kept = sqs_backends["123456789012"][REGION].queues[address.rpartition("/")[2]]._messages
    found = list(kept)
    if clear:
        kept.clear()
    return found


def dynamodb_store(clock: Clock | None = None, **options: Any) -> DynamoStore:
    """Return a store on a table of its own."""
    return DynamoStore(make_table(), shared_client("dynamodb"), clock=clock, **options)


def broken_dynamodb_store() -> DynamoStore:
    """Return a store whose back end cannot be reached any more."""
    table = make_table()
    cut = client("dynamodb")

    def fail(**_: Any) -> None:
        raise ConnectTimeoutError(endpoint_url="https://dynamodb.test")

    cut.meta.events.register_first("before-call.dynamodb", fail)
    return DynamoStore(table, cut)
