#include "verbs/init_text.hpp"

#include <string_view>

#include "base/toml_text.hpp"

namespace dragoman::verbs {

namespace {

bool is_here(const std::string& host) { return host == "localhost" || host == "::1" || host.starts_with("127."); }

std::string quoted_list(const std::vector<std::string>& items) {
  std::string list;
  for (const std::string& item : items) list += (list.empty() ? "" : ", ") + toml_quoted(item);
  return "[" + list + "]";
}

/// Puts the values in the place of their names. No name is the beginning of another one; values are not looked into.
std::string fill_in(std::string_view pattern, const std::vector<std::pair<std::string_view, std::string>>& values) {
  std::string text;
  while (!pattern.empty()) {
    const auto* found = &values.front();
    const auto* end = found + values.size();
    while (found != end && !pattern.starts_with(found->first)) ++found;
    text += found == end ? std::string{pattern.front()} : found->second;
    pattern.remove_prefix(found == end ? 1 : found->first.size());
  }
  return text;
}

constexpr std::string_view configuration =
    R"(# A gateway to $WORLD, written by `dragoman init`. `man dragoman.toml` describes every key.
# After a change: dragoman check --config THIS-FILE, then reload the gateway (SIGHUP, systemctl reload). Unknown keys
# are errors.

[xmpp]
# The XMPP server's port for components. This connection is not encrypted: it belongs on loopback or into a private
# network.
server = $SERVER

[store]
# Messages and accounts. The key of the passwords stands beside it, in .key. `dragoman backup` makes copies.
path = $DATABASE

[log]
# error | warn | info | debug | trace
level = "info"

# [admin]
# Metrics, health and a status page: admins write "web" to the gateway for a link. It belongs on loopback.
# listen = "127.0.0.1:8481"

# [http]
# For strangers, behind a web server with a certificate: files behind links, webhooks. $NEEDED
# listen     = "127.0.0.1:8480"
# public_url = "https://gateway.example.org"
# trusted_proxies = ["127.0.0.1"]

[[network]]
# The component: the XMPP server knows it by the same name and secret.
jid     = $DOMAIN
secret  = $SECRET
backend = $BACKEND
# What people see.
# name  = "Our $WORLD"
# Who may use it: domains or addresses. "*" is everybody, and what they do there comes from this machine's address.
allow   = $ALLOW
# Who gets the operator's commands, in a chat with the gateway too.
# admins = ["admin@example.org"]
# optional: joining a room is enough, who registers gets more | required | closed
registration = $REGISTRATION

  # Whom people turn to, as URIs.
  # [network.contact]
  # abuse = ["mailto:abuse@example.org"]

$TABLE)";

constexpr std::string_view irc_table = R"(  [network.irc]
  server = $IRC
  # With TLS the server's certificate is verified. For one that no authority signed: ca_file, or its fingerprint, which
  # `dragoman check` shows.
  tls    = $TLS
  # ca_file      = "/etc/dragoman/irc-ca.pem"
  # fingerprints = ["..."]
  # Lines at once, then one an interval; false on a server of your own.
  # flood = { burst = 10, interval = "2s" }
)";

constexpr std::string_view matrix_table = R"(  [network.matrix]
  # Whose accounts are used: a name (matrix.org) or the URL of its client-server API. Left out, people name theirs.
  $HOMESERVER
  # true: people may name another one, which is asked at public addresses and over TLS only.
  # any_homeserver = false
  # ca_file        = "/etc/dragoman/hs-ca.pem"

  # The account that speaks for bridges.
  # [network.matrix.relay]
  # user     = "@bridge:matrix.org"
  # password = "change me"
)";

constexpr std::string_view prosody = R"(-- dragoman, the gateway $DOMAIN
Component $QUOTED_DOMAIN
  component_secret = $SECRET
  component_conflict_resolve = "kick_old"    -- a restarted gateway is let in at once
)";

constexpr std::string_view prosody_ports = R"(-- These are global and belong above the first VirtualHost:
-- component_ports = { $PORT }
-- component_interfaces = { $INTERFACE }    -- the secret and all messages go there unencrypted
)";

constexpr std::string_view ejabberd = R"(# dragoman, the gateway $DOMAIN: one more listener
listen:
  - port: $PORT
    ip: $INTERFACE
    module: ejabberd_service
    access: all
    global_routes: false    # otherwise every component gets the stanzas of all
    check_from: true
    max_stanza_size: 1048576
    hosts:
      $QUOTED_DOMAIN: { password: $SECRET }
)";

std::string interface_of(const Answers& answers) {
  return toml_quoted(is_here(answers.component_port.host) ? "127.0.0.1" : "::");
}

}  // namespace

std::string configuration_text(const Answers& answers, const Secret<std::string>& secret) {
  const bool is_irc = answers.network == Answers::Network::irc;
  const std::string homeserver =
      answers.homeserver.empty() ? R"(# homeserver = "matrix.org")" : "homeserver = " + toml_quoted(answers.homeserver);
  const std::string table = is_irc ? fill_in(irc_table, {{"$IRC", toml_quoted(net::to_string(answers.irc))},
                                                         {"$TLS", answers.irc_tls ? "true" : "false"}})
                                   : fill_in(matrix_table, {{"$HOMESERVER", homeserver}});
  return fill_in(configuration,
                 {{"$SERVER", toml_quoted(net::to_string(answers.component_port))},
                  {"$DATABASE", toml_quoted(answers.database)},
                  {"$DOMAIN", toml_quoted(answers.domain)},
                  {"$SECRET", toml_quoted(secret.reveal())},
                  {"$ALLOW", quoted_list(answers.allow)},
                  {"$WORLD", is_irc ? "IRC" : "Matrix"},
                  {"$NEEDED", is_irc ? "IRC needs none of it." : "Without it files of Matrix cannot be opened."},
                  {"$BACKEND", is_irc ? R"("irc")" : R"("matrix")"},
                  {"$REGISTRATION", is_irc ? R"("optional")" : R"("required")"},
                  {"$TABLE", table}});
}

std::string server_snippet(const Answers& answers, const Secret<std::string>& secret) {
  const std::string port = std::to_string(answers.component_port.port);
  const bool is_prosody = answers.server == Answers::Server::prosody;
  const bool usual = answers.component_port.port == 5347 && is_here(answers.component_port.host);
  std::string pattern{is_prosody ? prosody : ejabberd};
  if (is_prosody && !usual) pattern += prosody_ports;
  return fill_in(pattern, {{"$QUOTED_DOMAIN", toml_quoted(answers.domain)},
                           {"$DOMAIN", answers.domain},
                           {"$SECRET", toml_quoted(secret.reveal())},
                           {"$PORT", port},
                           {"$INTERFACE", interface_of(answers)}});
}

std::string server_steps(const Answers& answers) {
  switch (answers.server) {
    case Answers::Server::prosody:
      return "Put the lines above into /etc/prosody/conf.d/" + answers.domain +
             ".cfg.lua (or at the end of\n     prosody.cfg.lua), then: systemctl restart prosody";
    case Answers::Server::ejabberd:
      return "Put the lines above into /etc/ejabberd/ejabberd.yml, what stands below listen: below the listen:\n"
             "     that is there, then: ejabberdctl reload_config";
  }
  return {};
}

}  // namespace dragoman::verbs
