"""Everybody talks to everybody, as long as somebody listens: rooms and private messages, both directions."""

import asyncio
from collections import Counter

from ledger import TO_IRC, Message

CHANNELS = {"#c1": ("u1", "u2", "u3"), "#c2": ("u2", "u4"), "#c3": ("u3", "u4", "u5")}
CLIENTS = {"u1": ("desk", "phone"), "u2": ("desk",), "u3": ("desk",), "u4": ("desk",), "u5": ("desk",)}
SPEAKERS = ["s1", "s2"]


class Traffic:
    """`rate` is what is said a second, before channels multiply it. Bursts come by chance."""

    def __init__(self, xmpp, irc, chance, rate=200):
        self.xmpp, self.irc, self.chance, self.rate = xmpp, irc, chance, rate
        self.numbers = Counter()    # (name, conversation) -> the last number
        self.running = False

    def start(self):
        self.running = True
        self.task = asyncio.ensure_future(self.talk())

    async def stop(self):
        self.running = False
        await self.task

    async def talk(self):
        while self.running:
            burst = self.chance.choice((1, 1, 1, 1, 2, 12))
            for _ in range(burst):
                self.chance.choice((self.in_a_room, self.to_a_nickname, self.on_irc, self.from_irc))()
            # 3 is the mean burst.
            await asyncio.sleep(3 * self.chance.expovariate(self.rate))

    def in_a_room(self):
        channel = self.chance.choice(list(CHANNELS))
        self.say(self.chance.choice(CHANNELS[channel]), channel)

    def to_a_nickname(self):
        self.say(self.chance.choice(list(CLIENTS)), self.chance.choice(SPEAKERS))

    def say(self, name, conversation):
        if self.xmpp.is_linked:    # the server bounces what it cannot route
            self.numbers[name, conversation] += 1
            message = Message(TO_IRC, name, conversation, self.numbers[name, conversation])
            self.xmpp.say(message, self.chance.choice((1, 1, 1, 1, 1, 1, 1, 1, 1, 3)))

    def on_irc(self):
        self.irc.say_in(self.chance.choice(list(CHANNELS)), self.chance.choice(SPEAKERS))

    def from_irc(self):
        self.irc.say_to(self.chance.choice(list(CLIENTS)), self.chance.choice(SPEAKERS))
