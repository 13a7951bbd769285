"""A small OpenAI-compatible server on a real socket, which answers by a model of ours."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from astrolabe.core.decoding import Decoding
from astrolabe.core.model import Generated, Generation
from astrolabe.core.prompt import Message, Prompt
from astrolabe.models.local import LocalModel

NAME = "polaris-served"


@dataclass
class Server:
    """What the server does, and what it was asked.

    Attributes:
        key: What it wants to be told; empty for none.
        chat_only: Whether it has no ``/completions``.
        ill: Status codes, or whole replies, of the next requests, before it answers again.
        canned: What it answers to everything, in place of the model; empty for the model.
        pause: Seconds that it takes for an answer, at least.
        after: Called when an answer is ready to be sent, with how many were before.
        asked: Bodies of the requests for answers, in order.
        keys: Authorization headers that came with them.
        answered: How many answers it gave.
    """

    model: LocalModel
    key: str = ""
    chat_only: bool = False
    ill: list[tuple[int, Any]] = field(default_factory=list)
    pause: float = 0.0
    canned: str = ""
    after: Callable[[int], object] = lambda count: None
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)
    answered: int = 0
    most_at_once: int = 0
    port: int = 0
    _at_once: int = 0
    _one_by_one: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def named(self) -> str:
        """The model's name on our command line."""
        return f"api:{NAME}@{self.url}"

    def reply(self, path: str, body: dict[str, Any], key: str | None) -> tuple[int, Any]:
        """Status and body of the answer to a request."""
        self.asked.append(body)
        self.keys.append(key)
        if self.key and key != f"Bearer {self.key}":
            return 401, _error(f"wrong key {key}")
        if path == "/v1/models":
            return 200, {"object": "list", "data": [{"id": NAME, "object": "model"}]}
        chat = path == "/v1/chat/completions"
        if not chat and (path != "/v1/completions" or self.chat_only):
            return 404, {"detail": "Not Found"}
        if body["model"] != NAME:
            return 404, _error(f"The model `{body['model']}` does not exist.")
        with self._one_by_one:
            if self.ill:
                return self.ill.pop(0)
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        time.sleep(self.pause)
        with self._one_by_one:
            self._at_once -= 1
            found = self._answer(body, chat)
            self.after(self.answered)
            self.answered += 1
        return 200, found

    def _answer(self, body: dict[str, Any], chat: bool) -> dict[str, Any]:
        turns = tuple(Message(m["role"], m["content"]) for m in body.get("messages", ()))
        (encoded,) = self.model.encode([Prompt(messages=turns) if chat else Prompt(body["prompt"])])
        chance = {key: body[key] for key in ("temperature", "top_p", "seed") if key in body}
        stops = tuple(body.get("stop", ()))
        asked = Generation(encoded.context, body["max_tokens"], stops, Decoding(**chance))
        if self.canned:
            answer = Generated(self.canned, 6, "eos")
        else:
            ((_, answer),) = self.model.generate([asked])
        said = {"message": {"role": "assistant", "content": answer.text}}
        return {
            "id": "1",
            "created": 1,
            "object": "chat.completion" if chat else "text_completion",
            "model": f"{NAME}-2026",
            "system_fingerprint": "fp_1",
            "choices": [
                {
                    "index": 0,
                    **(said if chat else {"text": answer.text}),
                    "finish_reason": "length" if answer.finish == "length" else "stop",
                    "stop_reason": "a text" if answer.finish == "stop" else None,
                }
            ],
            "usage": {
                "prompt_tokens": len(encoded.context),
                "completion_tokens": answer.tokens,
                "total_tokens": len(encoded.context) + answer.tokens,
            },
        }


def _error(message: str) -> dict[str, Any]:
    return {"error": {"message": message, "type": "invalid_request_error"}}


@contextmanager
def serving(server: Server) -> Iterator[Server]:
    """Let `server` listen, at its port if it has one."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            self.do_POST()

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            body = json.loads(self.rfile.read(length) or b"{}")
            status, found = server.reply(self.path, body, self.headers.get("Authorization"))
            if status == 0:  # as when a server is killed
                self.close_connection = True
                self.connection.close()
                return
            plain = isinstance(found, str)
            sent = found.encode() if plain else json.dumps(found).encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/html" if plain else "application/json")
            self.send_header("Content-Length", str(len(sent)))
            self.send_header("Retry-After-Ms", "1")
            self.end_headers()
            self.wfile.write(sent)

        def log_message(self, *_: Any) -> None: ...

        def handle(self) -> None:
            with suppress(OSError):  # whoever asked has gone
                super().handle()

    listening = ThreadingHTTPServer(("127.0.0.1", server.port), Handler)
    listening.daemon_threads = True
    server.port = listening.server_address[1]
    threading.Thread(target=listening.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield server
    finally:
        listening.shutdown()
        listening.server_close()
