"""A scripting layer over plug-in hosts: session files in, stems that sum out."""

__version__ = "0.1.0"
