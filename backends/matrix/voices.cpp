#include "backends/matrix/voices.hpp"

#include "base/text.hpp"
#include "chat/account.hpp"

namespace dragoman::backends::matrix {

namespace {

/// So many signs of a keyed hash tell the people of one room apart.
constexpr std::size_t hidden_length = 16;

std::string hidden(std::string_view text, const std::function<std::string(std::string_view)>& hide) {
  std::string name;
  // Capitals would have to be escaped in a user id.
  for (const char c : text::ascii_lower(hide("voice " + std::string{text}))) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (plain && name.size() < hidden_length) name += c;
  }
  return name;
}

}  // namespace

bool is_voice_account(const chat::Account& account) {
  return account.is_bridge && !account.settings.get("voice").empty();
}

std::string voice_name(const chat::Account& account, const std::function<std::string(std::string_view)>& hide) {
  const std::string& name = account.settings.get("voice");
  if (!account.settings.flag("hidden")) return name;
  return name.substr(0, name.find('/') + 1) + hidden(name, hide);
}

bool is_voice_name(std::string_view owner) { return owner.find('/') != std::string_view::npos; }

std::string session_key(const chat::Account& account) {
  if (!account.is_bridge) return account.owner;
  // No JID, and no name of a bridge, has a space in it.
  std::string key = account.owner;
  for (const char* part : {"leg", "voice"}) {
    if (const std::string& text = account.settings.get(part); !text.empty()) key += ' ' + text;
  }
  return key;
}

}  // namespace dragoman::backends::matrix
