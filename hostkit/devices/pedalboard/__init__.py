"""The pedalboard host: VST3 and AU plug-ins and its own effects, streamed."""
