"""Seconds since entry interface to UTC and back. No leap second may fall inside a landing; the next one would be announced."""

from datetime import UTC, datetime, timedelta

from skycrane.core.errors import InputError


def utc_after(epoch_utc: str, seconds: float) -> str:
    """UTC so many seconds after the epoch, to the millisecond: `2021-02-18T20:43:48.180Z`."""
    moment = _parse(epoch_utc) + timedelta(milliseconds=round(seconds * 1e3))
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def seconds_after(epoch_utc: str, utc: str) -> float:
    """Seconds from the epoch to a UTC."""
    return (_parse(utc) - _parse(epoch_utc)).total_seconds()


def _parse(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
    except ValueError:
        raise InputError(f"{text!r} is not a UTC time; write it like 2021-02-18T20:36:50.110Z") from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
