"""Names: any text as the name of an HDF5 link or attribute, and as a string that HDF5 can hold."""

from __future__ import annotations

import re

_ODD = re.compile("[/%\0\ud800-\udfff]")
_CODES = re.compile("(?:%[0-9A-F]{2})+")


def quote(name: str) -> str:
    """A name as HDF5 can take it: '/', '%', NUL and lone surrogates as %XX; "." and "" too, which mean something else there."""
    if name in ("", "."):
        return "%" if not name else "%2E"
    return _ODD.sub(lambda odd: "".join(f"%{byte:02X}" for byte in odd[0].encode("utf-8", "surrogatepass")), name)


def unquote(name: str) -> str:
    """The inverse of `quote`."""
    if name == "%":
        return ""
    return _CODES.sub(lambda codes: bytes.fromhex(codes[0].replace("%", "")).decode("utf-8", "surrogatepass"), name)


def clean(text: str) -> str:
    """A string as HDF5 can hold it: NUL and lone surrogates, which it cannot, become U+FFFD."""
    return re.sub("[\0\ud800-\udfff]", "�", text)
