"""Uploads the built dashboard to the bucket of a stage, with the addresses of the stage in config.json.

    upload_dashboard.py --stack kith-dev dashboard/dist
    upload_dashboard.py --list dashboard/dist     prints the objects, and uploads nothing

Files of earlier deployments stay, so that open tabs can still load them. Pages and the service worker come last: they name the other files."""

import argparse
import json
import mimetypes
import os
import time

FOREVER = "public, max-age=31536000, immutable"  # the names of assets contain a hash of their content
HASHED = ("assets/", "m/assets/")
PAGES = (".html", "config.json", "sw.js")


def objects(folder):
    """Returns key, content type and Cache-Control of each file, in the order of uploading."""
    keys = []
    for path, _, names in os.walk(folder):
        keys += [os.path.relpath(os.path.join(path, name), folder).replace(os.sep, "/") for name in names]
    keys.sort(key=lambda key: (key.endswith(PAGES), key))
    return [
        {
            "Key": key,
            "ContentType": mimetypes.guess_type(key)[0] or "application/octet-stream",
            "CacheControl": FOREVER if key.startswith(HASHED) else "no-cache",
        }
        for key in keys
    ]


def config(outputs):
    """Returns what the dashboard reads from config.json. Cognito's discovery document lacks the address for signing out."""
    return {
        "api": outputs["ApiUrl"],
        "issuer": outputs["Issuer"],
        "client_id": outputs["ClientId"],
        "scope": "openid email profile kith/api",
        "audience": "",
        "sign_out": outputs["SignInUrl"] + "/logout",
    }


def upload(stack, folder):
    import boto3  # not needed to list

    stacks = boto3.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    outputs = {o["OutputKey"]: o["OutputValue"] for o in stacks[0]["Outputs"]}
    s3 = boto3.client("s3")
    bucket = outputs["DashboardBucket"]
    s3.put_object(
        Bucket=bucket, Key="config.json", Body=json.dumps(config(outputs)), ContentType="application/json", CacheControl="no-cache"
    )
    for entry in objects(folder):
        with open(os.path.join(folder, entry["Key"]), "rb") as body:
            s3.put_object(Bucket=bucket, Body=body, **entry)
    boto3.client("cloudfront").create_invalidation(
        DistributionId=outputs["SiteDistribution"],
        InvalidationBatch={"Paths": {"Quantity": 1, "Items": ["/*"]}, "CallerReference": str(time.time_ns())},
    )
    print("dashboard: " + outputs["SiteUrl"])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--stack")
    parser.add_argument("--list", action="store_true")
    args = parser.parse_args()
    if args.list:
        print(json.dumps(objects(args.folder)))
    elif args.stack:
        upload(args.stack, args.folder)
    else:
        parser.error("give --stack or --list")


if __name__ == "__main__":
    main()
