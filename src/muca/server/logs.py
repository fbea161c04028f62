"""Structured logs on standard error: readable on a terminal, otherwise one JSON object per line."""

import logging
import sys
from typing import Literal, TypeAlias

import structlog

LogLevel: TypeAlias = Literal["debug", "info", "warning", "error"]


def configure_logs(level: LogLevel) -> None:
    """Write logs of this level and above to standard error.

    Names and texts from clients must only be logged as values, which both renderers escape.
    """
    for_people = sys.stderr.isatty()
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="%H:%M:%S" if for_people else "iso", utc=not for_people),
    ]
    rendering: list[structlog.typing.Processor] = (
        [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]  # others show variables
        if for_people
        else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,  # logs of asyncio
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *rendering],
        )
    )
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    logging.getLogger("websockets").setLevel("WARNING")  # lower levels log every frame, including secrets
    logging.raiseExceptions = False  # a broken log stream must not break a connection
