"""The senses: what the machine is told about the world, errors included."""
