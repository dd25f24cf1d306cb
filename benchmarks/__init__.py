"""How fast a landing is computed on this machine: `python -m benchmarks`, or `make bench`. Nothing here is a test."""
