"""What counts as a seed."""


def is_seed(seed: object) -> bool:
    """Whether this is a whole number from 0 to 2^63 - 1."""
    return isinstance(seed, int) and not isinstance(seed, bool) and 0 <= seed < 2**63
