#include "backends/irc/services.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace dragoman::backends::irc {

namespace {

// Read from the help of Atheme 7.2, Anope 2.0, Ergo 2.15, OFTC and Q: how one logs in and gets a nickname back.
constexpr auto dialects = std::to_array<ServicesDialect>({
    {"atheme",
     "NickServ",
     "IDENTIFY {account} {password}",
     "REGISTER {password} {email}",
     {"REGAIN {nick} {password}", "RELEASE {nick} {password}"}},
    {"anope",
     "NickServ",
     "IDENTIFY {account} {password}",
     "REGISTER {password} {email}",
     {"RECOVER {nick} {password}", "RELEASE {nick} {password}"}},
    {"ergo", "NickServ", "IDENTIFY {account} {password}", "REGISTER {password}", {"GHOST {nick}", ""}},
    {"oftc",
     "NickServ",
     "IDENTIFY {password} {account}",
     "REGISTER {password} {email}",
     {"REGAIN {nick} {password}", "RELEASE {nick} {password}"}},
    {"quakenet", "Q@CServe.quakenet.org", "AUTH {account} {password}", "", {"", ""}},
});

constexpr auto names = std::to_array<std::string_view>({"alis", "authserv", "botserv", "chanserv", "global",
                                                        "groupserv", "helpserv", "hostserv", "infoserv", "memoserv",
                                                        "nickserv", "operserv", "saslserv", "statserv", "userserv"});

bool has_any(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(),
                     [text](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

}  // namespace

const ServicesDialect* find_services(std::string_view name) {
  const auto* const found =
      std::find_if(dialects.begin(), dialects.end(), [name](const ServicesDialect& each) { return each.name == name; });
  return found == dialects.end() ? nullptr : found;
}

std::vector<std::string> services_names() {
  std::vector<std::string> all{"none"};
  for (const ServicesDialect& each : dialects) all.emplace_back(each.name);
  return all;
}

Secret<std::string> fill(std::string_view words, const ServicesWords& values) {
  std::string line;
  for (const std::string_view word : text::split(words, ' ')) {
    if (!line.empty()) line += ' ';
    line += word == "{account}"    ? values.account
            : word == "{password}" ? values.password
            : word == "{nick}"     ? values.nick
            : word == "{email}"    ? values.email
                                   : word;
  }
  return Secret<std::string>{std::move(line)};
}

bool is_services(std::string_view nick) {
  return std::any_of(names.begin(), names.end(),
                     [nick](std::string_view name) { return text::ascii_iequals(name, nick); });
}

ServicesReply read_services_reply(std::string_view text) {
  const std::string words = text::ascii_lower(text);
  if (has_any(words, {"invalid password", "incorrect password", "password incorrect", "password is incorrect",
                      "wrong password", "not registered", "isn't registered", "not a registered", "invalid account",
                      "authentication failed", "access denied", "lastlogin: no such"})) {
    return ServicesReply::refused;
  }
  if (has_any(words, {"you are now identified", "you are now logged in", "password accepted", "you are successfully",
                      "you are already logged in", "you're now logged in", "you are now recognized"})) {
    return ServicesReply::logged_in;
  }
  return ServicesReply::unknown;
}

}  // namespace dragoman::backends::irc
