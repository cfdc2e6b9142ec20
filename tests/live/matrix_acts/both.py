"""What is played on both homeservers."""

from matrix_acts import accounts, contacts, history, logins, media, messages, relay, rooms, service, voices, volume

BOTH = {"accounts": accounts.ACTS, "logins": logins.ACTS, "rooms": rooms.ACTS, "messages": messages.ACTS,
        "contacts": contacts.ACTS, "history": history.ACTS, "media": media.ACTS, "volume": volume.ACTS,
        "service": service.ACTS, "relay": relay.ACTS, "voices": voices.ACTS}
