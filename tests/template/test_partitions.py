"""The template as a partition, or a choice of parameters, resolves it: conditions taken, the other branches gone."""

from __future__ import annotations

import json
import tomllib
from typing import Any

import pytest
from tests.template.transformed import ROOT, of_type, source, transformed, walk

NOTHING = object()
HERE = {"AWS::Partition": "aws", "AWS::Region": "us-east-1", "AWS::URLSuffix": "amazonaws.com"}
CHINA = {"AWS::Partition": "aws-cn", "AWS::Region": "cn-north-1", "AWS::URLSuffix": "amazonaws.com.cn"}


def resolved(pseudo: dict[str, str], **parameters: str) -> dict[str, Any]:
    """Return the transformed template with its conditions carried out, as CloudFormation does before it makes any."""
    template = transformed(pseudo["AWS::Region"], **parameters)
    values = {name: str(p.get("Default", "")) for name, p in template["Parameters"].items()} | parameters | pseudo
    conditions = template.pop("Conditions")

    def plain(node: Any) -> Any:
        return values.get(node["Ref"], node) if isinstance(node, dict) and set(node) == {"Ref"} else node

    def holds(node: Any) -> bool:
        if "Condition" in node:
            return holds(conditions[node["Condition"]])
        ((kind, of),) = node.items()
        if kind == "Fn::Equals":
            return plain(of[0]) == plain(of[1])
        if kind == "Fn::Not":
            return not holds(of[0])
        assert kind in ("Fn::And", "Fn::Or"), kind
        return (all if kind == "Fn::And" else any)(map(holds, of))

    def carried_out(node: Any) -> Any:
        if isinstance(node, dict):
            if set(node) == {"Fn::If"}:
                name, then, otherwise = node["Fn::If"]
                return carried_out(then if holds({"Condition": name}) else otherwise)
            if node == {"Ref": "AWS::NoValue"}:
                return NOTHING
            return {k: v for k, v in ((k, carried_out(v)) for k, v in node.items()) if v is not NOTHING}
        if isinstance(node, list):
            return [v for v in map(carried_out, node) if v is not NOTHING]
        return node

    for part in ("Resources", "Outputs"):
        kept = {k: v for k, v in template[part].items() if holds({"Condition": v["Condition"]} if "Condition" in v else {"Fn::And": []})}  # fmt: skip
        template[part] = carried_out(kept)
    return template


def actions(template: dict[str, Any]) -> set[str]:
    found: set[str] = set()
    for node in walk(of_type(template, "AWS::IAM::Role")):
        if isinstance(node, dict) and node.get("Effect") == "Allow":
            found |= {node["Action"]} if isinstance(node["Action"], str) else set(node["Action"])
    return found


def environment(template: dict[str, Any], function: str) -> dict[str, Any]:
    return template["Resources"][function]["Properties"]["Environment"]["Variables"]


def test_in_china_mail_goes_by_smtp_and_nothing_is_asked_that_is_not_there():
    here, china = resolved(HERE, Tracing="Active"), resolved(CHINA, Tracing="Active")
    assert environment(here, "DeliverFunction")["DUALCROSS_MAIL_TRANSPORT"] == "ses"
    assert environment(china, "DeliverFunction")["DUALCROSS_MAIL_TRANSPORT"] == "smtp"
    assert {a for a in actions(here) if a.startswith(("ses:", "xray:"))}
    assert not {a for a in actions(china) if a.startswith(("ses:", "xray:"))}
    assert here["Resources"]["PollFunction"]["Properties"]["TracingConfig"] == {"Mode": "Active"}
    assert china["Resources"]["PollFunction"]["Properties"]["TracingConfig"] == {"Mode": "PassThrough"}
    assert set(here["Resources"]) - set(china["Resources"]) == {"Bounces"}
    # Neither has functions with addresses of their own, nor text messages.
    assert not of_type(china, "AWS::Lambda::Url")
    assert "AWS/SES" not in json.dumps(china)


@pytest.mark.parametrize("pseudo", [HERE, CHINA], ids=["aws", "aws-cn"])
def test_nothing_is_left_of_conditions_and_every_reference_points_to_something(pseudo):
    template = resolved(pseudo)
    there = {*template["Resources"], *template["Parameters"]}
    for node in walk([template["Resources"], template["Outputs"]]):
        if not isinstance(node, dict):
            continue
        assert "Fn::If" not in node
        if "Fn::GetAtt" in node:
            assert node["Fn::GetAtt"][0] in there, node
        if set(node) == {"Ref"} and not node["Ref"].startswith("AWS::"):
            assert node["Ref"] in there, node


def test_where_ses_is_not_wanted_no_function_may_send_through_it():
    template = resolved(HERE, MailTransport="smtp")
    assert not {a for a in actions(template) if a.startswith("ses:")}
    assert "Bounces" not in template["Resources"]


def test_only_the_api_starts_from_a_snapshot_and_only_where_asked():
    def snapped(**parameters: str) -> set[str]:
        functions = of_type(resolved(HERE, **parameters), "AWS::Lambda::Function")
        return {n for n, f in functions.items() if f.get("SnapStart", {}).get("ApplyOn") == "PublishedVersions"}

    assert snapped() == set()
    assert snapped(SnapStart="true") == {"ApiFunction"}


def test_what_an_emulator_lacks_is_left_out_for_it_alone():
    assert set(resolved(HERE)["Resources"]) - set(resolved(HERE, Target="emulator")["Resources"]) == {
        "AnyAlarm", "Bounces",
    }  # fmt: skip


def test_layers_are_built_with_the_runtime_that_functions_get_by_default():
    runtime = source()["Parameters"]["PythonRuntime"]["Default"]
    assert source()["Resources"]["SharedLayer"]["Metadata"]["BuildMethod"] == runtime
    runbook = (ROOT / "docs" / "runbook.md").read_text("utf-8")
    assert "BuildMethod" in runbook, "whoever takes another runtime is told what goes with it"


def test_deployments_name_parameters_and_values_that_the_template_has():
    config = tomllib.loads((ROOT / "samconfig.toml").read_text("utf-8"))
    parameters = source()["Parameters"]
    for stage in ("dev", "prod"):
        given = config[stage]["deploy"]["parameters"]
        for pair in given["parameter_overrides"].split():
            name, _, value = pair.partition("=")
            assert name in parameters, (stage, name)
            assert value.strip('"') in parameters[name].get("AllowedValues", [value.strip('"')]), (stage, pair)
    assert 'Canary="true"' in config["prod"]["deploy"]["parameters"]["parameter_overrides"]
    assert config["dev"]["deploy"]["parameters"]["stack_name"] != config["prod"]["deploy"]["parameters"]["stack_name"]


def test_raw_bytes_move_to_cheaper_storage_before_they_go():
    bucket = transformed()["Resources"]["ArchiveBucket"]["Properties"]
    raw = next(r for r in bucket["LifecycleConfiguration"]["Rules"] if r["Id"] == "raw")
    (move,) = raw["Transitions"]
    assert move["StorageClass"] == "STANDARD_IA"
    assert move["TransitionInDays"] < source()["Parameters"]["ArchiveDays"]["MinValue"]
