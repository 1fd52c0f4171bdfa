"""What commands print: lines, tables, documents, progress."""
