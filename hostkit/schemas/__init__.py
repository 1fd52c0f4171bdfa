"""JSON Schemas of sessions, presets and profiles, for editors that complete and check.

They are made from the models, and shipped as files beside this module, so that an editor
can open them; `python -m hostkit.schemas` writes those anew, and a test holds them equal.

A file with `extends` may leave out what the other file says. So all keys are known at the
top, but only a file without `extends` has to be whole.
"""
