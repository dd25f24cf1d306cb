"""What the cameras see besides the ground: spacecraft and rover, built by the program from published dimensions.

Every model is a tuple of `Part`s in model axes: x forward, y left, z up when the machine stands on its wheels; metres; the origin is
that of the record's body frame, so forward, left and up are body z, y and -x.
"""
