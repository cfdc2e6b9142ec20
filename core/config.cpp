#include "config.hpp"

#include <algorithm>
#include <fstream>
#include <set>

#include "backends/registry.hpp"
#include "config_secret.hpp"
#include "gateway/room_history.hpp"
#include "xmpp/jid.hpp"

namespace dragoman {

namespace {

std::string list(const std::vector<std::string>& items) {
  std::string text;
  for (const std::string& item : items) text += (text.empty() ? "" : ", ") + item;
  return text;
}

/// secret = "..." or secret_file = "path" (its first line).
Secret<std::string> read_secret(Settings& network) {
  const bool inline_secret = network.has("secret"), in_file = network.has("secret_file");
  if (inline_secret && in_file) network.problem("secret_file", "give secret or secret_file, not both");
  if (!in_file) {
    return Secret<std::string>{
        network.required("secret", "the component's secret, as the XMPP server has it (or secret_file)")};
  }
  return Secret<std::string>{read_secret_file(network, "secret_file", "the component's secret")};
}

std::vector<std::string> read_jids(Settings& network, const std::string& key, std::vector<std::string> fallback) {
  std::vector<std::string> jids;
  for (const std::string& text : network.texts(key, std::move(fallback))) {
    if (text == "*") {
      jids.push_back(text);
      continue;
    }
    const auto jid = xmpp::Jid::parse(text);
    if (!jid || !jid->is_bare()) {
      network.problem(key, "'" + text + "' is neither a domain nor a bare JID");
      continue;
    }
    jids.push_back(jid->str());
  }
  return jids;
}

/// [network.contact]: URIs by kind.
xmpp::ContactAddresses read_contact(Settings network) {
  xmpp::ContactAddresses contact;
  Settings table = network.table("contact");
  for (const std::string_view kind : xmpp::contact_kinds) {
    std::vector<std::string> addresses = table.texts(kind);
    for (const std::string& address : addresses) {
      const std::size_t scheme = address.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789+-.");
      if (scheme != std::string::npos && scheme > 0 && address[scheme] == ':' && scheme + 1 < address.size()) continue;
      table.problem(kind, "'" + address + "' is no URI; write mailto:, xmpp: or https: before it");
    }
    if (!addresses.empty()) contact.emplace_back(kind, std::move(addresses));
  }
  table.finish();
  return contact;
}

/// avatar = "file.png"
std::optional<xmpp::Avatar> read_avatar(Settings& network) {
  const std::string path = network.path("avatar");
  if (path.empty()) return std::nullopt;
  std::ifstream file{path, std::ios::binary};
  if (!file) {
    network.problem("avatar", "cannot read '" + path + "'");
    return std::nullopt;
  }
  std::string bytes(xmpp::most_avatar_bytes + 1, '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  auto avatar = xmpp::make_avatar(bytes);
  if (!avatar) network.problem("avatar", "'" + path + "' is no PNG, JPEG, GIF or WebP of at most 64 KiB");
  return avatar;
}

void read_limits(Settings network, gateway::Policy& policy) {
  Settings limits = network.table("limits");
  policy.rooms_per_jid = static_cast<std::size_t>(
      limits.number("rooms_per_jid", static_cast<std::int64_t>(policy.rooms_per_jid), 1, 10000));
  policy.rooms_per_minute = static_cast<int>(limits.number("rooms_per_minute", policy.rooms_per_minute, 1, 100000));
  policy.messages_per_minute =
      static_cast<int>(limits.number("messages_per_minute", policy.messages_per_minute, 0, 1000000));
  policy.registrations_per_hour =
      static_cast<int>(limits.number("registrations_per_hour", policy.registrations_per_hour, 1, 100000));
  policy.connections_per_jid = static_cast<std::size_t>(
      limits.number("connections_per_jid", static_cast<std::int64_t>(policy.connections_per_jid), 1, 1000));
  policy.contacts_per_jid = static_cast<std::size_t>(
      limits.number("contacts_per_jid", static_cast<std::int64_t>(policy.contacts_per_jid), 1, 100000));
  auto& delivery = policy.delivery;
  delivery.room_patience = limits.duration("room_patience", delivery.room_patience);
  delivery.person_patience = limits.duration("person_patience", delivery.person_patience);
  delivery.rows_per_owner = static_cast<std::size_t>(
      limits.number("waiting_messages", static_cast<std::int64_t>(delivery.rows_per_owner), 1, 1000000));
  limits.finish();
}

/// upload = "upload.example.org", or false.
void read_upload(Settings& network, NetworkEntry& entry) {
  entry.upload_ca_file = network.path("upload_ca_file");
  entry.upload.enabled = !network.is_off("upload");
  if (!entry.upload.enabled) return;
  const std::string address = network.text("upload");
  if (address.empty()) return;
  const auto jid = xmpp::Jid::parse(address);
  if (jid && jid->is_domain()) {
    entry.upload.address = jid->str();
  } else {
    network.problem("upload", "'" + address + "' is not a domain; write it like \"upload.example.org\"");
  }
}

xmpp::Release read_release(Settings table, const std::string& kind) {
  xmpp::Release release;
  release.kind = kind;
  release.version = table.required("version", "the version that can be had, e.g. \"0.9.2\"");
  release.description = table.text("description");
  release.url = table.text("url");
  release.mandatory = table.choice("priority", "optional", {"optional", "mandatory"}) == "mandatory";
  return release;
}

/// [autoupdate], with [autoupdate.beta] and [autoupdate.dev]: which versions jabber:iq:autoupdate tells of.
std::vector<xmpp::Release> read_releases(Settings& file) {
  std::vector<xmpp::Release> releases;
  if (!file.has("autoupdate")) return releases;
  Settings table = file.table("autoupdate");
  releases.push_back(read_release(table, "release"));
  for (const char* kind : {"beta", "dev"}) {
    if (!table.has(kind)) continue;
    Settings inner = table.table(kind);
    releases.push_back(read_release(inner, kind));
    inner.finish();
  }
  table.finish();
  return releases;
}

NetworkEntry read_network(Settings network, Config& config) {
  NetworkEntry entry;
  entry.table = network;
  entry.jid = network.required("jid", "the domain of this gateway, e.g. \"irc.example.org\"");
  if (!entry.jid.empty()) {
    const auto jid = xmpp::Jid::parse(entry.jid);
    if (!jid || !jid->is_domain()) {
      network.problem("jid", "'" + entry.jid + "' is not a domain; write it like \"irc.example.org\"");
    } else {
      entry.jid = jid->str();
    }
  }
  entry.secret = read_secret(network);
  entry.name = network.text("name");
  const std::vector<std::string> kinds = backends::kinds();
  entry.backend = network.required("backend", "one of: " + list(kinds));
  const bool known = std::find(kinds.begin(), kinds.end(), entry.backend) != kinds.end();
  if (!entry.backend.empty() && !known) {
    network.problem("backend", "this program has no backend '" + entry.backend + "'; it has: " + list(kinds));
  }

  using Registration = gateway::Policy::Registration;
  const std::string registration =
      network.choice("registration", "optional", {"optional", "required", "invited", "closed"});
  entry.policy.registration = registration == "required"  ? Registration::required
                              : registration == "invited" ? Registration::invited
                              : registration == "closed"  ? Registration::closed
                                                          : Registration::optional;
  const std::size_t dot = entry.jid.find('.');
  std::vector<std::string> parent;
  if (dot != std::string::npos) parent.push_back(entry.jid.substr(dot + 1));
  entry.policy.allow = read_jids(network, "allow", parent);
  if (entry.policy.allow.empty()) network.problem("allow", "nobody could use this gateway; name domains or JIDs");
  if (std::find(entry.policy.allow.begin(), entry.policy.allow.end(), "*") != entry.policy.allow.end()) {
    config.warnings.push_back(network.where("allow") + ": allow = [\"*\"] lets everybody on every XMPP server use " +
                              entry.jid);
  }
  entry.policy.admins = read_jids(network, "admins", {});
  entry.policy.contact = read_contact(network);
  entry.policy.avatar = read_avatar(network);
  entry.policy.welcome = network.flag("welcome", entry.policy.welcome);
  entry.policy.history_on_join = static_cast<std::size_t>(network.number(
      "history_on_join", static_cast<std::int64_t>(entry.policy.history_on_join), 0, gateway::most_history));
  entry.policy.url = network.text("url");
  using LegacyKey = gateway::Policy::LegacyKey;
  const std::string legacy_key = network.choice("legacy_key", "offer", {"off", "offer", "require"});
  entry.policy.legacy_key = legacy_key == "off"       ? LegacyKey::off
                            : legacy_key == "require" ? LegacyKey::require
                                                      : LegacyKey::offer;
  entry.policy.directory = network.flag("directory", false);
  using Groupchat1 = gateway::Policy::Groupchat1;
  const std::string groupchat1 = network.choice("groupchat1", "auto", {"auto", "always", "never"});
  entry.policy.groupchat1 = groupchat1 == "always"  ? Groupchat1::always
                            : groupchat1 == "never" ? Groupchat1::never
                                                    : Groupchat1::automatic;
  entry.policy.linger = network.duration("linger", entry.policy.linger);
  read_limits(network, entry.policy);
  read_upload(network, entry);
  if (known) entry.settings = network.table(entry.backend);
  network.finish();
  return entry;
}

}  // namespace

Config read_config(const std::string& path) {
  Config config;
  config.file = Settings::from_file(path);
  Settings& file = config.file;

  Settings xmpp = file.table("xmpp");
  const std::string server = xmpp.text("server", "127.0.0.1:5347");
  if (auto endpoint = net::parse_endpoint(server, 5347)) {
    config.server = *endpoint;
  } else {
    xmpp.problem("server", endpoint.error().text + "; write host:port, e.g. \"127.0.0.1:5347\"");
  }
  xmpp.finish();

  Settings store = file.table("store");
  config.store.path = store.required("path", "the database, e.g. \"/var/lib/dragoman/dragoman.db\"");
  config.store.key_file = store.text("key_file", config.store.path.empty() ? "" : config.store.path + ".key");
  store.finish();

  Settings logging = file.table("log");
  log::parse_level(logging.choice("level", "info", {"error", "warn", "info", "debug", "trace"}), config.level);
  logging.finish();

  config.admin = read_admin(file, config.store.path, config.warnings);
  config.http = read_http(file, config.warnings);
  config.media = read_media(file);

  const std::vector<xmpp::Release> releases = read_releases(file);
  std::set<std::string> jids;
  for (Settings& network : file.tables("network")) {
    config.networks.push_back(read_network(network, config));
    config.networks.back().policy.releases = releases;
    const std::string& jid = config.networks.back().jid;
    if (config.networks.back().backend == "webhook" && !config.http.listen) {
      network.problem("backend",
                      "programs reach webhooks at the public listener: add [http] with listen = \"127.0.0.1:8480\" and "
                      "public_url");
    }
    Settings& settings = config.networks.back().settings;
    constexpr const char* mode = "mode";  // a key of [network.matrix], which only together with [http] makes sense
    if (config.networks.back().backend == "matrix" && !config.http.listen && settings.has(mode) &&
        settings.text(mode) == "appservice") {
      settings.problem(mode,
                       "the homeserver reaches an application service at the public listener: add [http] with listen = "
                       "\"127.0.0.1:8480\" and public_url");
    }
    if (!jid.empty() && !jids.insert(jid).second)
      network.problem("jid", "there is another [[network]] with jid '" + jid + "'");
  }
  config.bridges = read_bridges(file);
  config.link = read_link(file.table("link"));
  if (config.networks.empty()) file.problem("", "there is no [[network]]; add one with jid, secret and backend");
  file.finish();
  return config;
}

}  // namespace dragoman
