"""Laws of the deployed stack, held against the template as SAM transforms it: linters do not look that far."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from tests.template.transformed import ROOT, TEMPLATE, of_type, settings_yaml, source, transformed, walk

from dualcross.runners.queues import QUEUES
from dualcross.runners.stack import output
from dualcross.settings import TABLE

FUNCTIONS = ("schedule", "poll", "read", "fanout", "deliver", "digest", "snapshot", "api")
REGIONS = ("us-east-1", "cn-north-1")


@pytest.fixture(scope="module")
def stack() -> dict[str, Any]:
    return transformed()


def function(stack: dict[str, Any], name: str) -> dict[str, Any]:
    return stack["Resources"][f"{name.capitalize()}Function"]["Properties"]


def logical(value: Any) -> str:
    """Return the logical id that a Ref or GetAtt points to."""
    if "Ref" in value:
        return value["Ref"]
    return value["Fn::GetAtt"][0]


def test_every_folder_of_functions_is_a_function_of_the_stack_and_the_other_way_round(stack):
    folders = {p.parent.name for p in (ROOT / "functions").glob("*/app.py")}
    assert folders == set(FUNCTIONS)
    assert {f"{name.capitalize()}Function" for name in folders} == set(of_type(stack, "AWS::Lambda::Function"))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_doors_are_thin(name):
    assert len((ROOT / "functions" / name / "app.py").read_text(encoding="utf-8").splitlines()) <= 20


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_says_all_it_runs_with(stack, name):
    found = function(stack, name)
    assert found["Runtime"] == {"Ref": "PythonRuntime"}
    assert found["Architectures"] == ["arm64"]
    assert found["Timeout"]
    assert found["MemorySize"]
    assert found["RecursiveLoop"] == ("Allow" if name in ("poll", "read", "fanout", "deliver") else "Terminate")
    assert found["LoggingConfig"]["LogFormat"] == "JSON"
    assert {"Key": "project", "Value": "dualcross"} in found["Tags"]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_each_function_has_its_own_role_log_group_and_alarm(stack, name):
    title = name.capitalize()
    assert logical(function(stack, name)["Role"]) == f"{title}Role"
    group = logical(function(stack, name)["LoggingConfig"]["LogGroup"])
    assert group == f"{title}Logs"
    assert stack["Resources"][group]["Properties"]["RetentionInDays"]
    alarms = [
        a
        for a in of_type(stack, "AWS::CloudWatch::Alarm").values()
        if {"Name": "FunctionName", "Value": {"Ref": f"{title}Function"}} in a.get("Dimensions", ())
    ]
    assert any(a["MetricName"] == "Errors" for a in alarms)


def test_a_message_stays_hidden_six_times_as_long_as_its_function_may_run(stack):
    sources = of_type(stack, "AWS::Lambda::EventSourceMapping")
    assert len(sources) == len(QUEUES)
    for mapping in sources.values():
        queue = stack["Resources"][logical(mapping["EventSourceArn"])]["Properties"]
        worker = mapping["FunctionName"]
        worker = worker.get("Ref") or worker["Fn::GetAtt"][0]
        worker = worker.removesuffix("Aliaslive")
        timeout = stack["Resources"][worker]["Properties"]["Timeout"]
        assert queue["VisibilityTimeout"] >= 6 * timeout, worker
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert 2 <= mapping["ScalingConfig"]["MaximumConcurrency"] <= 50


def test_every_queue_is_encrypted_takes_tls_only_and_ends_in_dead_letters(stack):
    queues = of_type(stack, "AWS::SQS::Queue")
    guarded = {
        logical(q)
        for policy in of_type(stack, "AWS::SQS::QueuePolicy").values()
        if _denies_plain(policy["PolicyDocument"])
        for q in policy["Queues"]
    }
    assert guarded == set(queues)
    for name, queue in queues.items():
        assert queue["SqsManagedSseEnabled"] is True
        if name.endswith("DeadLetters"):
            assert queue["MessageRetentionPeriod"] == 14 * 86400
            assert _watched(stack, name), f"nothing watches {name}"
            continue
        redrive = queue["RedrivePolicy"]
        assert 3 <= redrive["maxReceiveCount"] <= 5
        assert logical(redrive["deadLetterTargetArn"]) == name.replace("Queue", "DeadLetters")
        assert queue["MessageRetentionPeriod"] < 14 * 86400


def _watched(stack: dict[str, Any], queue: str) -> bool:
    dimension = {"Name": "QueueName", "Value": {"Fn::GetAtt": [queue, "QueueName"]}}
    return any(
        dimension in a.get("Dimensions", ()) and a["MetricName"] == "ApproximateNumberOfMessagesVisible"
        for a in of_type(stack, "AWS::CloudWatch::Alarm").values()
    )


def _denies_plain(document: dict[str, Any]) -> bool:
    return any(
        s["Effect"] == "Deny" and s.get("Condition") == {"Bool": {"aws:SecureTransport": "false"}}
        for s in document["Statement"]
    )


def test_schedules_are_bounded_switchable_and_leave_dead_letters(stack):
    schedules = of_type(stack, "AWS::Scheduler::Schedule")
    assert len(schedules) == 3
    for schedule in schedules.values():
        assert "Name" not in schedule, "two stacks of one account would collide"
        assert schedule["State"] == {"Ref": "Schedules"}
        assert schedule["FlexibleTimeWindow"]["Mode"] == "FLEXIBLE"
        target = schedule["Target"]
        assert target["RetryPolicy"]["MaximumRetryAttempts"] <= 3
        assert target["RetryPolicy"]["MaximumEventAgeInSeconds"] <= 600
        assert logical(target["DeadLetterConfig"]["Arn"]) == "ScheduleDeadLetters"
    assert any("ScheduleExpressionTimezone" in s for s in schedules.values())


def test_the_read_model_is_never_older_than_five_minutes(stack):
    (snapshot,) = (s for n, s in of_type(stack, "AWS::Scheduler::Schedule").items() if n.startswith("Snapshot"))
    (minutes,) = re.fullmatch(r"rate\((\d+) minutes\)", snapshot["ScheduleExpression"]).groups()
    # A minute is left for the run itself.
    assert int(minutes) + snapshot["FlexibleTimeWindow"]["MaximumWindowInMinutes"] + 1 <= 5


def test_what_a_schedule_starts_and_fails_is_kept(stack):
    kept = {logical(c["FunctionName"]): c for c in of_type(stack, "AWS::Lambda::EventInvokeConfig").values()}
    assert set(kept) == {"ScheduleFunction", "DigestFunction", "SnapshotFunction"}
    for config in kept.values():
        assert logical(config["DestinationConfig"]["OnFailure"]["Destination"]) == "ScheduleDeadLetters"


def test_no_role_may_do_everything_or_on_everything(stack):
    roles = of_type(stack, "AWS::IAM::Role")
    assert len(roles) == len(FUNCTIONS) + 3
    for name, role in roles.items():
        assert "PermissionsBoundary" in role, name
        assert not [a for a in role.get("ManagedPolicyArns", ()) if a], f"{name}: managed policies allow on *"
        for document in (p["PolicyDocument"] for p in role["Policies"]):
            for statement in walk(document):
                if not (isinstance(statement, dict) and statement.get("Effect") == "Allow"):
                    continue
                actions = statement["Action"]
                for action in [actions] if isinstance(actions, str) else actions:
                    assert "*" not in action, (name, action)
                resources = statement["Resource"]
                for resource in resources if isinstance(resources, list) else [resources]:
                    assert resource != "*" or statement.get("Condition"), (name, statement)


def test_a_function_gets_no_permission_it_has_no_work_for(stack):
    def allowed(name: str) -> set[str]:
        found: set[str] = set()
        for statement in walk(stack["Resources"][f"{name}Role"]["Properties"]["Policies"]):
            if isinstance(statement, dict) and statement.get("Effect") == "Allow" and "Resource" in statement:
                found |= {statement["Action"]} if isinstance(statement["Action"], str) else set(statement["Action"])
        return found

    for name in ("Schedule", "Poll", "Read", "Fanout", "Digest", "Snapshot"):
        assert not {"ses:SendEmail", "ses:SendRawEmail"} & allowed(name)
    for name in ("Schedule", "Poll", "Read", "Fanout", "Snapshot"):
        assert "ssm:GetParameter" not in allowed(name)
    assert "dynamodb:Scan" not in {a for n in FUNCTIONS for a in allowed(n.capitalize())}
    assert "dynamodb:DeleteItem" not in allowed("Schedule") | allowed("Fanout") | allowed("Deliver")


def test_buckets_are_closed_encrypted_versioned_and_tidy(stack):
    buckets = of_type(stack, "AWS::S3::Bucket")
    guarded = {
        logical(p["Bucket"])
        for p in of_type(stack, "AWS::S3::BucketPolicy").values()
        if _denies_plain(p["PolicyDocument"])
    }
    assert guarded == set(buckets)
    for bucket in buckets.values():
        assert len(bucket["PublicAccessBlockConfiguration"]) == 4
        assert all(v is True for v in bucket["PublicAccessBlockConfiguration"].values())
        assert bucket["OwnershipControls"]["Rules"][0]["ObjectOwnership"] == "BucketOwnerEnforced"
        assert bucket["BucketEncryption"]
        assert bucket["VersioningConfiguration"]["Status"] == "Enabled"
        rules = bucket["LifecycleConfiguration"]["Rules"]
        assert any("AbortIncompleteMultipartUpload" in r for r in rules)
    raw = next(r for r in buckets["ArchiveBucket"]["LifecycleConfiguration"]["Rules"] if r["Id"] == "raw")
    assert raw["ExpirationInDays"] == {"Ref": "ArchiveDays"}


def test_the_table_is_bounded_recoverable_and_kept(stack):
    resource = stack["Resources"]["Table"]
    table = resource["Properties"]
    assert resource["DeletionPolicy"] == resource["UpdateReplacePolicy"] == "Retain"
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["OnDemandThroughput"]
    assert all(index["OnDemandThroughput"] for index in table["GlobalSecondaryIndexes"])
    assert table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True
    assert table["TimeToLiveSpecification"] == {"AttributeName": "ttl", "Enabled": True}
    assert "DeletionProtectionEnabled" in table


def test_the_api_is_one_throttled_route_with_a_log(stack):
    (stage,) = of_type(stack, "AWS::ApiGatewayV2::Stage").values()
    assert stage["DefaultRouteSettings"]["ThrottlingRateLimit"]
    json.loads(stage["AccessLogSettings"]["Format"])
    (route,) = of_type(stack, "AWS::ApiGatewayV2::Route").values()
    assert route["RouteKey"] == "$default"


def test_nothing_has_a_name_of_its_own(stack):
    names = (
        "BucketName",
        "TableName",
        "QueueName",
        "FunctionName",
        "RoleName",
        "LogGroupName",
        "AlarmName",
        "TopicName",
    )
    for kind in (
        "S3::Bucket",
        "DynamoDB::Table",
        "SQS::Queue",
        "Lambda::Function",
        "IAM::Role",
        "Logs::LogGroup",
        "SNS::Topic",
        "CloudWatch::Alarm",
    ):
        for resource, properties in of_type(stack, f"AWS::{kind}").items():
            assert not set(names) & set(properties), resource


def test_alarms_watch_what_an_operator_must_know(stack):
    found: dict[str, set[str]] = {}
    for name, alarm in of_type(stack, "AWS::CloudWatch::Alarm").items():
        found.setdefault(alarm["MetricName"], set()).add(name)
        assert not {"Source", "SourceId"} & {d["Name"] for d in alarm.get("Dimensions", ())}, "a metric a source"
    assert {metric: len(names) for metric, names in found.items()} == {
        "Errors": len(FUNCTIONS), "Duration": 4, "Throttles": 1, "ApproximateNumberOfMessagesVisible": 5,
        "ApproximateAgeOfOldestMessage": len(QUEUES), "MinutesSincePoll": 1, "SourcesFailing": 1, "5xx": 1,
        "Reputation.BounceRate": 1,
    }  # fmt: skip
    slow = [a for a in of_type(stack, "AWS::CloudWatch::Alarm").values() if a["MetricName"] == "Duration"]
    assert {a["ExtendedStatistic"] for a in slow} == {"p99"}


def test_the_composite_alarm_counts_every_alarm_that_always_exists(stack):
    rule = stack["Resources"]["AnyAlarm"]["Properties"]["AlarmRule"]["Fn::Sub"]
    always = {
        n for n, r in stack["Resources"].items() if r["Type"] == "AWS::CloudWatch::Alarm" and "Condition" not in r
    }
    assert set(re.findall(r"\$\{(\w+)\}", rule)) == always
    assert stack["Resources"]["Silence"]["Properties"]["TreatMissingData"] == "breaching"


def test_the_runbook_has_a_part_for_every_alarm(stack):
    text = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
    missing = [n for n in of_type(stack, "AWS::CloudWatch::Alarm") if f"`{n}`" not in text]
    assert not missing


def test_the_dashboard_is_json(stack):
    body = stack["Resources"]["Board"]["Properties"]["DashboardBody"]["Fn::Sub"]
    assert len(json.loads(body)["widgets"]) >= 6


def test_the_settings_table_and_the_environment_are_the_same(stack):
    everywhere = set.intersection(*(set(function(stack, n)["Environment"]["Variables"]) for n in FUNCTIONS))
    anywhere = set.union(*(set(function(stack, n)["Environment"]["Variables"]) for n in FUNCTIONS))
    assert anywhere == {row.variable for row in TABLE if row.cloud}
    assert anywhere - everywhere == {row.variable for row in TABLE if row.cloud and row.secret}


def test_defaults_of_the_parameters_are_those_of_the_settings(stack):
    parameters = stack["Parameters"]
    for row in TABLE:
        parameter = parameters.get(output(row.name))
        if parameter is None or row.name in ("mail_from", "mail_transport"):
            continue
        assert row.kind(parameter["Default"]) == row.default, row.name


def test_secrets_are_named_never_given(stack):
    for row in TABLE:
        if row.secret and row.cloud:
            assert output(row.name) not in stack["Parameters"]
            value = function(stack, "deliver")["Environment"]["Variables"][row.variable]
            assert value["Fn::If"][1]["Fn::Sub"].startswith("ssm:")


def test_an_operator_finds_the_stack_in_its_outputs(stack):
    for setting in ("table", "archive_bucket", "snapshot_bucket", "public_url", *QUEUES.values()):
        assert output(setting) in stack["Outputs"], setting
    assert all(o["Description"] for o in stack["Outputs"].values())


def test_parameters_are_described_and_grouped(stack):
    grouped = {
        name
        for group in stack["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
        for name in group["Parameters"]
    }
    assert grouped == set(stack["Parameters"])
    assert all(p["Description"] for p in stack["Parameters"].values())


def test_the_stack_is_far_from_cloudformations_limit(stack):
    assert len(stack["Resources"]) < 200


def test_arns_work_in_every_partition():
    for text in walk(source()):
        if isinstance(text, str):
            assert "arn:aws:" not in text
            assert "amazonaws.com.cn" not in text
            assert ".amazonaws.com" not in text or text.endswith(".amazonaws.com"), text


def test_api_and_deliver_shift_their_traffic_slowly_where_asked():
    kinds = {r["Type"] for r in transformed()["Resources"].values()}
    assert not any("CodeDeploy" in kind for kind in kinds)
    groups = of_type(transformed(Canary="true"), "AWS::CodeDeploy::DeploymentGroup")
    assert set(groups) == {"ApiFunctionDeploymentGroup", "DeliverFunctionDeploymentGroup"}
    assert all(g["AlarmConfiguration"]["Alarms"] for g in groups.values())


def test_layers_are_built(stack):
    layers = {n: r for n, r in source()["Resources"].items() if r["Type"] == "AWS::Serverless::LayerVersion"}
    assert {n: r["Metadata"]["BuildMethod"] for n, r in layers.items()} == {
        "SharedLayer": "python3.13",
        "ClassifiersLayer": "makefile",
    }
    assert not (ROOT / "shared" / "python").exists(), "it would end in python/python/"


def test_the_layers_requirements_are_the_packages_without_the_embedded_server():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {d for d in project["dependencies"] if not d.startswith("uvicorn")}
    wanted |= {d for d in project["optional-dependencies"]["aws"] if not d.startswith("boto3")}
    lines = (ROOT / "shared" / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert {line for line in lines if line and not line.startswith("#")} == wanted


@pytest.mark.parametrize("region", REGIONS)
def test_the_transformed_template_passes_cfn_lint(tmp_path, region):
    path = tmp_path / "template.json"
    # Canary is read by the transform alone, which leaves its parameter unused.
    path.write_text(json.dumps(transformed(region)), encoding="utf-8")
    _lint("--regions", region, "--ignore-checks", "W2001", "--", str(path))


def test_the_template_passes_cfn_lint_serverless():
    # WS1000: tracing is a parameter, as it costs and does not exist in aws-cn. WS1004: does not see LoggingConfig.
    # ES6000, ES7000: want a redrive policy on dead letters and on an e-mail address too.
    ignored = ("WS1000", "WS1004", "ES6000", "ES7000")
    _lint("--append-rules", "cfn_lint_serverless.rules", "--ignore-checks", *ignored, "--", str(TEMPLATE))


def _lint(*arguments: str) -> None:
    command = [str(Path(sys.executable).with_name("cfn-lint")), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]


def test_each_check_that_checkov_skips_has_its_reason():
    path = Path(__file__).with_name("checkov.yaml")
    skipped = settings_yaml(path)["skip-check"]
    lines = path.read_text(encoding="utf-8").splitlines()
    for check in skipped:
        line = next(line for line in lines if check in line)
        assert len(line.partition("#")[2]) > 20, f"{check} is skipped without a reason"
