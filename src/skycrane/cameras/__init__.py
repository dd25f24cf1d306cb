"""Eyes: the cameras of a landing and their pictures, made from a run folder alone."""
