"""Lints template.yaml after SAM's transformation, and compares the resources with the permissions of the role that deploys
them. `sam validate --lint` lints it before, and so misses dependency cycles of generated resources and settings that only the
translator rejects."""

import fnmatch
import glob
import json
import os
import subprocess
import sys
import tempfile

import cfnlint
from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse


class NoManagedPolicies:
    """Every function has an explicit role, so SAM needs no managed policies."""

    def load(self):
        return {}


# Permissions that handlers require for properties that the template does not use.
UNUSED = [
    "ec2:*", "elasticfilesystem:*", "firehose:*", "iam:CreateServiceLinkedRole", "iam:DeleteRolePermissionsBoundary",
    "kinesis:*", "kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncrypt*", "lambda:*CapacityProvider", "lambda:*CodeSigning*",
    "lambda:GetLayerVersion", "s3:REST.PUT.OBJECT", "s3files:*", "s3tables:*", "wafv2:*", "waf-regional:*",
]  # fmt: skip

# The parameters of the two shapes of the template: with the addresses that AWS generates, and with an own domain.
CERTIFICATE = "123456789012:certificate/11111111-2222-3333-4444-555555555555"
SHAPES = [
    {},
    {
        "SiteDomain": "kith.example.org",
        "FormerSiteDomains": "old.example.org,older.example.org",
        "SiteCertificate": f"arn:aws:acm:us-east-1:{CERTIFICATE}",
        "ApiDomain": "api.kith.example.org",
        "ApiCertificate": f"arn:aws:acm:eu-central-1:{CERTIFICATE}",
    },
]


def allowed_actions(path, role):
    """Returns the action patterns that the policies of a role in a template allow."""
    with open(path, encoding="utf-8") as f:
        policies = yaml_parse(f)["Resources"][role]["Properties"]["Policies"]
    statements = [s for policy in policies for s in policy["PolicyDocument"]["Statement"] if s["Effect"] == "Allow"]
    return [action for s in statements for action in ([s["Action"]] if isinstance(s["Action"], str) else s["Action"])]


def missing_permissions(types, allowed):
    """Returns the actions that CloudFormation's handlers of the types call, and that the patterns do not allow. The resource
    schemas are those of cfn-lint."""
    missing = []
    for file in glob.glob(os.path.join(os.path.dirname(cfnlint.__file__), "data/schemas/resources/*.json")):
        with open(file, encoding="utf-8") as f:
            schema = json.load(f)
        if schema["typeName"] not in types:
            continue
        for handler in ("create", "read", "update", "delete"):
            for action in schema.get("handlers", {}).get(handler, {}).get("permissions", []):
                if not any(fnmatch.fnmatch(action.lower(), pattern.lower()) for pattern in allowed + UNUSED):
                    missing.append(f"{schema['typeName']} {handler}: {action}")
    return sorted(set(missing))


def lint(template):
    """Runs cfn-lint on a transformed template and returns its exit code. SAM has replaced parameters by their values, so W1020
    reports substitutions without a variable that have one in template.yaml."""
    with tempfile.TemporaryDirectory() as folder:
        transformed = os.path.join(folder, "transformed.json")
        with open(transformed, "w", encoding="utf-8") as f:
            json.dump(template, f, indent=1)
        program = os.path.join(os.path.dirname(sys.executable), "cfn-lint")
        return subprocess.run([program, "--ignore-checks", "W1020", "--template", transformed], check=False).returncode


def main(path):
    code = 0
    for parameters in SHAPES:
        with open(path, encoding="utf-8") as f:
            template = yaml_parse(f)
        for name, resource in template["Resources"].items():
            if resource["Type"] == "AWS::Serverless::Function":
                resource["Properties"]["CodeUri"] = f"s3://artifacts/{name}"  # as after `sam package`
        plain = transform(template, parameters, NoManagedPolicies())
        types = {resource["Type"] for resource in plain["Resources"].values()}
        missing = missing_permissions(types, allowed_actions("infra/deploy.yaml", "Make"))
        if missing:
            print("infra/deploy.yaml: the role Make lacks\n  " + "\n  ".join(missing))
            return 1
        code = code or lint(plain)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
