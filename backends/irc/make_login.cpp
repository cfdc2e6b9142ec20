#include "backends/irc/make_login.hpp"

#include "backends/irc/client_certificate.hpp"
#include "backends/irc/ident.hpp"
#include "backends/irc/speaker.hpp"
#include "base/text.hpp"

namespace dragoman::backends::irc {

namespace {

std::string local_part(std::string_view owner) { return std::string{owner.substr(0, owner.find('@'))}; }

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
  const bool speaker = is_speaker(account);
  const bool bot = !speaker && account.owner.find('@') == std::string::npos;
  const Passwords passwords = split_passwords(account.password);
  Login login;
  login.owner = account.owner;
  login.bot = bot;
  login.deaf = speaker;
  if (speaker) login.nick_suffix = account.settings.get("nick_suffix");
  login.nickname = !account.nickname.empty() ? account.nickname : account.settings.get("nick");
  login.username = legal_username(account.settings.get("username"));
  login.realname = account.settings.get("realname");
  login.realname_chosen = bot || !login.realname.empty() || config.realname_template != default_realname_template;
  login.server_password = Secret<std::string>{passwords.server};
  login.sasl.account = account.settings.get("account");
  if (login.sasl.account.empty()) login.sasl.account = login.nickname;
  login.sasl.password = Secret<std::string>{passwords.account};
  login.sasl.certificate = Secret<std::string>{passwords.certificate};
  login.sasl.mechanisms = config.mechanisms;
  if (account.settings.get("new_account") == "1") login.registration.change().wanted = true;
  if (const std::string email = account.settings.get("email"); !email.empty())
    login.registration.change().email = email;
  if (bot) {
    if (account.nickname.empty()) login.nickname = config.bot.nickname;  // a leg's own wish counts before it
    if (!config.bot.username.empty()) login.username = legal_username(config.bot.username);
    if (!config.bot.realname.empty()) login.realname = config.bot.realname;
    login.server_password = config.bot.password;
    login.sasl = config.bot.sasl;
  }
  if (config.webirc.wanted()) {
    login.webirc.change() = {config.webirc.password, config.webirc.gateway,
                             address_for(config.webirc.prefix, key, account.owner)};
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
