"""The air: density, temperature, pressure and wind with height, and how they vary along the path."""
