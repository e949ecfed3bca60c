# Runs the statements of standard input as DuckDB's command line does, .read included, and prints the rows of SELECT.
import re
import sys

import duckdb

database = duckdb.connect(sys.argv[1])
for text in re.split(r"(?m)^(\.read .*)$", sys.stdin.read()):
    if text.startswith(".read "):
        with open(text.removeprefix(".read ").strip(), encoding="utf-8") as file:
            text = file.read()
    for statement in database.extract_statements(text):
        result = database.execute(statement)
        if statement.type == duckdb.StatementType.SELECT:
            for row in result.fetchall():
                print("|".join(str(cell) for cell in row))
