"""Addresses of links: the one way in which they are read and spelt, in fields and in Markdown, for HTML and text part.

::

    as pasted ── spell_link ──▶ as RFC 3986 has it: ASCII, blanks and signs percent-encoded, the host in A-labels

What is percent-encoded already stays as it is, so spelling an address twice changes nothing. Merge fields
(``{{ … }}``) stay too: their values are encoded when they are filled. What cannot be spelt is a LinkError, which
shows how to write it.

=========  ========================================================================================================
http(s)    the host by IDNA2008 (RFC 5890; UTS 46, not transitional); path, query and fragment by RFC 3986
mailto     addresses by ``address.py``; ``?subject=…&body=…`` encoded by RFC 6068, where an ``&`` that begins no
           ``key=`` belongs to the words
tel        RFC 3966 without what is only seen: blanks, brackets, dots; ``+44 (0)20`` is ``+4420``
#anchor    as it is
=========  ========================================================================================================
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Callable

import idna

from composer.address import parse_address, wire_address
from composer.errors import AddressError
from composer.pasted_address import address_inside, without_litter

HOW_TO_WRITE = "write https://…, mailto:…, tel:…, #anchor, or {{ links.browser }}"

_FIELD = re.compile(r"(\{\{[^{}\n]*\}\})")
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_ENCODED = re.compile(r"%[0-9A-Fa-f]{2}")
_UNRESERVED = r"A-Za-z0-9._~\-"
_PATH = re.compile(rf"[^{_UNRESERVED}!$&'()*+,;=:@/%]")
_QUERY = re.compile(rf"[^{_UNRESERVED}!$&'()*+,;=:@/?%]")
_HEADER = re.compile(rf"[^{_UNRESERVED}!$'()*,;:@/?%]")
_HOST = re.compile(r"(?=.{1,253}\.?$)(?!-)[a-z0-9_-]{1,63}(?<!-)(\.(?!-)[a-z0-9_-]{1,63}(?<!-))*\.?")
_WEB = re.compile(r"(?P<scheme>https?):(?P<slashes>[/\\]*)(?P<authority>[^/\\?#]*)(?P<rest>.*)", re.IGNORECASE)
# Most addresses there are, on which the long way changes nothing.
_ORDINARY = re.compile(
    r"https?://(?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+[a-z]+(?:/[A-Za-z0-9._~/-]*)?(?:\?[A-Za-z0-9._~=&-]*)?"
)
_ANCHOR = re.compile(r"#[\w-]+")
_HEADER_START = re.compile(r"&(?=(?:[A-Za-z][A-Za-z-]*=))")
_SEEN_IN_NUMBERS = re.compile(r"[\s().\u2010-\u2015/-]+")
_NUMBER = re.compile(r"\+?[0-9*#]+(;[A-Za-z0-9-]+=[A-Za-z0-9.+-]+)*")
_BARE_HOST = re.compile(r"(?:[\w-]+\.)+[^\W\d_]{2,}(?::\d+)?(?:[/?#].*)?")
_FILE = re.compile(r"\.(?:html?|php|aspx?|pdf|docx?|xlsx?|pptx?|txt|md|jpe?g|png|gif|webp)$", re.IGNORECASE)
_INSTEAD = {
    "whatsapp": "write https://wa.me/ and the number",
    "sms": "write tel: and the number; few mail programs send text messages",
    "skype": "write tel: and the number, or a page that explains it",
    "webcal": "write https:// in the place of webcal://",
    "feed": "write https:// in the place of feed:",
    **dict.fromkeys(("file", "ftp"), "put the file on the web, and write where it is there"),
}


class LinkError(ValueError):
    """An address that no link can have: what is wrong, in words that follow it, and how to write it."""

    def __init__(self, message: str, hint: str = HOW_TO_WRITE) -> None:
        super().__init__(message)
        self.hint = hint


def spell_link(text: str) -> str:
    """Spell the address of a link as HTML and text part have it. Raises LinkError."""
    if _ORDINARY.fullmatch(text):
        return text
    address = without_litter(text)
    if address.startswith("{{"):
        return address
    if address.startswith("#"):
        if not _ANCHOR.fullmatch(address):
            raise LinkError("is not an anchor", "write # and the id of a block, such as #agenda")
        return address
    scheme = _SCHEME.match(address)
    spell = _SPELL.get(scheme[1].lower()) if scheme else None
    if spell is None:
        raise LinkError("is not an address", _how_to_write(address, scheme[1].lower() if scheme else ""))
    return spell(address)


def host_of(address: str) -> str:
    """Give the host of a spelt http address, in A-labels and small letters, without port; "" if there is none."""
    web = _WEB.match(address)
    return _without_port(web["authority"].rpartition("@")[2])[0].lower().rstrip(".") if web else ""


def is_local_host(host: str) -> bool:
    """Tell whether a host can only be reached from somebody's own computer or network."""
    number = _number_of(host)
    if number is not None:
        return not number.is_global
    return "." not in host or host.endswith(_LOCAL_ENDINGS) or f".{host}".endswith(_LOCAL_BY_NAME)


_LOCAL_ENDINGS = tuple(
    ".local .localhost .localdomain .internal .intranet .lan .home .corp .private .home.arpa .fritz.box".split()  # noqa: SIM905
)
_LOCAL_BY_NAME = (".localtest.me", ".lvh.me")


def _number_of(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Read a host that is a number as browsers do (WHATWG URL, "IPv4 parser"): 127.1 and 0x7f000001 are 127.0.0.1."""
    found: ipaddress.IPv4Address | ipaddress.IPv6Address | None
    try:
        found = ipaddress.ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        found = _short_number_of(host)
    return (found.ipv4_mapped or found) if isinstance(found, ipaddress.IPv6Address) else found


def _short_number_of(host: str) -> ipaddress.IPv4Address | None:
    *first, last = parts = host.split(".")
    if len(parts) > 4 or not all(re.fullmatch(r"0[xX][0-9a-fA-F]*|[0-9]+", part) for part in parts):
        return None
    try:
        *numbers, rest = [_digits(part) for part in (*first, last)]
    except ValueError:
        return None
    if any(number > 255 for number in numbers) or rest >= 256 ** (4 - len(numbers)):
        return None
    return ipaddress.IPv4Address(rest + sum(number << 8 * (3 - at) for at, number in enumerate(numbers)))


def _digits(part: str) -> int:
    if part[:2].lower() == "0x":
        return int(part[2:] or "0", 16)
    return int(part, 8) if part.startswith("0") and part != "0" else int(part)


def _how_to_write(address: str, scheme: str) -> str:
    if scheme in _INSTEAD:
        return _INSTEAD[scheme]
    if address.startswith("//"):
        return f"write https:{address}"
    if slip := re.match(r"(h?t*ps?|https?)\s*[:;.：]?\s*[/／]{1,3}\s*(?=[\w[])", address, re.IGNORECASE):
        return f"write https://{address[slip.end() :]}"
    if inside := address_inside(address):
        return f"write {inside}"
    if re.fullmatch(r"\+?[\d\s()./-]{6,}", address):
        return f"write tel:{address}"
    bare = address.partition("://")[2] or address
    host = re.split(r"[:/?#]", bare, maxsplit=1)[0]
    if (
        _BARE_HOST.fullmatch(bare.partition("{{")[0])
        and not scheme.startswith(("javascript", "data", "vbscript"))
        and not _FILE.search(host)
    ):
        return f"write https://{bare}"
    return HOW_TO_WRITE


# --- http and https -----------------------------------------------------------------------------------------


def _spell_web(address: str) -> str:
    found = _WEB.match(address)
    assert found is not None, "its scheme is http or https"
    scheme, authority, rest = found["scheme"].lower(), found["authority"], found["rest"]
    if not authority:
        raise LinkError("is not a whole address", "copy it again from the browser")
    if twice := re.match(r"https?(?::|$)/*", (authority + rest if authority[-1:] == ":" else authority), re.IGNORECASE):
        tail = (authority + rest)[twice.end() :].lstrip("/")
        scheme = "https" if "https" in twice[0].lower() else scheme
        raise LinkError("has its beginning twice", f"write {scheme}://{tail}")
    if found["slashes"] != "//":
        raise LinkError("is not an address", f"write {scheme}://{authority}{rest}")
    if "@" in authority and "{{" not in authority:
        raise _with_name(scheme, authority, rest)
    fields = _FIELD.split(address[len(scheme) + 3 :])
    if "{{" in authority:
        # What a reader's value makes of it is looked at when it is filled.
        return f"{scheme}://" + "".join(map(_outside_fields(_PATH), fields))
    path, mark, fragment = _partition(re.sub(r"&amp;(?=[\w.%-]+=)", "&", rest), "#")
    path, query_mark, query = _partition(path, "?")
    spelt = [_spell_part(path.replace("\\", "/"), _PATH), query_mark, _spell_part(query, _QUERY), mark]
    return f"{scheme}://{_spell_authority(authority)}{''.join(spelt)}{_spell_part(fragment, _QUERY)}"


def _with_name(scheme: str, authority: str, rest: str) -> LinkError:
    """What has an @ in its host is a mail address, or hides where it leads (RFC 3986 3.2.1 and 7.6)."""
    user, _, host = authority.rpartition("@")
    user = re.sub(r"^mailto:", "", user, flags=re.IGNORECASE)
    if ":" not in user and "@" not in user and rest in ("", "/") and not user.lower().startswith("www."):
        return LinkError("is a mail address, not one of the web", f"write mailto:{user}@{host}")
    return LinkError(f"has {user!r} before its host, as frauds do", f"write {scheme}://{host}{rest}")


def _partition(text: str, mark: str) -> tuple[str, str, str]:
    """Split at the first mark that is in no merge field."""
    at = 0
    for number, piece in enumerate(_FIELD.split(text)):
        if number % 2 == 0 and mark in piece:
            at += piece.index(mark)
            return text[:at], mark, text[at + 1 :]
        at += len(piece)
    return text, "", ""


def _spell_part(text: str, unfit: re.Pattern[str]) -> str:
    return "".join(map(_outside_fields(unfit), _FIELD.split(text)))


def _outside_fields(unfit: re.Pattern[str]) -> Callable[[str], str]:
    return lambda piece: piece if _FIELD.fullmatch(piece) else _encode(piece, unfit)


def _encode(text: str, unfit: re.Pattern[str]) -> str:
    """Percent-encode what is unfit, and every % that does not begin such a sign already."""
    encoded = unfit.sub(lambda sign: _percent(sign[0]), text)
    return re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", encoded)


def _percent(sign: str) -> str:
    return "".join(f"%{byte:02X}" for byte in sign.encode("utf-8", "surrogatepass"))


def _spell_authority(authority: str) -> str:
    user, at, place = authority.rpartition("@")
    host, port = _without_port(place)
    if port and not (port[1:].isascii() and (port == ":" or (port[1:].isdigit() and int(port[1:]) < 65536))):
        raise LinkError(f"has no port {port[1:]!r}", "copy the address again from the browser")
    return f"{_encode(user, _PATH)}{at}{_spell_host(host)}{'' if port == ':' else port}"


def _without_port(place: str) -> tuple[str, str]:
    if place.startswith("["):
        host, bracket, port = place.partition("]")
        return host + bracket, port
    host, colon, port = place.partition(":")
    return host, colon + port


def _spell_host(host: str) -> str:
    if host.startswith("["):
        try:
            ipaddress.IPv6Address(host[1:-1] if host.endswith("]") else "")
        except ValueError:
            raise LinkError("has no correct host", "copy the address again from the browser") from None
        return host.lower()
    try:
        labels = re.split("[.\u3002\uff0e\uff61]", _decode(host) if "%" in host else host)
        spelt = ".".join(map(_spell_label, labels))
    except UnicodeError:  # idna's errors among them
        spelt = ""
    if not _HOST.fullmatch(spelt):
        shown = unicodedata.normalize("NFC", host)[:60]
        raise LinkError(f"has no correct host ({shown!r})", "copy the address again from the browser")
    return spelt


def _spell_label(label: str) -> str:
    if label.isascii() and label[:4].lower() != "xn--":
        return label.lower()
    letters = label[4:].encode().decode("punycode") if label.isascii() else label
    if any(unicodedata.category(sign) == "So" for sign in letters):  # emoji: not in IDNA2008, but sold
        return "xn--" + idna.uts46_remap(letters, transitional=False).encode("punycode").decode("ascii")
    return idna.encode(letters, uts46=True).decode("ascii")


def _decode(text: str) -> str:
    data = re.sub(rb"%([0-9A-Fa-f]{2})", lambda found: bytes([int(found[1], 16)]), text.encode())
    return data.decode("utf-8", "replace")


# --- mailto and tel -----------------------------------------------------------------------------------------


def _spell_mailto(address: str) -> str:
    people, mark, headers = _partition(address.partition(":")[2].removeprefix("//"), "?")
    if not mark and (slip := re.search(r"&(?:amp;)?(?=(?:subject|body|cc|bcc)=)", people, re.IGNORECASE)):
        raise LinkError("has no ? before its subject", f"write mailto:{people[: slip.start()]}?{people[slip.end() :]}")
    if not people.strip(" ,;") and not headers:
        raise LinkError("leads nowhere", "write mailto: and the address")
    spelt = ",".join(_spell_person(person) for person in re.split("[,;]", people) if person.strip())
    return f"mailto:{spelt}{mark}{'&'.join(_spell_headers(headers))}"


def _spell_person(person: str) -> str:
    if "{{" in person:
        return person.strip()
    written = _decode(person).strip()
    named = re.fullmatch(r".*<([^<>]+)>", written)
    try:
        plain = wire_address(parse_address(named[1] if named else written))
    except AddressError as error:
        raise LinkError(f"has no mail address after mailto: {error}", "write mailto: and the address") from error
    local, _, domain = plain.rpartition("@")
    return f"{_encode(local.replace('%', '%25'), _LOCAL)}@{domain}"


_LOCAL = re.compile(rf"[^{_UNRESERVED}!$'*+%]")


def _spell_headers(headers: str) -> list[str]:
    """Encode ``subject=…&body=…``; an & inside the words is one of them, as is a + (RFC 6068 5)."""
    spelt = []
    for header in _HEADER_START.split(headers.removeprefix("amp;").replace("&amp;", "&")) if headers else []:
        key, equals, value = header.partition("=")
        spelt.append(f"{_spell_part(key.strip(), _HEADER)}{equals}{_spell_part(value, _HEADER)}")
    return spelt


def _spell_tel(address: str) -> str:
    written = address.partition(":")[2]
    if "{{" in written:
        return f"tel:{''.join(_FIELD.split(written))}"
    number, mark, parameters = _decode(written).removeprefix("//").partition(";")
    # The zero in brackets is dialled inside the country only.
    number = re.sub(r"(?<=\d)[\s.-]*\(0\)", "", number) if number.strip().startswith(("+", "00")) else number
    number = unicodedata.normalize("NFKC", _SEEN_IN_NUMBERS.sub("", number))
    if not _NUMBER.fullmatch(f"{number}{mark}{parameters}"):
        raise LinkError("is not a telephone number", "write tel: and digits, such as tel:+33123456789")
    return f"tel:{number.replace('#', '%23')}{mark}{parameters}"


_SPELL: dict[str, Callable[[str], str]] = {
    "http": _spell_web,
    "https": _spell_web,
    "mailto": _spell_mailto,
    "tel": _spell_tel,
}
