"""A program in a terminal, as a person sees it: keys go in, the screen is looked at until it shows what is awaited.

    with Terminal(["profanity"], folder) as terminal:
        terminal.types("/join #tea@irc.example.org")
        await terminal.shows("You have joined the room")
"""

import asyncio
import contextlib
import os
import re
import signal
import subprocess
from pathlib import Path


class NotShown(Exception):
    """The screen did not show in time what it should have shown."""


class Terminal:
    patience = 15    # seconds

    def __init__(self, command, folder, environment=None):
        """The program's home is `folder`; nothing of the user's own settings is read or written."""
        self.folder = Path(folder)
        self.socket = self.folder / "tmux"
        home = {"HOME": str(self.folder), "XDG_CONFIG_HOME": str(self.folder / "config"),
                "XDG_DATA_HOME": str(self.folder / "data"), "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", **(environment or {})}
        variables = {name: value for name, value in os.environ.items() if name in ("PATH",)} | home
        subprocess.run(["tmux", "-S", self.socket, "-f", "/dev/null", "new-session", "-d", "-x", "160", "-y", "50",
                        *map(str, command)], check=True, env=variables, cwd=self.folder)
        self._tmux("set-option", "-g", "remain-on-exit", "on")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        # mcabber outlives its terminal.
        with contextlib.suppress(ProcessLookupError, ValueError, subprocess.CalledProcessError):
            os.kill(int(self._tmux("display-message", "-p", "#{pane_pid}")), signal.SIGKILL)
        subprocess.run(["tmux", "-S", self.socket, "kill-server"], stderr=subprocess.DEVNULL, check=False)

    def _tmux(self, *words):
        return subprocess.run(["tmux", "-S", self.socket, *words], check=True, capture_output=True, text=True).stdout

    def types(self, line):
        """A line and the Enter key."""
        self.types_keys(line)
        self.presses("Enter")

    async def enters(self, line):
        """As `types`, for programs that take a line that comes all at once with its end for something pasted."""
        self.types_keys(line)
        await self.shows(re.escape(line[-30:]))
        self.presses("Enter")

    def types_keys(self, text):
        """Without the Enter key."""
        self._tmux("send-keys", "-l", text)

    def presses(self, *keys):
        """Keys by their names in tmux: "Enter", "C-y"."""
        self._tmux("send-keys", *keys)

    def screen(self):
        return self._tmux("capture-pane", "-p", "-J")

    async def shows(self, pattern, patience=None):
        """Waits until a line of the screen matches the regular expression; returns the match."""
        deadline = asyncio.get_running_loop().time() + (patience or self.patience)
        while not (found := re.search(pattern, screen := self.screen(), re.MULTILINE)):
            if asyncio.get_running_loop().time() > deadline:
                raise NotShown(f"the screen does not show {pattern!r}, but\n{screen.rstrip()}")
            await asyncio.sleep(0.05)
        return found

    async def presses_until(self, pattern, key):
        """Presses the key, and again after a second, until a line of the screen matches: for a program that ignores keys
        until it is ready, and does not show when that is."""
        deadline = asyncio.get_running_loop().time() + self.patience
        while True:
            self.presses(key)
            try:
                return await self.shows(pattern, patience=1)
            except NotShown:
                if asyncio.get_running_loop().time() > deadline:
                    raise

    async def shows_no_more(self, pattern):
        deadline = asyncio.get_running_loop().time() + self.patience
        while re.search(pattern, screen := self.screen(), re.MULTILINE):
            if asyncio.get_running_loop().time() > deadline:
                raise NotShown(f"the screen still shows {pattern!r}:\n{screen.rstrip()}")
            await asyncio.sleep(0.05)
