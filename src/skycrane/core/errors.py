"""The one error a user may see: a sentence that names what is wrong and what is allowed."""

import errno

#: what the system says when a disk or somebody's share of it is full
DISK_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class InputError(ValueError):
    """Something the user gave cannot be used; the message is one sentence with file, key, value and what is allowed."""


class UnknownName(InputError, KeyError):
    """A name that nothing here has; the message says which is nearest. A `KeyError` too, because it is asked for like a key."""

    __str__ = Exception.__str__  # KeyError would put the sentence into quotes
