"""The phases of the landing, one file each, in the order in which they are flown."""
