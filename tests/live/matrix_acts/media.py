"""Scenario 6: files, both ways."""

import base64
import hashlib
import secrets
import struct
import subprocess
import zlib
from urllib.parse import urlsplit

from homeserver.web import Response, Web
from matrix_http import Broken, exchange
from stanzas import CLIENT, is_from, text_of

OOB = "{jabber:x:oob}x"
THUMBNAIL = "{urn:xmpp:thumbs:1}thumbnail"
LARGE = 5 << 20


def picture(size, width=3, height=2):
    """A PNG of that many bytes: what follows the picture is in a chunk that nobody reads."""
    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    rows = b"".join(b"\0" + b"\x80\x40\x20" * width for _ in range(height))
    head = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    tail = chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return head + chunk(b"prIv", bytes(max(0, size - len(head) - len(tail) - 12))) + tail


async def link_of(alice, address, since):
    stanza = await alice.gets("a file", lambda each: is_from(each, address) and each.find(OOB) is not None, since)
    return stanza, text_of(stanza, f"{OOB}/{{jabber:x:oob}}url")


async def a_picture_opens_without_a_token(stage):
    """5 MB; the type, the name, parts of it; and no link but the ones that were made."""
    await stage.restart_gateway_with_media()
    alice, address, room, (bob,) = await stage.in_a_room()
    content = picture(LARGE)
    mxc = await bob.uploads(content, "image/png", "Tee für zwei.png")
    since = alice.now()
    await bob.sends(room, "m.room.message", {
        "msgtype": "m.image", "body": "Look!", "filename": "Tee für zwei.png", "url": mxc,
        "info": {"mimetype": "image/png", "size": len(content), "w": 3, "h": 2}})
    stanza, url = await link_of(alice, address, since)
    assert "Look!" in text_of(stanza, f"{CLIENT}body"), text_of(stanza, f"{CLIENT}body")
    answer = await exchange("GET", url)
    assert answer.status == 200 and answer.content == content, (answer.status, len(answer.content))
    assert answer.headers["content-type"] == "image/png", answer.headers
    assert answer.headers["x-content-type-options"] == "nosniff", answer.headers
    assert urlsplit(url).path.endswith("Tee%20f%C3%BCr%20zwei.png"), url
    part = await exchange("GET", url, headers={"Range": "bytes=10-19"})
    assert part.status == 206 and part.content == content[10:20], part.status
    parts = urlsplit(url)
    where = "?".join(each for each in (parts.path, parts.query) if each)
    for position in (where.rfind("/") - 2, len(where) - 2):    # in what says which file, and in what proves it
        letter = "A" if where[position] != "A" else "B"
        changed = f"{where[:position]}{letter}{where[position + 1:]}"
        forged = await exchange("GET", f"{parts.scheme}://{parts.netloc}{changed}")
        assert forged.status in (403, 404), forged.status


def encrypted(content):
    """What is uploaded of it, and the EncryptedFile that says how to open it, but its address."""
    key, counter = secrets.token_bytes(32), secrets.token_bytes(8) + bytes(8)
    done = subprocess.run(["openssl", "enc", "-aes-256-ctr", "-K", key.hex(), "-iv", counter.hex()], input=content,
                          capture_output=True, check=True)

    def text(some, url=False):
        return (base64.urlsafe_b64encode if url else base64.b64encode)(some).decode().rstrip("=")

    return done.stdout, {
        "v": "v2", "iv": text(counter), "hashes": {"sha256": text(hashlib.sha256(done.stdout).digest())},
        "key": {"kty": "oct", "alg": "A256CTR", "ext": True, "key_ops": ["encrypt", "decrypt"], "k": text(key, True)}}


async def an_encrypted_file_is_opened_with_the_key_of_its_message(stage):
    """Whole, and from the middle of a block; one that was changed is not given to its end."""
    await stage.restart_gateway_with_media()
    alice, address, room, (bob,) = await stage.in_a_room()
    content = picture(300_000)
    sealed, how = encrypted(content)
    for stored, is_right in ((sealed, True), (b"x" + sealed[1:], False)):
        mxc = await bob.uploads(stored, "application/octet-stream", "")
        since = alice.now()
        await bob.sends(room, "m.room.message", {
            "msgtype": "m.image", "body": "tea.png", "file": {"url": mxc, **how},
            "info": {"mimetype": "image/png", "size": len(content), "w": 3, "h": 2}})
        _, url = await link_of(alice, address, since)
        if not is_right:
            try:
                broken = await exchange("GET", url)
            except Broken:
                continue
            assert len(broken.content) < len(content), broken.status
            continue
        answer = await exchange("GET", url)
        assert answer.status == 200 and answer.content == content, (answer.status, len(answer.content))
        assert answer.headers["content-type"] == "image/png", answer.headers
        for first, last in ((0, 9), (37, 1036), (len(content) - 5, len(content) - 1)):
            part = await exchange("GET", url, headers={"Range": f"bytes={first}-{last}"})
            assert part.status == 206 and part.content == content[first:last + 1], (first, part.status)


async def large_pictures_and_videos_have_thumbnails(stage):
    """Of a picture the homeserver makes one, of a video its sender; each is behind a link that needs no token."""
    await stage.restart_gateway_with_media()
    alice, address, room, (bob,) = await stage.in_a_room()
    large = await bob.uploads(picture(0, 640, 320), "image/png", "wide.png")
    since = alice.now()
    await bob.sends(room, "m.room.message", {"msgtype": "m.image", "body": "wide.png", "url": large,
                                             "info": {"mimetype": "image/png", "w": 640, "h": 320}})
    stanza, url = await link_of(alice, address, since)
    small = next(stanza.iter(THUMBNAIL))
    assert (small.get("width"), small.get("height")) == ("320", "160"), small.attrib
    assert small.get("uri") != url, url
    answer = await exchange("GET", small.get("uri"))
    assert answer.status == 200 and answer.headers["content-type"].startswith("image/"), answer.headers
    assert answer.headers["x-content-type-options"] == "nosniff", answer.headers
    still = await bob.uploads(picture(0), "image/png", "still.png")
    since = alice.now()
    await bob.sends(room, "m.room.message", {
        "msgtype": "m.video", "body": "film.mp4", "url": large,
        "info": {"mimetype": "video/mp4", "thumbnail_url": still, "thumbnail_info": {"mimetype": "image/png", "w": 3, "h": 2}}})
    stanza, url = await link_of(alice, address, since)
    small = next(stanza.iter(THUMBNAIL))
    assert small.get("media-type") == "image/png" and small.get("width") == "3", small.attrib
    assert (await exchange("GET", small.get("uri"))).content == picture(0)


async def a_thumbnail_from_xmpp_goes_along(stage):
    await stage.restart_gateway_with_media()
    alice, address, room, (bob,) = await stage.in_a_room()
    async with Shop() as shop:
        film, still = f"{shop.web.url}/film.mp4", f"{shop.web.url}/still.png"
        alice.send_xml(
            f"<message to='{address}' type='groupchat' id='f'><body>{film}</body><file-sharing xmlns='urn:xmpp:sfs:0'>"
            f"<file xmlns='urn:xmpp:file:metadata:0'><name>film.mp4</name><thumbnail xmlns='urn:xmpp:thumbs:1' "
            f"uri='{still}' media-type='image/png' width='3' height='2'/></file><sources><url-data "
            f"xmlns='http://jabber.org/protocol/url-data' target='{film}'/></sources></file-sharing></message>")
        event = await bob.sees("the film", lambda each: "thumbnail_url" in each["content"].get("info", {}), room)
        info = event["content"]["info"]
        assert info["thumbnail_info"] == {"mimetype": "image/png", "size": 2000, "w": 3, "h": 2}, info
        assert (await bob.downloads(info["thumbnail_url"])).content == picture(2000)


async def what_could_harm_is_only_saved(stage):
    await stage.restart_gateway_with_media()
    alice, address, room, (bob,) = await stage.in_a_room()
    mxc = await bob.uploads(b"<script>alert(1)</script>", "text/html", "page.html")
    since = alice.now()
    await bob.sends(room, "m.room.message", {"msgtype": "m.file", "body": "page.html", "url": mxc,
                                             "info": {"mimetype": "text/html"}})
    _, url = await link_of(alice, address, since)
    answer = await exchange("GET", url)
    assert answer.headers["content-disposition"].startswith("attachment"), answer.headers
    assert "text/html" not in answer.headers["content-type"], answer.headers


class Shop:
    """Where people have put their files: /large is over every limit."""

    def __init__(self):
        self.web = Web(self.answer)
        self.asked = []

    async def answer(self, request):
        self.asked.append(request.path)
        return Response(200, picture(21 << 20 if "large" in request.path else 2000), "image/png")

    async def __aenter__(self):
        await self.web.open()
        return self

    async def __aexit__(self, *_):
        await self.web.give_up()


def offer(url):
    return f"<body>{url}</body><x xmlns='jabber:x:oob'><url>{url}</url></x>"


async def a_file_from_xmpp_is_uploaded(stage):
    """XEP-0066 to m.image, with its size and that of the picture."""
    await stage.restart_gateway_with_media()
    alice, address, room, (bob,) = await stage.in_a_room()
    async with Shop() as shop:
        alice.send_xml(f"<message to='{address}' type='groupchat' id='f'>{offer(f'{shop.web.url}/cup.png')}</message>")
        event = await bob.sees("the picture", lambda each: each["content"].get("msgtype") == "m.image", room)
        content = event["content"]
        assert (content["info"]["w"], content["info"]["h"]) == (3, 2), content
        assert content["info"]["mimetype"] == "image/png" and content["info"]["size"] == 2000, content
        assert (content.get("filename") or content["body"]) == "cup.png", content
        assert (await bob.downloads(content["url"])).content == picture(2000)


async def what_is_too_large_stays_a_link(stage):
    await stage.restart_gateway_with_media()
    alice, address, room, (bob,) = await stage.in_a_room()
    if hasattr(stage.world, "homeserver"):
        stage.world.homeserver.largest_file = 1 << 20
    async with Shop() as shop:
        url = f"{shop.web.url}/large.png"
        alice.send_xml(f"<message to='{address}' type='groupchat' id='f'>{offer(url)}</message>")
        await bob.sees_text(url, room, stage.matrix_id("alice"))


async def nothing_of_this_machine_is_fetched(stage):
    """Where the configuration does not say so: the link is said, and nobody is asked."""
    alice, address, room, (bob,) = await stage.in_a_room()
    async with Shop() as shop:
        for url in (f"{shop.web.url}/secret.png", "http://169.254.169.254/latest/meta-data"):
            alice.send_xml(f"<message to='{address}' type='groupchat' id='f'>{offer(url)}</message>")
            await bob.sees_text(url, room, stage.matrix_id("alice"))
        assert shop.asked == [], shop.asked


ACTS = [a_picture_opens_without_a_token, an_encrypted_file_is_opened_with_the_key_of_its_message,
        large_pictures_and_videos_have_thumbnails, a_thumbnail_from_xmpp_goes_along, what_could_harm_is_only_saved,
        a_file_from_xmpp_is_uploaded, what_is_too_large_stays_a_link, nothing_of_this_machine_is_fetched]
