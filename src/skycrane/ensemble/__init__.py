"""Many landings: what is uncertain is drawn, flown and counted.

Before: one flight (skycrane.flight). After: the readers of an ensemble folder (skycrane.record, skycrane.report).
"""
