"""Which addresses may be connected to: the last word, asked with the address really dialled.

A name can be made to point anywhere, and an address can be written in many ways; so neither the
URL nor the name is judged here, but the socket's own address. No name is looked up.
"""

import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from aiohttp import AddrInfoType

_METADATA = {
    ip_address("100.100.100.200"),  # Alibaba Cloud
    ip_address("168.63.129.16"),  # Azure
    ip_address("192.0.0.192"),  # Oracle Cloud
    ip_address("fd00:42::42"),  # Scaleway
    ip_address("fd20:ce::254"),  # Google Cloud
}
_AWS = IPv6Network("fd00:ec2::/32")
"""Where AWS has its metadata, the credentials of pods, time and names."""
_TRANSLATED = IPv6Network("::ffff:0:0:0/96")
_ISATAP = (0x0000_5EFE, 0x0200_5EFE)
_NAT64 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))
_COMPATIBLE = IPv6Network("::/96")


class Forbidden(OSError):
    """An address that is never connected to."""


def meant(address: IPv4Address | IPv6Address) -> set[IPv4Address | IPv6Address]:
    """The address itself and every IPv4 address that is wrapped in it."""
    found: set[IPv4Address | IPv6Address] = {address}
    if isinstance(address, IPv4Address):
        return found
    found |= {inner for inner in (address.ipv4_mapped, address.sixtofour) if inner}
    found |= set(address.teredo or ())
    if any(address in network for network in _NAT64):
        found.add(IPv4Address(int(address) & 0xFFFF_FFFF))
    # The interface part of an ISATAP address, under whatever prefix, ends in the IPv4 address.
    isatap = (int(address) >> 32) & 0xFFFF_FFFF in _ISATAP
    if isatap or address in _TRANSLATED:
        found.add(IPv4Address(int(address) & 0xFFFF_FFFF))
    if address in _COMPATIBLE and int(address) > 1:
        found.add(IPv4Address(int(address) & 0xFFFF_FFFF))
    return found


def forbidden(host: str) -> bool:
    """Whether the numeric address *host* is link-local, metadata, or nobody's in particular.

    Private and loopback addresses are where people's systems are, and a target is configured.
    """
    address = ip_address(host.partition("%")[0])
    return any(
        one in _METADATA
        or one in _AWS
        or one.is_link_local
        or one.is_multicast
        or one.is_unspecified
        or (isinstance(one, IPv4Address) and one.is_reserved)
        for one in meant(address)
    )


def open_socket(info: AddrInfoType) -> socket.socket:
    """Make the socket for an address that may be dialled; raises Forbidden for any other."""
    family, kind, protocol, _, address = info
    host = str(address[0])
    if forbidden(host):
        # One text for all addresses of a name, so that none of them hides the reason.
        raise Forbidden("link-local and metadata addresses are never asked")
    return socket.socket(family, kind, protocol)
