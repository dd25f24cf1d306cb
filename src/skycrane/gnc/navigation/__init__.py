"""Where the machine believes it is."""
