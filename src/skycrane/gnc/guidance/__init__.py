"""Which way to go: entry range control, powered approach, sky crane."""
