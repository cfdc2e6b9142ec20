#!/usr/bin/python3
"""What a gateway with privileges does (XEP-0356), on servers that grant them as config/prosody.cfg.lua and
config/ejabberd.yml say it."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from stage import GATEWAY_DOMAIN, GATEWAY_SECRET, PASSWORD, USERS, Stage, play, run_suite

from acts import privileges    # after the stage, which knows the way
from servers import Ejabberd
from suite import Skip

PROSODY = f"""\
  privileged_entities = {{
    ["{GATEWAY_DOMAIN}"] = {{
      roster = "both"; message = "outgoing";
      iq = {{ ["http://jabber.org/protocol/pubsub"] = "both";
             ["http://jabber.org/protocol/pubsub#owner"] = "both";
             ["jabber:iq:private"] = "both" }};
    }};
  }}
"""
EJABBERD = f"""\
  mod_mam: {{ default: always }}
  mod_privilege:
    roster:  {{ both: gateways }}
    message: {{ outgoing: gateways }}
acl:
  gateways: {{ server: ["{GATEWAY_DOMAIN}"] }}
access_rules:
  gateways: {{ allow: gateways }}
"""


class PrivilegedStage(Stage):
    why_no_copies = ""    # in the archive of the person in whose name something is said

    def __init__(self, stack, binary, xmpp_server="prosody"):
        self.stack, self.binary = stack, binary
        settings = {"users": {name: PASSWORD for name in USERS}, "components": {GATEWAY_DOMAIN: GATEWAY_SECRET}}
        if xmpp_server == "ejabberd":
            self.why_no_copies = ("ejabberd before 23.10 archives nothing that a component says for a person, and its "
                                  "clients get their copies from the gateway (ejabberd#3990)")
            self.xmpp_server = stack.add(Ejabberd(stack.folder_for("ejabberd"), extra=EJABBERD, **settings))
        else:
            if not Path("/usr/lib/prosody/modules/mod_privilege").exists():
                raise Skip("mod_privilege is needed: apt-get install --no-install-recommends prosody-modules")
            self.xmpp_server = stack.prosody(modules=("privilege",), component_modules=("privilege",), extra=PROSODY,
                                             **settings)
        self.irc_server = stack.ngircd()
        self.gateway = None
        self.people = []


if __name__ == "__main__":
    run_suite("live/privileges", {
        **{f"prosody/{act.__name__}": play(act, stage=PrivilegedStage) for act in (
            privileges.the_roster_is_written, privileges.rooms_become_bookmarks_of_who_wants_it,
            privileges.own_words_from_elsewhere_are_copied,
            privileges.own_words_from_elsewhere_are_in_ones_own_archive)},
        **{f"ejabberd/{act.__name__}": play(act, "ejabberd", PrivilegedStage) for act in (
            privileges.where_the_roster_cannot_be_written_people_are_asked,
            privileges.own_words_from_elsewhere_are_copied,
            privileges.own_words_from_elsewhere_are_in_ones_own_archive)}})
