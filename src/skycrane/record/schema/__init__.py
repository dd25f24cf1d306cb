"""The dictionary of a flight: every channel with its unit, frame and meaning. Everything that reads a run starts here."""

from skycrane.record.schema.channel import SCHEMA_VERSION, Channel
from skycrane.record.schema.channels import CHANNELS, channel
from skycrane.record.schema.dimensions import DIMENSIONS, Dimension

__all__ = ["CHANNELS", "DIMENSIONS", "SCHEMA_VERSION", "Channel", "Dimension", "channel"]
