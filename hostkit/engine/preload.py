"""What every job process needs, imported once in the server that they are forked from."""

import hostkit.engine.printing  # noqa: F401  # for the import's sake
