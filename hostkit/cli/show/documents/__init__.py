"""What the documents of `--json` hold, field by field; a test compares them with real ones.

Every document begins with `format` (`document.FORMAT`). In a path, `[]` is each of a list.
A field whose path ends with `…` holds more than is listed here, under the same names as the
file that is written (manifest.json, certificate.json). What is not known is null.
"""
