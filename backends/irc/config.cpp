#include "backends/irc/config.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "backends/irc/client_certificate.hpp"
#include "backends/irc/config_encodings.hpp"
#include "backends/irc/make_login.hpp"
#include "base/text.hpp"

namespace dragoman::backends::irc {

namespace {

/// The port that means TLS or its absence, where the operator does not say (RFC 7194).
constexpr std::uint16_t plain_port = 6667, tls_port = 6697;

void read_server(Settings& settings, Config& config) {
  const std::string server = settings.required("server", "host:port of the IRC server, e.g. \"irc.libera.chat:6697\"");
  if (const auto endpoint = net::parse_endpoint(server, config.tls ? tls_port : plain_port)) {
    config.server = *endpoint;
  } else if (!server.empty()) {
    settings.problem("server", endpoint.error().text);
  }
}

void read_networks(Settings& settings, Config& config) {
  if (settings.has("server")) {
    settings.problem("networks", "either server (one network) or networks (several) is given, not both");
  }
  const bool says_tls = settings.has("tls");
  for (const std::string& text : settings.texts("networks")) {
    if (text == "*") {
      config.any_server = true;
      continue;
    }
    const auto endpoint = net::parse_endpoint(text, config.tls ? tls_port : plain_port);
    if (!endpoint) {
      settings.problem("networks", endpoint.error().text);
      continue;
    }
    Listed listed{*endpoint, says_tls ? config.tls : endpoint->port != plain_port};
    listed.server.host = text::ascii_lower(listed.server.host);
    const bool twice = std::any_of(config.networks.begin(), config.networks.end(),
                                   [&](const Listed& other) { return other.server.host == listed.server.host; });
    if (twice) {
      settings.problem("networks",
                       listed.server.host + " stands there twice: addresses name a server by its host alone");
      continue;
    }
    config.networks.push_back(std::move(listed));
  }
  if (!config.in_parts()) settings.problem("networks", "name one server at least, e.g. \"irc.oftc.net:6697\"");
  config.most_networks = static_cast<std::size_t>(settings.number("most_networks", 5, 1, 1000));
}

void read_reconnect(Settings& settings, Config& config) {
  Settings table = settings.table("reconnect");
  config.reconnect_min = table.duration("min", config.reconnect_min);
  config.reconnect_max = table.duration("max", config.reconnect_max);
  if (config.reconnect_min <= Duration{} || config.reconnect_max < config.reconnect_min) {
    settings.problem("reconnect", "min must be above zero and not above max");
  }
  table.finish();
}

void read_flood(Settings& settings, Config& config) {
  if (settings.is_off("flood")) {
    config.flood.limited = false;
    return;
  }
  Settings table = settings.table("flood");
  config.flood.burst = static_cast<std::size_t>(table.number("burst", 10, 1, 1000));
  config.flood.interval = table.duration("interval", config.flood.interval);
  table.finish();
}

void read_line_limits(Settings& settings, Config& config) {
  constexpr std::int64_t most = 100'000;
  Shared::Lines& lines = config.lines;
  lines.paste =
      settings.is_off("paste_lines")
          ? 0
          : static_cast<std::size_t>(settings.number("paste_lines", static_cast<std::int64_t>(lines.paste), 1, most));
  lines.most = static_cast<std::size_t>(settings.number("most_lines", static_cast<std::int64_t>(lines.most), 1, most));
}

void check_mechanisms(Settings& settings, const char* key, const std::vector<std::string>& mechanisms) {
  for (const std::string& mechanism : mechanisms) {
    if (is_sasl_mechanism(mechanism)) continue;
    settings.problem(key, mechanism + " is not known: EXTERNAL, SCRAM-SHA-512, SCRAM-SHA-256 and PLAIN are");
  }
}

void read_certificate(Settings& settings, const std::string& file, SaslLogin& login) {
  std::ifstream in{file, std::ios::binary};
  Secret<std::string> pem{std::string{std::istreambuf_iterator<char>{in}, {}}};
  if (!in) return settings.problem("certificate", file + " cannot be read");
  const auto usable = fingerprints_of(pem);
  if (!usable) return settings.problem("certificate", file + ": " + usable.error().text);
  login.certificate = std::move(pem);
}

/// How people are logged in.
void read_login(Settings& settings, Config& config) {
  config.services = find_services(settings.choice("services", "none", services_names()));
  config.mechanisms = settings.texts("mechanisms");
  check_mechanisms(settings, "mechanisms", config.mechanisms);
  config.passwords_in_clear = settings.flag("passwords_in_clear", false);
  config.may_skip_verification = settings.flag("may_skip_verification", false);
  config.clear_allowed = config.passwords_in_clear || is_loopback(config.server.host);
}

void read_webirc(Settings& settings, Config& config) {
  if (!settings.has("webirc")) return;
  Settings table = settings.table("webirc");
  config.webirc.password =
      Secret<std::string>{table.required("password", "the password that the IRC server has for this gateway")};
  config.webirc.gateway = table.text("gateway", config.webirc.gateway);
  if (const auto prefix =
          parse_prefix(table.required("prefix", "an IPv6 prefix, for example \"fd12:3456:789a:1::/64\""))) {
    config.webirc.prefix = *prefix;
  } else if (table.has("prefix")) {
    table.problem("prefix", prefix.error().text);
  }
  table.finish();
}

/// How servers tell people apart.
void read_identity(Settings& settings, Config& config) {
  if (settings.has("identd")) {
    constexpr std::uint16_t auth = 113;
    const auto endpoint = net::parse_endpoint(settings.text("identd"), auth);
    if (endpoint) {
      config.identd = *endpoint;
    } else {
      settings.problem("identd", endpoint.error().text + "; e.g. \"0.0.0.0:113\"");
    }
  }
  if (auto sources = Sources::parse(settings.texts("source"))) {
    config.sources = std::move(*sources);
  } else {
    settings.problem("source", sources.error().text);
  }
  config.realname_template = settings.text("realname_template", config.realname_template);
  const auto filled = fill_realname(config.realname_template, "nick", "user@domain");
  if (!filled) settings.problem("realname_template", filled.error().text);
}

void read_bot(Settings& settings, Config& config) {
  config.bot.nickname = settings.text("nick");
  config.bot.username = settings.text("username");
  config.bot.realname = settings.text("realname");
  config.bot.password = Secret<std::string>{settings.text("password")};
  if (!settings.has("sasl")) return;
  Settings sasl = settings.table("sasl");
  config.bot.sasl.mechanisms = sasl.texts("mechanisms");
  config.bot.sasl.account = sasl.required("username", "the account to log in to");
  const std::string certificate = sasl.path("certificate");
  if (certificate.empty()) {
    config.bot.sasl.password = Secret<std::string>{sasl.required("password", "the password of that account")};
  } else {
    config.bot.sasl.password = Secret<std::string>{sasl.text("password")};
    read_certificate(sasl, certificate, config.bot.sasl);
  }
  check_mechanisms(sasl, "mechanisms", config.bot.sasl.mechanisms);
  sasl.finish();
}

}  // namespace

bool is_loopback(std::string_view host) { return host == "localhost" || host == "::1" || host.starts_with("127."); }

Config config_for(const Config& config, const Listed& server, bool is_listed) {
  Config one = config;
  one.networks.clear();
  one.encodings_of.clear();
  if (const auto found = config.encodings_of.find(server.server.host); found != config.encodings_of.end()) {
    one.encodings.take(found->second);
  }
  one.any_server = false;
  one.server = server.server;
  one.tls = server.tls;
  one.tls_options.host = server.server.host;
  one.public_only = !is_listed;
  one.clear_allowed = config.passwords_in_clear || is_loopback(server.server.host);
  return one;
}

Config read_config(Settings& settings) {
  Config config;
  config.tls = settings.flag("tls", true);
  if (settings.has("networks")) {
    read_networks(settings, config);
  } else {
    read_server(settings, config);
  }
  config.tls_options.host = config.server.host;
  config.tls_options.ca_file = settings.path("ca_file");
  config.tls_options.fingerprints = settings.texts("fingerprints");
  if (!config.tls && (!config.tls_options.ca_file.empty() || !config.tls_options.fingerprints.empty())) {
    settings.problem("tls", "ca_file and fingerprints mean nothing without tls = true");
  }
  read_encodings(settings, config);
  config.rename_when_taken = settings.choice("nickname_taken", "rename", {"rename", "refuse"}) == "rename";
  config.formatting = settings.flag("formatting", true);
  config.typing_in_channels = settings.flag("typing_in_channels", false);
  config.ctcp = {settings.flag("ctcp", true), settings.text("ctcp_source")};
  read_reconnect(settings, config);
  read_flood(settings, config);
  read_line_limits(settings, config);
  read_login(settings, config);
  read_webirc(settings, config);
  read_identity(settings, config);
  read_bot(settings, config);
  settings.finish();
  return config;
}

}  // namespace dragoman::backends::irc
