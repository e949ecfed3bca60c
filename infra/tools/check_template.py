"""Lints template.yaml after SAM's transformation. `sam validate --lint` lints it before, and so misses dependency cycles of
generated resources and settings that only the translator rejects."""

import json
import os
import subprocess
import sys
import tempfile

from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse


class NoManagedPolicies:
    """Every function has an explicit role, so SAM needs no managed policies."""

    def load(self):
        return {}


def main(path):
    with open(path, encoding="utf-8") as f:
        template = yaml_parse(f)
    for name, resource in template["Resources"].items():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = f"s3://artifacts/{name}"  # as after `sam package`
    plain = transform(template, {}, NoManagedPolicies())
    with tempfile.TemporaryDirectory() as folder:
        transformed = os.path.join(folder, "transformed.json")
        with open(transformed, "w", encoding="utf-8") as f:
            json.dump(plain, f, indent=1)
        lint = os.path.join(os.path.dirname(sys.executable), "cfn-lint")
        return subprocess.run([lint, "--template", transformed], check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
