"""The machine: mass, aeroshell, parachute, thrusters, engines, bridles, wheels."""
