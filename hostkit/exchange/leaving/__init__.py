"""A session on its way out: its plan as a project of a DAW."""
