"""SoundFonts: the FluidSynth library and the player."""
