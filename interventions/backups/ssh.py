"""A site's server behind SSH: the pinned host key or nothing, our key, nothing of ours installed there.

asyncssh lives on an event loop in a thread of its own; everybody else sees blocking calls.
"""

import asyncio
import contextlib
import logging
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

import asyncssh

from interventions.backups.errors import (
    BackupError,
    ConnectionCut,
    LoginRefused,
    UnknownHostKey,
    Unreachable,
)
from interventions.backups.machines import LAST_WORDS, Answer, Machine, Running, quoted
from interventions.backups.values import Server

T = TypeVar("T")
asyncssh.set_log_level(logging.WARNING)  # below it tells every command, and names of files with it
CONNECT_SECONDS = 20
KEEPALIVE_SECONDS = 15
LOST_AFTER = 3  # keepalives without an answer
WINDOW = 2 * 1024 * 1024  # asyncssh keeps a few of them in memory
QUICK_CIPHERS = ("aes128-gcm@openssh.com", "aes256-gcm@openssh.com")
CIPHERS = (*QUICK_CIPHERS, "chacha20-poly1305@openssh.com", "aes256-ctr", "aes128-ctr")


class SSHMachine(Machine):
    """A connection to `server`. Raises Unreachable, UnknownHostKey or LoginRefused."""

    def __init__(self, server: Server) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        try:
            self._connection = self.call(_connect(server))
        except BaseException:
            self._stop()
            raise

    def call(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """The result of `coroutine`, run on the loop."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    def close(self) -> None:
        with contextlib.suppress(Exception):
            self.call(_closed(self._connection))
        self._stop()

    def _start(self, script: str) -> Running:
        try:
            return _Remote(self, self.call(_started(self._connection, script)))
        except (OSError, asyncssh.Error) as error:
            raise ConnectionCut(detail=str(error)) from error

    def _stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


class _Remote(Running):
    def __init__(self, machine: SSHMachine, process: asyncssh.SSHClientProcess[bytes]) -> None:
        self._machine = machine
        self._process = process
        self._complaints = asyncio.run_coroutine_threadsafe(_tail(process), machine._loop)
        self._answer: Answer | None = None

    def write(self, piece: bytes) -> None:
        async def written() -> None:
            self._process.stdin.write(piece)
            await self._process.stdin.drain()

        try:
            self._machine.call(written())
        except BrokenPipeError:
            raise
        except (OSError, asyncssh.Error) as error:
            raise BrokenPipeError(str(error)) from error

    def end_of_input(self) -> None:
        async def ended() -> None:
            with contextlib.suppress(OSError):
                self._process.stdin.write_eof()

        self._machine.call(ended())

    def read(self, size: int, /) -> bytes:
        try:
            return self._machine.call(self._process.stdout.read(size))
        except (OSError, asyncssh.Error) as error:
            raise ConnectionCut(detail=str(error)) from error

    def finish(self) -> Answer:
        if self._answer is None:
            self.end_of_input()
            self._machine.call(_waited(self._process))
            complaints = self._complaints.result().decode("utf-8", "backslashreplace")
            status = self._process.returncode
            if status is None:
                raise ConnectionCut(detail=complaints.strip()[-600:])
            self._answer = Answer(status, b"", complaints)
        return self._answer

    def abort(self) -> None:
        async def ended() -> None:
            if self._answer is None:
                with contextlib.suppress(OSError, asyncssh.Error):
                    self._process.terminate()
            self._process.close()

        self._machine.call(ended())
        self._complaints.cancel()


async def _connect(server: Server) -> asyncssh.SSHClientConnection:
    try:
        pinned = asyncssh.import_public_key(server.host_key)
        key = asyncssh.import_private_key(server.private_key)
    except (asyncssh.KeyImportError, ValueError) as error:
        raise Unreachable(host=server.host, detail=str(error)) from error
    try:
        return await asyncssh.connect(
            server.host,
            server.port,
            username=server.user,
            client_keys=[key],
            known_hosts=([pinned], [], []),
            config=None,
            agent_path=None,
            preferred_auth="publickey",
            encryption_algs=CIPHERS,
            compression_algs=None,
            connect_timeout=CONNECT_SECONDS,
            login_timeout=CONNECT_SECONDS,
            keepalive_interval=KEEPALIVE_SECONDS,
            keepalive_count_max=LOST_AFTER,
        )
    except (asyncssh.HostKeyNotVerifiable, asyncssh.KeyExchangeFailed) as error:
        raise await _unknown(server, pinned, error) from error
    except asyncssh.PermissionDenied as error:
        raise LoginRefused(host=server.host, user=server.user) from error
    except (OSError, asyncssh.Error, TimeoutError) as error:
        raise Unreachable(host=server.host, detail=str(error)) from error


async def _unknown(server: Server, pinned: asyncssh.SSHKey, error: Exception) -> BackupError:
    """Which key the server shows instead, for a person to compare. Nobody logs in for that."""
    try:
        asked = asyncssh.get_server_host_key(server.host, server.port, config=None)
        offered = await asyncio.wait_for(asked, CONNECT_SECONDS)
    except (OSError, asyncssh.Error, TimeoutError):
        offered = None
    if offered is None:
        return Unreachable(host=server.host, detail=str(error))
    return UnknownHostKey(
        host=server.host, offered=offered.get_fingerprint(), pinned=pinned.get_fingerprint()
    )


async def _started(
    connection: asyncssh.SSHClientConnection, script: str
) -> asyncssh.SSHClientProcess[bytes]:
    """The login shell may be any; it hands over to a POSIX one."""
    return await connection.create_process(
        f"exec /bin/sh -c {quoted(script)}", encoding=None, window=WINDOW
    )


async def _tail(process: asyncssh.SSHClientProcess[bytes]) -> bytes:
    """The last complaints, read all the time so that they never block the command."""
    kept = b""
    with contextlib.suppress(OSError, asyncssh.Error):
        while piece := await process.stderr.read(LAST_WORDS):
            kept = (kept + piece)[-LAST_WORDS:]
    return kept


async def _waited(process: asyncssh.SSHClientProcess[bytes]) -> None:
    with contextlib.suppress(OSError, asyncssh.Error):
        await process.wait_closed()


async def _closed(connection: asyncssh.SSHClientConnection) -> None:
    connection.close()
    await asyncio.wait_for(connection.wait_closed(), CONNECT_SECONDS)
