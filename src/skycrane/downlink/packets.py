"""CCSDS space packets around the units of file delivery, with an error check at their end: what is damaged on the way is thrown away.

Space Packet Protocol, CCSDS 133.0-B-2; packet error control is the 16-bit CRC of CCSDS 232.0 (x^16 + x^12 + x^5 + 1, starting from ones),
which finds every burst of up to 16 bits.
"""

import fastcrc
from spacepackets.ccsds import SpacePacketHeader, SpHeader

#: application process of the file delivery
APPLICATION = 0x2A
_HEADER, _CHECK = 6, 2


def wrap(unit: bytes, count: int) -> bytes:
    """A space packet with a delivery unit inside; `count` is its running number."""
    header = SpHeader.tm(apid=APPLICATION, seq_count=count & 0x3FFF, data_len=len(unit) + _CHECK - 1)
    packet = bytes(header.pack()) + unit
    return packet + fastcrc.crc16.ibm_3740(packet).to_bytes(_CHECK, "big")


def unwrap(packet: bytes) -> bytes | None:
    """The unit inside, or None for what is no whole, undamaged packet of the file delivery."""
    if len(packet) <= _HEADER + _CHECK or fastcrc.crc16.ibm_3740(packet) != 0:
        return None
    header = SpacePacketHeader.unpack(packet[:_HEADER])
    if header.apid != APPLICATION or header.data_len + 1 != len(packet) - _HEADER:
        return None
    return packet[_HEADER:-_CHECK]
