-- What Prosody has to be told about the gateway: put this into /etc/prosody/conf.d/dragoman.cfg.lua (or append it to
-- prosody.cfg.lua), put your own names and secret in, and `prosodyctl restart`. Tested with Prosody 0.12.
--
-- The component alone is enough. The privileges below (XEP-0356) are optional: with them people are not asked about the
-- gateway and each contact but find them in the roster with name and group, what they say with another client of the
-- network is shown as their own, and joined rooms become bookmarks of those who want that. They need the package
-- prosody-modules and "privilege" in the global modules_enabled, and "disco", "pep" and "bookmarks" as usual.

VirtualHost "example.org"
  -- Only needed when the gateway is not a subdomain of the host:
  -- disco_items = { { "irc.example.org", "IRC" } }

  -- privileged_entities = {
  --   ["irc.example.org"] = {
  --     roster = "both";
  --     message = "outgoing";
  --     iq = { ["http://jabber.org/protocol/pubsub"] = "both";
  --            ["http://jabber.org/protocol/pubsub#owner"] = "both";
  --            ["jabber:iq:private"] = "both" };
  --   };
  -- }

Component "irc.example.org"
  component_secret = "change me"                    -- the `secret` of the [[network]]
  component_conflict_resolve = "kick_old"           -- otherwise a restarted gateway is refused until the old link is gone
  -- modules_enabled = { "privilege" }              -- with privileged_entities above

-- Where texts that are too long for IRC are put, as a file with a link (XEP-0363); your clients use it too. A gateway of
-- this Prosody may upload; with http_file_share_access its domain has to be named.
-- Component "upload.example.org" "http_file_share"
--   http_file_share_access = { "example.org", "irc.example.org" }
--   http_file_share_daily_quota = 100*1024*1024    -- for the gateway as for one person

-- These are global and belong above the first VirtualHost. 5347 on loopback is Prosody's default; a longer stanza than
-- component_stanza_size_limit (default 512 KiB) would close the whole link.
-- component_ports = { 5347 }
-- component_interfaces = { "127.0.0.1" }
