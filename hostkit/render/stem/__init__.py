"""A stem: prints through strips and buses, to integer samples."""
