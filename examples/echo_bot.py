"""A bot that answers each private message with its text: python examples/echo_bot.py [host:port]"""

import asyncio
import sys

from muca.client import Client, Message, Reach


async def main(address: str = "localhost") -> None:
    async with Client(address, uid="echo-bot", nickname="Echo") as chat:
        async for event in chat.events():
            if isinstance(event, Message) and event.reach is Reach.PRIVATE and event.sender != chat.uid:
                await chat.send(event.text, [event.sender])


asyncio.run(main(*sys.argv[1:]))
