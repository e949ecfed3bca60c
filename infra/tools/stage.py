"""Deploys a stage of Kith, or deletes it with all its data.

    stage.py deploy staging [--role-arn ARN]
    stage.py destroy staging [--role-arn ARN] [--delete-production]

samconfig.toml has the parameters of each stage."""

import argparse
import os
import subprocess
import sys
import tomllib

import boto3
from botocore.exceptions import ClientError

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
NEVER_CREATED = ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "REVIEW_IN_PROGRESS")  # CloudFormation can only delete such a stack
WAIT = {"Delay": int(os.environ.get("STAGE_WAIT_SECONDS", "10")), "MaxAttempts": 360}


def parameters(stage):
    """Returns the parameters of a stage in samconfig.toml."""
    with open(os.path.join(ROOT, "samconfig.toml"), "rb") as f:
        overrides = tomllib.load(f)[stage]["deploy"]["parameters"]["parameter_overrides"]
    return dict(pair.split("=", 1) for pair in overrides.split())


def status(cloudformation, stack):
    """Returns the status of a stack, or None if there is no such stack."""
    try:
        return cloudformation.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"]
    except ClientError as error:
        if "does not exist" in error.response["Error"]["Message"]:
            return None
        raise


def sam_deploy(stage, role, protected):
    values = parameters(stage) | {"DeletionProtection": str(protected).lower()}
    if role:  # arn:aws:iam::<account>:role/kith-<stage>-make may create roles with this boundary only
        values["PermissionsBoundary"] = role.replace(":role/", ":policy/").removesuffix("-make") + "-boundary"
    command = ["sam", "deploy", "--config-env", stage, "--parameter-overrides"]
    command += [f"{name}={value}" for name, value in values.items()]
    command += ["--role-arn", role] if role else []
    subprocess.run(command, cwd=ROOT, check=True)


def deploy(stage, role):
    """Deploys a stage. The first deployment is unprotected, so that CloudFormation can remove all of it if it fails; a second
    one then protects the tables and users of every stage but dev."""
    stack, cloudformation = "kith-" + stage, boto3.client("cloudformation")
    now = status(cloudformation, stack)
    if now in NEVER_CREATED:
        print(f"deleting {stack}, whose first deployment failed ({now})")
        cloudformation.delete_stack(StackName=stack, **({"RoleARN": role} if role else {}))
        cloudformation.get_waiter("stack_delete_complete").wait(StackName=stack, WaiterConfig=WAIT)
        now = None
    protect = stage != "dev"
    if now is None:
        sam_deploy(stage, role, protected=False)
    if now is not None or protect:
        sam_deploy(stage, role, protected=protect)


def unprotect(cloudformation, stack, role):
    described = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
    values = {p["ParameterKey"]: p["ParameterValue"] for p in described["Parameters"]}
    if values.get("DeletionProtection") != "true":
        return
    kept = [{"ParameterKey": name, "UsePreviousValue": True} for name in values if name != "DeletionProtection"]
    cloudformation.update_stack(
        StackName=stack,
        UsePreviousTemplate=True,
        Parameters=kept + [{"ParameterKey": "DeletionProtection", "ParameterValue": "false"}],
        Capabilities=["CAPABILITY_IAM"],
        **({"RoleARN": role} if role else {}),
    )
    cloudformation.get_waiter("stack_update_complete").wait(StackName=stack, WaiterConfig=WAIT)


def empty(bucket):
    """Deletes all objects of a bucket with all their versions. CloudFormation deletes empty buckets only."""
    s3 = boto3.client("s3")
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
        versions = [{"Key": v["Key"], "VersionId": v["VersionId"]} for v in page.get("Versions", []) + page.get("DeleteMarkers", [])]
        if versions:
            errors = s3.delete_objects(Bucket=bucket, Delete={"Objects": versions, "Quiet": True}).get("Errors")
            if errors:
                sys.exit(f"{bucket}: {errors[0]['Key']} was not deleted: {errors[0]['Message']}")


# Deletes a resource that the template retains, by its type.
RETAINED = {
    "AWS::DynamoDB::Table": lambda name: boto3.client("dynamodb").delete_table(TableName=name),
    "AWS::S3::Bucket": lambda name: boto3.client("s3").delete_bucket(Bucket=name),
    "AWS::Cognito::UserPool": lambda name: boto3.client("cognito-idp").delete_user_pool(UserPoolId=name),
    "AWS::SecretsManager::Secret": lambda name: boto3.client("secretsmanager").delete_secret(
        SecretId=name, ForceDeleteWithoutRecovery=True
    ),
}


def destroy(stage, role, delete_production):
    """Deletes the stack of a stage and everything that the template retains, after a question."""
    stack, cloudformation = "kith-" + stage, boto3.client("cloudformation")
    if stage == "prod" and not delete_production:
        sys.exit("Nothing was deleted. prod has the data of real people. To delete it, add DELETE=production.")
    if status(cloudformation, stack) is None:
        sys.exit(f"There is no stack {stack} in this account and region.")
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack)
    held = [
        (r["ResourceType"], r["PhysicalResourceId"])
        for page in pages
        for r in page["StackResourceSummaries"]
        if r["ResourceType"] in RETAINED and r.get("PhysicalResourceId")
    ]
    print(f"This deletes {stack} with all its data:")
    for kind, name in held:
        print(f"  {kind.split('::')[-1]} {name}")
    print("Name of the stage to delete: ", end="", flush=True)
    if sys.stdin.readline().strip() != stage:
        sys.exit(f"Nothing was deleted: the answer was not {stage}.")

    unprotect(cloudformation, stack, role)
    for kind, name in held:
        if kind == "AWS::S3::Bucket":
            empty(name)
    cloudformation.delete_stack(StackName=stack, **({"RoleARN": role} if role else {}))
    cloudformation.get_waiter("stack_delete_complete").wait(StackName=stack, WaiterConfig=WAIT)
    for kind, name in held:
        try:
            RETAINED[kind](name)
        except ClientError as error:  # deleted with the stack
            if error.response["Error"]["Code"] not in ("ResourceNotFoundException", "NoSuchBucket"):
                raise
    print(f"deleted {stack}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("command", choices=["deploy", "destroy"])
    parser.add_argument("stage", choices=["dev", "staging", "prod"])
    parser.add_argument("--role-arn", default="")
    parser.add_argument("--delete-production", action="store_true")
    args = parser.parse_args()
    if args.command == "deploy":
        deploy(args.stage, args.role_arn)
    else:
        destroy(args.stage, args.role_arn, args.delete_production)


if __name__ == "__main__":
    main()
