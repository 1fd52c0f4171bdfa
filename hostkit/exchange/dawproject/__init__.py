"""DAWproject 1.0: a ZIP of `project.xml`, `metadata.xml`, audio files and plug-in states.

Source: github.com/bitwig/dawproject, Project.xsd and Reference.html, and what Bitwig, Studio One,
Cubase and converters write.
"""
