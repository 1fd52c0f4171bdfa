"""A project as a DAWproject that fits the published schema."""
