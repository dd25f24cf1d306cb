"""Where we land: shape, gravity, rotation, air and wind."""
