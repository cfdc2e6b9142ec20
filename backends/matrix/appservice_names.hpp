#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

// What people and rooms of XMPP are called on the homeserver of an application service.
//
//   user  = "@" prefix name ":" server     ; alice@example.org        <-> @_xmpp_alice=40example.org:hs.tld
//   alias = "#" prefix name ":" server     ; tea@rooms.example.org    <-> #_xmpp_tea=40rooms.example.org:hs.tld
//   name  = *( a-z / 0-9 / "." / "_" / "-" / "/" / "=" HH )
//
// This is the mapping that the specification suggests (appendices, "Mapping from other character sets"), with small hex
// digits. Homeservers let an application service register names that nobody else could use, so it is up to us that
// there are none.

namespace dragoman::backends::matrix {

/// "alice@example.org" -> "alice=40example.org"; total.
std::string escape_name(std::string_view text);
/// The text whose escape_name() this is; nothing: it is of none.
std::optional<std::string> unescape_name(std::string_view name);

/// The namespaces of an application service.
class GhostNames {
 public:
  using Kept = std::function<std::string(const std::string& key)>;
  using Keep = std::function<void(const std::string& key, const std::string& text)>;
  /// `kept` and `keep`: of a name that is too long for a user id a hash stands there, and the name is kept.
  GhostNames(std::string server_name, std::string prefix, Kept kept, Keep keep);

  const std::string& server_name() const { return server_; }
  /// The user id of an owner (bare JID, or the name of a bridge): at most 255 bytes.
  std::string ghost_of(const std::string& owner);
  /// Whose ghost this is; nothing: nobody's.
  std::optional<std::string> owner_of(std::string_view user_id) const;
  /// Within the namespace, whether it is somebody's or not.
  bool covers(std::string_view user_id) const;
  /// Of a room of XMPP (bare JID).
  std::string alias_of(std::string_view room) const;
  std::optional<std::string> room_of(std::string_view alias) const;
  /// A user id of this homeserver.
  std::string user_of(std::string_view localpart) const;
  /// Behind the prefix: what expressions of the registration cover, with the server's name quoted for them.
  std::string expression(char sigil, std::string_view localpart) const;
  const std::string& prefix() const { return prefix_; }

 private:
  std::optional<std::string_view> name_of(char sigil, std::string_view id) const;

  std::string server_, prefix_;
  Kept kept_;
  Keep keep_;
};

}  // namespace dragoman::backends::matrix
