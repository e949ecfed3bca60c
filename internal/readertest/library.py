# Runs the statements of standard input as DuckDB's command line does, .read included, and prints what SELECT gives.
import re
import sys

import duckdb

database = duckdb.connect(sys.argv[1])
for piece in re.split(r"(?m)^(\.read .*)$", sys.stdin.read()):
    if piece.startswith(".read "):
        with open(piece.removeprefix(".read ").strip(), encoding="utf-8") as file:
            piece = file.read()
    for statement in database.extract_statements(piece):
        result = database.execute(statement)
        if statement.type == duckdb.StatementType.SELECT:
            for row in result.fetchall():
                print("|".join(str(cell) for cell in row))
