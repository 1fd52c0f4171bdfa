"""Writes the schemas' files: `python -m hostkit.schemas`."""

from hostkit.schemas.make import KINDS, schema_path, schema_text

if __name__ == "__main__":
    for kind in KINDS:
        schema_path(kind).write_text(schema_text(kind), encoding="utf-8")
