#include "backends/matrix/appservice_names.hpp"

#include <utility>

#include "base/hmac.hpp"
#include "base/text.hpp"

namespace dragoman::backends::matrix {

namespace {

constexpr std::size_t longest_user_id = 255;  // bytes, with sigil and server (appendices, "User Identifiers")
constexpr std::string_view hash_sign = "=h";  // no hex digit: nothing that is escaped has it
constexpr std::size_t hash_bytes = 16;

bool stands_for_itself(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-' || c == '/';
}

int value_of_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

std::string hash_of(std::string_view owner) {
  const auto digest = hmac_sha256("name of a ghost", owner);
  return text::to_hex({reinterpret_cast<const char*>(digest.data()), hash_bytes});
}

/// What a bare JID of a person has, and what a voice has (voices.hpp); the name of a bridge has neither.
constexpr std::string_view signs_of_people = "@/";

/// With a "@" in front the name of a bridge is no JID and no voice, so that they never meet.
std::string name_for(const std::string& owner) {
  return escape_name(owner.find_first_of(signs_of_people) == std::string::npos ? '@' + owner : owner);
}

}  // namespace

std::string escape_name(std::string_view text) {
  std::string name;
  for (const char c : text) {
    if (stands_for_itself(c)) {
      name += c;
    } else {
      name += '=' + text::to_hex({&c, 1});
    }
  }
  return name;
}

std::optional<std::string> unescape_name(std::string_view name) {
  std::string text;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] != '=') {
      text += name[i];
      continue;
    }
    if (i + 2 >= name.size()) return std::nullopt;
    const int high = value_of_digit(name[i + 1]), low = value_of_digit(name[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    text += static_cast<char>(high * 16 + low);
    i += 2;
  }
  // Two names must not stand for one person.
  if (text.empty() || escape_name(text) != name) return std::nullopt;
  return text;
}

GhostNames::GhostNames(std::string server_name, std::string prefix, Kept kept, Keep keep)
    : server_(std::move(server_name)), prefix_(std::move(prefix)), kept_(std::move(kept)), keep_(std::move(keep)) {}

std::string GhostNames::user_of(std::string_view localpart) const {
  return '@' + std::string{localpart} + ':' + server_;
}

std::string GhostNames::ghost_of(const std::string& owner) {
  std::string id = user_of(prefix_ + name_for(owner));
  if (id.size() <= longest_user_id) return id;
  const std::string hash = hash_of(owner);
  if (kept_("ghost " + hash) != owner) keep_("ghost " + hash, owner);
  return user_of(prefix_ + std::string{hash_sign} + hash);
}

std::optional<std::string_view> GhostNames::name_of(char sigil, std::string_view id) const {
  const std::string front = sigil + prefix_, back = ':' + server_;
  if (id.size() <= front.size() + back.size() || !id.starts_with(front) || !id.ends_with(back)) return std::nullopt;
  return id.substr(front.size(), id.size() - front.size() - back.size());
}

bool GhostNames::covers(std::string_view user_id) const { return name_of('@', user_id).has_value(); }

std::optional<std::string> GhostNames::owner_of(std::string_view user_id) const {
  const auto name = name_of('@', user_id);
  if (!name) return std::nullopt;
  if (name->starts_with(hash_sign)) {
    std::string owner = kept_("ghost " + std::string{name->substr(hash_sign.size())});
    return owner.empty() ? std::nullopt : std::optional{std::move(owner)};
  }
  auto owner = unescape_name(*name);
  if (!owner || owner->find_first_of(signs_of_people) == std::string::npos) return std::nullopt;
  if (owner->front() == '@') owner->erase(0, 1);
  return owner->empty() ? std::nullopt : owner;
}

std::string GhostNames::alias_of(std::string_view room) const {
  return '#' + prefix_ + escape_name(room) + ':' + server_;
}

std::optional<std::string> GhostNames::room_of(std::string_view alias) const {
  const auto name = name_of('#', alias);
  if (!name) return std::nullopt;
  auto room = unescape_name(*name);
  const std::size_t at = room ? room->find('@') : std::string::npos;
  if (at == std::string::npos || at == 0 || at + 1 == room->size()) return std::nullopt;
  return room;
}

std::string GhostNames::expression(char sigil, std::string_view localpart) const {
  std::string quoted;
  for (const char c : server_) {
    if (c == '.' || c == '[' || c == ']') quoted += '\\';
    quoted += c;
  }
  return sigil + std::string{localpart} + ':' + quoted;
}

}  // namespace dragoman::backends::matrix
