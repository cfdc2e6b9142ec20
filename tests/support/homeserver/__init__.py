"""The scripted homeserver; see homeserver.py."""

from homeserver.homeserver import Homeserver
from homeserver.oauth_api import OAuth

__all__ = ["Homeserver", "OAuth"]
