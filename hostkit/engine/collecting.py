"""Garbage is looked for less often: imports and plans make many objects that stay.

To be imported ahead of what is large, by commands and by the server of job processes:
looking through all there is over and over took a tenth of the time of their imports.
"""

import gc

gc.set_threshold(50_000)
