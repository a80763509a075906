"""A scripted IMAP server on loopback: the few commands that the product's mailbox speaks, on real sockets.

    with ImapPeer([raw, ...]) as peer: ...

`seen` holds the numbers marked as seen; `refuse` names a command that is answered with NO; `drop_after`
cuts the line after so many mails were handed out.
"""

import re
import socketserver
import threading
from collections.abc import Sequence


class ImapPeer:
    def __init__(
        self, mails: Sequence[bytes] = (), *, refuse: str = "", drop_after: int | None = None
    ) -> None:
        self.mails = dict(enumerate(mails, start=11))
        self.seen: list[int] = []
        self.refuse, self.drop_after = refuse, drop_after
        self.connections = self.handed = 0
        peer = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                peer.connections += 1
                self.say(b"* OK ready")
                while line := self.rfile.readline():
                    tag, _space, words = line.decode().strip().partition(" ")
                    if not self.answer(tag, words):
                        return

            def say(self, line: bytes) -> None:
                self.wfile.write(line + b"\r\n")

            def answer(self, tag: str, words: str) -> bool:
                command = words.upper().removeprefix("UID ").split(" ")[0]
                if peer.refuse == command:
                    self.say(f"{tag} NO not now, {words}".encode())
                    return True
                if command == "CAPABILITY":
                    self.say(b"* CAPABILITY IMAP4rev1")
                elif command == "LOGIN" and words != 'LOGIN "me" "se\\"cret"':
                    self.say(f"{tag} NO wrong".encode())
                    return True
                elif command == "SELECT":
                    self.say(f"* {len(peer.mails)} EXISTS".encode())
                elif command == "SEARCH":
                    new = [str(number) for number in peer.mails if number not in peer.seen]
                    self.say(f"* SEARCH {' '.join(new)}".encode())
                elif command == "FETCH":
                    if peer.handed == peer.drop_after:
                        return False
                    self.fetch(words)
                elif command == "STORE":
                    peer.seen.append(int(words.split(" ")[2]))
                elif command == "LOGOUT":
                    self.say(b"* BYE")
                self.say(f"{tag} OK {command} done".encode())
                return command != "LOGOUT"

            def fetch(self, words: str) -> None:
                match = re.search(r"FETCH (\d+) \(BODY\.PEEK\[\]<0\.(\d+)>\)", words)
                assert match, words
                raw = peer.mails[int(match[1])][: int(match[2])]
                peer.handed += 1
                self.say(f"* 1 FETCH (UID {match[1]} BODY[]<0> {{{len(raw)}}}".encode())
                self.wfile.write(raw + b")\r\n")

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = daemon_threads = True

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"imap://me:se%22cret@127.0.0.1:{self._server.server_address[1]}/INBOX"

    def __enter__(self) -> "ImapPeer":
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
