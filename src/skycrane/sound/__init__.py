"""Ears: what a microphone on the rover hears of a landing, computed from its run folder. Needs neither the engine nor jax."""

from skycrane.sound.record_sound import FOLDER, LABEL, Recording, record_sound

__all__ = ["FOLDER", "LABEL", "Recording", "record_sound"]
