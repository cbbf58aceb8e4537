"""The server's routes, as an ASGI application."""

import asyncio
import contextlib

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from book.serving import asking
from book.serving.asking import Refused
from book.serving.batching import Batcher, Busy
from book.serving.folder import Model

READ_SECONDS = 10
"""How long a request's body may take to arrive."""


def application(model: Model, most: int = 32, wait: float = 0.002) -> Starlette:
    """Give the application: `POST /languages` and `GET /health`.

    `/languages` takes a body such as `asking.EXAMPLE` and answers with a list, in the
    order asked: each word as it was read, its most probable language, and the
    probabilities of all. Any error is an object with one field, "error".

    Args:
        model: what answers.
        most: how many words one call of the model may have.
        wait: how long, in seconds, a word may wait for others.
    """
    batcher = Batcher(model, most, wait)

    @contextlib.asynccontextmanager
    async def lifespan(app):
        async with batcher:
            yield

    async def languages(request: Request) -> JSONResponse:
        cleaned = asking.cleaned_words(await _body(request), model)
        probabilities = await batcher.ask(cleaned)
        return JSONResponse(
            [
                {
                    "word": word,
                    "language": model.languages[row.argmax()],
                    "probabilities": dict(
                        zip(model.languages, row.tolist(), strict=True)
                    ),
                }
                for word, row in zip(cleaned, probabilities, strict=True)
            ]
        )

    async def health(request: Request) -> JSONResponse:
        return JSONResponse(
            {"status": "ok", "calls": batcher.calls, "words": batcher.items}
        )

    async def refused(request: Request, error: Refused) -> JSONResponse:
        return JSONResponse({"error": str(error)}, error.status)

    async def busy(request: Request, error: Busy) -> JSONResponse:
        return JSONResponse({"error": str(error)}, 503, {"Retry-After": "1"})

    return Starlette(
        routes=[
            Route("/languages", languages, methods=["POST"]),
            Route("/health", health, methods=["GET"]),
        ],
        exception_handlers={Refused: refused, Busy: busy},
        lifespan=lifespan,
    )


async def _body(request: Request) -> bytes:
    """Read a body, up to the limits."""
    body = bytearray()
    try:
        async with asyncio.timeout(READ_SECONDS):
            async for part in request.stream():
                body += part
                if len(body) > asking.MOST_BYTES:
                    raise Refused(
                        413, f"the body is longer than {asking.MOST_BYTES} bytes."
                    )
    except TimeoutError:
        raise Refused(
            408, f"the body took longer than {READ_SECONDS} seconds."
        ) from None
    except ClientDisconnect:
        raise Refused(400, "the body has no end.") from None
    return bytes(body)
