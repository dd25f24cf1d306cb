"""The one error a user may see: a sentence that names what is wrong and what is allowed."""


class InputError(ValueError):
    """Something the user gave cannot be used; the message is one sentence with file, key, value and what is allowed."""
