#include "backends/irc/config.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "backends/irc/client_certificate.hpp"
#include "backends/irc/ident.hpp"
#include "backends/irc/line_writer.hpp"
#include "base/text.hpp"

namespace dragoman::backends::irc {

namespace {

std::string local_part(std::string_view owner) { return std::string{owner.substr(0, owner.find('@'))}; }

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

std::optional<Encoding> read_encoding(Settings& settings, const std::string& key) {
  const std::string name = settings.text(key);
  if (name.empty()) return std::nullopt;
  const auto encoding = find_encoding(name);
  if (!encoding) {
    std::string known;
    for (const std::string& each : encoding_names()) known += (known.empty() ? "" : ", ") + each;
    settings.problem(key, '"' + name + "\" is not known; these are: " + known);
  }
  return encoding;
}

/// A channel's encoding counts both ways, as the network's does, until something else is said of what we write.
void read_encodings(Settings& settings, Encodings& encodings) {
  encodings.everywhere.in = encodings.everywhere.out = read_encoding(settings, "encoding");
  if (const auto out = read_encoding(settings, "encoding_out")) encodings.everywhere.out = out;
  const Casemap casemap = Casemap::rfc1459;  // the widest: no two channels of it are one elsewhere
  Settings both = settings.table("encodings"), out = settings.table("encodings_out");
  for (const std::string& channel : both.keys()) {
    const auto encoding = read_encoding(both, channel);
    encodings.of(casemap, channel) = {encoding, encoding};
  }
  for (const std::string& channel : out.keys()) encodings.of(casemap, channel).out = read_encoding(out, channel);
  both.finish();
  out.finish();
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

/// InspIRCd and Ergo refuse (468) anything but letters and digits; ten bytes are the shortest USERLEN in use.
std::string legal_username(std::string_view wish) {
  std::string name;
  for (const char c : text::ascii_lower(wish)) {
    const bool letter = c >= 'a' && c <= 'z';
    const bool digit = c >= '0' && c <= '9';
    if (letter || (digit && !name.empty())) name += c;
  }
  return name.substr(0, 9);
}

bool is_loopback(std::string_view host) { return host == "localhost" || host == "::1" || host.starts_with("127."); }

Config config_for(const Config& config, const Listed& server, bool is_listed) {
  Config one = config;
  one.networks.clear();
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
  read_encodings(settings, config.encodings);
  config.rename_when_taken = settings.choice("nickname_taken", "rename", {"rename", "refuse"}) == "rename";
  config.formatting = settings.flag("formatting", true);
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

Result<std::string> fill_realname(std::string_view pattern, std::string_view nickname, std::string_view owner) {
  const auto at = owner.find('@');
  std::string filled;
  while (!pattern.empty()) {
    const auto open = pattern.find('{');
    filled += pattern.substr(0, open);
    if (open == std::string_view::npos) break;
    const auto close = pattern.find('}', open);
    const std::string_view name =
        close == std::string_view::npos ? pattern.substr(open) : pattern.substr(open + 1, close - open - 1);
    if (name == "nick") {
      filled += nickname;
    } else if (name == "jid") {
      filled += owner;
    } else if (name == "user") {
      filled += owner.substr(0, at);
    } else if (name == "domain") {
      filled += at == std::string_view::npos ? std::string_view{} : owner.substr(at + 1);
    } else {
      return failure(Fault::malformed, "there is no {" + std::string{name} + "}: {nick}, {jid}, {user}, {domain}");
    }
    pattern.remove_prefix(close + 1);
  }
  return filled;
}

Login make_login(const Config& config, const chat::Account& account, std::string_view key) {
  const bool bot = account.owner.find('@') == std::string::npos;
  const Passwords passwords = split_passwords(account.password);
  Login login;
  login.owner = account.owner;
  login.bot = bot;
  login.nickname = !account.nickname.empty() ? account.nickname : account.settings.get("nick");
  login.username = legal_username(account.settings.get("username"));
  login.realname = account.settings.get("realname");
  login.server_password = Secret<std::string>{passwords.server};
  login.sasl.account = account.settings.get("account");
  if (login.sasl.account.empty()) login.sasl.account = login.nickname;
  login.sasl.password = Secret<std::string>{passwords.account};
  login.sasl.certificate = Secret<std::string>{passwords.certificate};
  login.sasl.mechanisms = config.mechanisms;
  login.registration.wanted = account.settings.get("new_account") == "1";
  login.registration.email = account.settings.get("email");
  if (bot) {
    if (!config.bot.nickname.empty()) login.nickname = config.bot.nickname;
    if (!config.bot.username.empty()) login.username = legal_username(config.bot.username);
    if (!config.bot.realname.empty()) login.realname = config.bot.realname;
    login.server_password = config.bot.password;
    login.sasl = config.bot.sasl;
  }
  if (config.webirc.wanted()) {
    login.webirc_password = config.webirc.password;
    login.webirc_gateway = config.webirc.gateway;
    login.webirc_address = address_for(config.webirc.prefix, key, account.owner);
  }
  login.encodings.everywhere.in = find_encoding(account.settings.get("encoding_in"));
  login.encodings.everywhere.out = find_encoding(account.settings.get("encoding_out"));
  login.sasl.tls = config.tls;
  login.sasl.clear_allowed = config.clear_allowed;
  if (const auto fingerprints = fingerprints_of(login.sasl.certificate)) {
    login.certificate_hint = certificate_hint(*fingerprints);
  }
  if (login.username.empty()) login.username = ident(key, account.owner);
  if (login.nickname.empty()) login.nickname = local_part(account.owner);
  if (login.realname.empty()) {
    const auto filled = fill_realname(config.realname_template, login.nickname, account.owner);
    login.realname = filled ? *filled : login.nickname;
  }
  return login;
}

// A line of IRC ends at LF, so no password contains one.
Secret<std::string> join_passwords(const Passwords& passwords) {
  std::string joined = passwords.account;
  if (!passwords.server.empty() || !passwords.certificate.empty()) joined += '\n' + passwords.server;
  if (!passwords.certificate.empty()) joined += '\n' + passwords.certificate;
  return Secret<std::string>{std::move(joined)};
}

Passwords split_passwords(const Secret<std::string>& secret) {
  const std::string& text = secret.reveal();
  const auto end = text.find('\n');
  if (end == std::string::npos) return {text, {}, {}};
  const auto second = text.find('\n', end + 1);
  if (second == std::string::npos) return {text.substr(0, end), text.substr(end + 1), {}};
  return {text.substr(0, end), text.substr(end + 1, second - end - 1), text.substr(second + 1)};
}

}  // namespace dragoman::backends::irc
