# Validates its arguments, each a Data Package, or a table as FILE=SCHEMA. Prints a JSON object with the errors and the number
# of rows read, by argument.
import json
import sys

from frictionless import FrictionlessException, Package, Resource, Schema

found = {}
for argument in sys.argv[1:]:
    try:
        path, is_table, schema = argument.partition("=")
        if is_table:
            resource = Resource(path=path, format="csv", encoding="utf-8", schema=Schema.from_descriptor(schema))
        else:
            resource = Package(path)
        report = resource.validate()
        errors = [
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
        errors += [{"type": error.type, "message": error.message} for error in report.errors]
        errors += [{"type": "warning", "message": warning} for task in report.tasks for warning in task.warnings]
        found[argument] = {"errors": errors, "rows": sum(task.stats.get("rows") or 0 for task in report.tasks)}
    except FrictionlessException as exception:
        reasons = exception.reasons or [exception.error]
        found[argument] = {"errors": [{"type": error.type, "message": error.message} for error in reasons], "rows": 0}
json.dump(found, sys.stdout)
