"""Packages the built folders, deploys the template through a change set, and reads its outputs."""

from __future__ import annotations

import io
import json
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

from tests.e2e_aws.emulator import Emulator
from tests.template.transformed import source

BUCKET = "deployment"
_ALSO = {
    "sqs:SendMessage": ("sqs:SendMessageBatch",),
}


def deploy(emulator: Emulator, built: Path, stack: str, parameters: dict[str, str]) -> dict[str, str]:
    """Deploy, wait, and return the outputs; ends the program with the stack's events where it fails."""
    s3 = emulator.client("s3")
    s3.create_bucket(Bucket=BUCKET)
    template = source()
    for name, resource in template["Resources"].items():
        for key in ("CodeUri", "ContentUri"):
            if key in resource.get("Properties", {}):
                s3.put_object(Bucket=BUCKET, Key=f"{name}.zip", Body=_zipped(built / name))
                resource["Properties"][key] = f"s3://{BUCKET}/{name}.zip"
    if emulator.auth:
        _fit(template)
    s3.put_object(Bucket=BUCKET, Key="template.json", Body=json.dumps(template).encode())
    cloudformation = emulator.client("cloudformation")
    made = cloudformation.create_change_set(
        StackName=stack,
        ChangeSetName="first",
        ChangeSetType="CREATE",
        TemplateURL=f"{emulator.endpoint}/{BUCKET}/template.json",
        Parameters=[{"ParameterKey": k, "ParameterValue": v} for k, v in parameters.items()],
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
    )
    for _ in range(100):
        found = cloudformation.describe_change_set(ChangeSetName=made["Id"], StackName=stack)
        if found["Status"] in ("CREATE_COMPLETE", "FAILED"):
            break
        time.sleep(0.2)
    if found["Status"] != "CREATE_COMPLETE":
        sys.exit(f"the change set failed: {found.get('StatusReason')}")
    cloudformation.execute_change_set(ChangeSetName=made["Id"], StackName=stack)
    for _ in range(600):
        stacks = cloudformation.describe_stacks(StackName=stack)["Stacks"]
        status = stacks[0]["StackStatus"]
        if not status.endswith("IN_PROGRESS"):
            break
        time.sleep(0.2)
    if status != "CREATE_COMPLETE":
        events = cloudformation.describe_stack_events(StackName=stack)["StackEvents"]
        failed = [e for e in events if "FAILED" in e["ResourceStatus"]]
        lines = [f"{e['LogicalResourceId']}: {e.get('ResourceStatusReason', '')}" for e in failed]
        sys.exit(f"the stack is {status}:\n" + "\n".join(lines[:10]))
    return {row["OutputKey"]: row["OutputValue"] for row in stacks[0]["Outputs"]}


def _zipped(folder: Path) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.name != "requirements.txt":
                archive.write(path, path.relative_to(folder))
    return out.getvalue()


def _fit(node: Any) -> None:
    """Fit policies to an emulator that has no TLS, and checks some calls under another name than AWS does."""
    if isinstance(node, dict):
        statements = node.get("Statement")
        if isinstance(statements, list):
            node["Statement"] = [one for one in statements if "aws:SecureTransport" not in json.dumps(one)]
        actions = node.get("Action")
        if isinstance(actions, list) and "ses:SendEmail" in actions:
            # It asks whether all identities may be used, and tells no sender.
            node["Resource"] = "*"
            node.pop("Condition", None)
        if isinstance(actions, list):
            node["Action"] = [*actions, *(more for action in actions for more in _ALSO.get(action, ()))]
        node = list(node.values())
    if isinstance(node, list):
        for part in node:
            _fit(part)
