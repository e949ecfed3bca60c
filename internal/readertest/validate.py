# Validates what its arguments name: a Data Package, or a table as FILE=SCHEMA. Prints an object of what is wrong, and how
# many rows were read, by argument.
import json
import sys

from frictionless import FrictionlessException, Package, Resource, Schema

found = {}
for argument in sys.argv[1:]:
    try:
        path, is_table, schema = argument.partition("=")
        if is_table:
            of = Resource(path=path, format="csv", encoding="utf-8", schema=Schema.from_descriptor(schema))
        else:
            of = Package(path)
        report = of.validate()
        wrong = [
            {
                "table": task.name,
                "type": error.type,
                "field": getattr(error, "field_name", ""),
                "row": getattr(error, "row_number", 0),
                "message": error.message,
            }
            for task in report.tasks
            for error in task.errors
        ]
        wrong += [{"type": error.type, "message": error.message} for error in report.errors]
        wrong += [{"type": "warning", "message": warning} for task in report.tasks for warning in task.warnings]
        found[argument] = {"wrong": wrong, "rows": sum(task.stats.get("rows") or 0 for task in report.tasks)}
    except FrictionlessException as unreadable:
        reasons = unreadable.reasons or [unreadable.error]
        found[argument] = {"wrong": [{"type": error.type, "message": error.message} for error in reasons], "rows": 0}
json.dump(found, sys.stdout)
