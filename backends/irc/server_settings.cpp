#include "backends/irc/server_settings.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "backends/irc/after_connect.hpp"
#include "backends/irc/charset.hpp"
#include "backends/irc/make_login.hpp"
#include "backends/irc/new_account_form.hpp"
#include "base/text.hpp"

namespace dragoman::backends::irc {

namespace {

using SettingKind = chat::Field::Kind;

constexpr std::int64_t most_throttle = 100;
constexpr std::size_t longest_setting = 300, most_lines_after_connect = 20;

chat::Field server_field(SettingKind kind, std::string name, std::string label, std::string description) {
  chat::Field made;
  made.kind = kind;
  made.name = std::move(name);
  made.label = std::move(label);
  made.description = std::move(description);
  return made;
}

/// "6697;7000" -> {6697, 7000}; nothing: something there is no port.
std::optional<std::vector<std::uint16_t>> read_ports(std::string_view text) {
  std::vector<std::uint16_t> ports;
  std::string spaced{text};
  std::replace_if(
      spaced.begin(), spaced.end(), [](char c) { return c == ';' || c == ','; }, ' ');
  for (const std::string_view each : text::split(spaced, ' ')) {
    if (each.empty()) continue;
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(each.data(), each.data() + each.size(), port);
    if (error != std::errc{} || end != each.data() + each.size() || port == 0) return std::nullopt;
    ports.push_back(port);
  }
  return ports;
}

std::string list_of(const std::vector<std::uint16_t>& ports) {
  std::string all;
  for (const std::uint16_t port : ports) all += (all.empty() ? "" : ", ") + std::to_string(port);
  return all;
}

Error wrong(std::string_view field, std::string_view why) {
  return failure(Fault::unacceptable, std::string{field} + ": " + std::string{why});
}

chat::Field encoding_choice(std::string name, std::string label, std::string description) {
  chat::Field made = server_field(SettingKind::choice, std::move(name), std::move(label), std::move(description));
  made.options.emplace_back("", "as the gateway has it");
  for (std::string& each : encoding_names()) made.options.emplace_back(each, each);
  return made;
}

void add_ports(const ServerRules& rules, chat::Form& form) {
  const std::string some = "Some of " + list_of(rules.ports) + ", tried one after the other";
  form.fields.push_back(
      server_field(SettingKind::text, "tls_ports", "Ports with TLS", some + "; both empty: as the gateway has it"));
  form.fields.push_back(
      server_field(SettingKind::text, "ports", "Ports without TLS",
                   some + ", only when there are none with TLS: everybody on the way can read along"));
  if (rules.unverified) {
    form.fields.push_back(server_field(SettingKind::boolean, "verify_cert", "Verify the certificate",
                                       "Without it somebody on the way may pretend to be the server"));
  }
  form.fields.push_back(server_field(SettingKind::text, "fingerprint", "Fingerprint of the certificate",
                                     "SHA-256; when given, only this certificate is trusted"));
}

Result<void> check_ports(const ServerRules& rules, const char* name, const chat::Fields& answers) {
  const auto ports = read_ports(answers.get(name));
  if (!ports) return wrong(name, "numbers with ; between them belong there, for example 6697;7000");
  for (const std::uint16_t port : *ports) {
    if (std::find(rules.ports.begin(), rules.ports.end(), port) == rules.ports.end()) {
      return wrong(name, "only " + list_of(rules.ports) + " can be connected to from here");
    }
  }
  return {};
}

Result<void> check(const ServerRules& rules, const chat::Fields& answers) {
  for (const auto& [name, values] : answers.all()) {
    for (const std::string& value : values) {
      if (text::without_controls(value, false) != value) {
        return wrong(name, "line breaks and control characters are not possible");
      }
      if (value.size() > longest_setting) return wrong(name, "at most " + std::to_string(longest_setting) + " bytes");
    }
  }
  if (rules.way) {
    for (const char* name : {"tls_ports", "ports"}) {
      if (const auto right = check_ports(rules, name, answers); !right) return right.error();
    }
    const std::string& fingerprint = answers.get("fingerprint");
    if (const auto read = net::parse_fingerprint(fingerprint); !fingerprint.empty() && !read) {
      return wrong("fingerprint", read.error().text);
    }
  }
  if (answers.get("bouncer_network").find_first_of(" :") != std::string::npos) {
    return wrong("bouncer_network", "the number of a network contains no space and no colon");
  }
  for (const char* name : {"encoding_in", "encoding_out"}) {
    if (!answers.get(name).empty() && !find_encoding(answers.get(name)))
      return wrong(name, "there is no such encoding");
  }
  const auto lines = answers.all().find("after_connect_commands");
  if (lines == answers.all().end()) return {};
  if (lines->second.size() > most_lines_after_connect) {
    return wrong(lines->first, "at most " + std::to_string(most_lines_after_connect) + " lines");
  }
  for (const std::string& line : lines->second) {
    if (const auto right = check_after_connect(line); !right) return wrong(lines->first, right.error().text);
  }
  return {};
}

void take_password(const chat::Fields& answers, const char* name, std::string& password) {
  const std::string& answer = answers.get(name);
  if (answer == "-") {
    password.clear();
  } else if (!answer.empty()) {
    password = answer;
  }
}

}  // namespace

ServerRules rules_of(const Config& of_server, bool several, const AccountOffer& offer) {
  ServerRules rules;
  rules.offer = offer;
  rules.way = several;
  rules.unverified = of_server.may_skip_verification;
  rules.ports = {6667, 6697, 7000};
  const bool known = std::find(rules.ports.begin(), rules.ports.end(), of_server.server.port) != rules.ports.end();
  if (!known) rules.ports.push_back(of_server.server.port);
  return rules;
}

chat::Form server_form(const ServerRules& rules, const chat::Account& account) {
  chat::Form form;
  form.title = account.part.empty() ? "IRC server" : account.part;
  form.instructions = "What you set here is for this server alone, from the next connection on.";
  if (rules.way) {
    form.fields.push_back(
        server_field(SettingKind::text, "nick", "Nickname", "Empty: that of your account, or of your first room"));
    form.fields.push_back(server_field(SettingKind::text, "username", "Username", "The part before the host"));
    form.fields.push_back(server_field(SettingKind::text, "realname", "Real name", "Shown by /whois"));
    form.fields.push_back(server_field(SettingKind::text, "account", "Account",
                                       "Name of your registered account there; empty: the nickname"));
    form.fields.push_back(server_field(SettingKind::secret, "sasl_password", "Password",
                                       "Of your registered account (SASL); empty: unchanged, - for none"));
    add_new_account(form, account.part_settings, rules.offer);
    form.fields.push_back(server_field(SettingKind::secret, "pass", "Server password",
                                       "Only for servers that ask for one; empty: unchanged, - for none"));
    add_ports(rules, form);
  }
  form.fields.push_back(server_field(SettingKind::lines, "after_connect_commands", "Commands after connecting",
                                     "IRC commands, one a line, for example MODE alice +R"));
  form.fields.push_back(server_field(SettingKind::text, "bouncer_network", "Network of the bouncer",
                                     "Only for bouncers that have several (soju): the number of one, as the command "
                                     "\"bouncer\" lists them"));
  form.fields.push_back(encoding_choice("encoding_in", "Encoding of old clients", "Of lines that are not UTF-8"));
  form.fields.push_back(
      encoding_choice("encoding_out", "Encoding of what you write", "Only for servers without UTF-8"));
  chat::Field throttle =
      server_field(SettingKind::number, "throttle_limit", "Lines at a time",
                   "That may be unanswered when the server answers nothing; 0: as the gateway has it");
  throttle.most = most_throttle;
  form.fields.push_back(std::move(throttle));
  for (chat::Field& each : form.fields) {
    const auto set = account.part_settings.all().find(each.name);
    if (set != account.part_settings.all().end()) each.values = set->second;
    if (each.values.empty() && each.name == "verify_cert") each.values = {"1"};
    if (each.values.empty() && each.name == "throttle_limit") each.values = {"0"};
  }
  return form;
}

Result<chat::Account> read_server(const ServerRules& rules, const chat::Fields& answers, const chat::Account& account) {
  if (const auto right = check(rules, answers); !right) return right.error();
  chat::Account changed = account;
  chat::Fields settings;
  const chat::Form form = server_form(rules, account);
  for (const chat::Field& each : form.fields) {
    if (each.kind == SettingKind::secret) continue;
    // A client that leaves a field out leaves it as it is.
    const auto& from = answers.has(each.name) ? answers.all() : account.part_settings.all();
    const auto found = from.find(each.name);
    if (found == from.end()) continue;
    std::vector<std::string> values;
    for (const std::string& value : found->second) {
      if (!text::trim(value).empty()) values.emplace_back(text::trim(value));
    }
    if (!values.empty()) settings.set(each.name, std::move(values));
  }
  changed.part_settings = std::move(settings);
  Passwords passwords = split_passwords(account.part_password);
  take_password(answers, "sasl_password", passwords.account);
  take_password(answers, "pass", passwords.server);
  const auto complete = check_new_account(changed.part_settings, {"sasl_password", passwords.account}, rules.offer);
  if (!complete) return complete.error();
  changed.part_password = join_passwords(passwords);
  return changed;
}

void apply_server_settings(const ServerRules& rules, const chat::Account& account, Login& login) {
  const chat::Fields& set = account.part_settings;
  login.after_connect =
      set.has("after_connect_commands") ? set.all().at("after_connect_commands") : std::vector<std::string>{};
  if (const auto encoding = find_encoding(set.get("encoding_in"))) login.encodings.everywhere.in = encoding;
  if (const auto encoding = find_encoding(set.get("encoding_out"))) login.encodings.everywhere.out = encoding;
  login.bouncer_network = set.get("bouncer_network");
  std::size_t limit = 0;
  const std::string& throttle = set.get("throttle_limit");
  std::from_chars(throttle.data(), throttle.data() + throttle.size(), limit);
  login.burst = std::min<std::size_t>(limit, most_throttle);
  if (!rules.way) return;
  if (!set.get("username").empty()) login.username = legal_username(set.get("username"));
  if (!set.get("realname").empty()) {
    login.realname = set.get("realname");
    login.realname_chosen = true;
  }
  if (!set.get("account").empty()) login.sasl.account = set.get("account");
  login.registration.change() = {set.flag("new_account"), set.get("email"), {}};
  const Passwords passwords = split_passwords(account.part_password);
  if (!passwords.account.empty()) login.sasl.password = Secret<std::string>{passwords.account};
  if (!passwords.server.empty()) login.server_password = Secret<std::string>{passwords.server};
}

Route route_of(const ServerRules& rules, const chat::Account& account) {
  Route route;
  if (!rules.way) return route;
  const chat::Fields& set = account.part_settings;
  const auto add = [&](const char* name, bool tls) {
    for (const std::uint16_t port : read_ports(set.get(name)).value_or(std::vector<std::uint16_t>{})) {
      if (std::find(rules.ports.begin(), rules.ports.end(), port) != rules.ports.end())
        route.ways.push_back({port, tls});
    }
  };
  add("tls_ports", true);
  // Never from TLS to none by itself.
  if (route.ways.empty()) add("ports", false);
  route.verify = !rules.unverified || !set.has("verify_cert") || set.flag("verify_cert");
  if (!set.get("fingerprint").empty()) route.fingerprints = {set.get("fingerprint")};
  return route;
}

}  // namespace dragoman::backends::irc
