#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace dragoman::xmpp {

enum class Unassigned;  // stringprep.hpp

/// An XMPP address (RFC 7622, prepared with the Stringprep profiles of RFC 6122, which is what servers still speak):
/// immutable, valid and lower-cased where the profile says so from the moment it exists.
class Jid {
 public:
  Jid() = default;  ///< no address; only for members that are set later

  /// Reads an address from the wire. Code points unassigned in Unicode 3.2 are allowed (Prosody sends emoji).
  /// Fault::malformed says which part is wrong. Examples: "#tea@irc.example.org/alice", "example.org".
  static Result<Jid> parse(std::string_view text);
  /// Makes an address that every server takes: unassigned code points are refused (ejabberd closes the stream for
  /// them). Parts are not escaped here; an empty local or resource means that there is none. A local that starts or
  /// ends with \20 is refused: XEP-0106 4.2 forbids it, and escape_local cannot help a text that starts or ends with a
  /// space.
  static Result<Jid> make(std::string_view local, std::string_view domain, std::string_view resource);

  const std::string& str() const { return text_; }
  std::string_view local() const { return std::string_view{text_}.substr(0, local_); }
  std::string_view domain() const { return std::string_view{text_}.substr(domain_at(), domain_); }
  std::string_view resource() const;
  /// Without the resource, as text into this object.
  std::string_view bare_view() const { return std::string_view{text_}.substr(0, domain_at() + domain_); }
  Jid bare() const;
  /// The same bare address with a prepared resource, as in make().
  Result<Jid> with_resource(std::string_view resource) const;
  bool is_bare() const { return text_.size() == domain_at() + domain_; }
  bool is_domain() const { return local_ == 0 && is_bare(); }
  bool empty() const { return text_.empty(); }

  bool operator==(const Jid& other) const { return text_ == other.text_; }
  auto operator<=>(const Jid& other) const { return text_ <=> other.text_; }

 private:
  struct Parts;
  static Result<Jid> assemble(const Parts& parts, Unassigned unassigned);
  std::size_t domain_at() const { return local_ == 0 ? 0u : local_ + 1u; }

  std::string text_;
  std::uint16_t local_ = 0, domain_ = 0;
};

/// XEP-0106: what may not stand in a localpart becomes \20 \22 \26 \27 \2f \3a \3c \3e \40, and \5c where a backslash
/// would start one of these. Total; Jid::make refuses what starts or ends with a space. Example: escape_local("&local
/// chan") == "\\26local\\20chan".
std::string escape_local(std::string_view text);
/// The reverse; other backslashes are left as they are.
std::string unescape_local(std::string_view local);

/// The URI of a bare address (RFC 5122). Example: to_uri("#tea@irc.example.org") == "xmpp:%23tea@irc.example.org".
std::string to_uri(std::string_view bare);
/// The URI that executes a command (XEP-0147): "xmpp:irc.example.org?command;node=register;action=execute".
std::string to_command_uri(std::string_view service, std::string_view node);

/// A resource that Prosody and ejabberd both take for any text: Resourceprep with Unicode 3.2, at most 1,023 bytes, not
/// blank; what cannot be kept becomes "_". Text that mixes directions keeps its left-to-right part; right-to-left text
/// loses digits and signs at its ends. Not injective: the caller makes it unique, and puts what it appends through here
/// again. Example: "al ice" -> "al ice", "😀" -> "_", "ﬁ" -> "fi".
std::string safe_resource(std::string_view text);

}  // namespace dragoman::xmpp

template <>
struct std::hash<dragoman::xmpp::Jid> {
  std::size_t operator()(const dragoman::xmpp::Jid& jid) const noexcept { return std::hash<std::string>{}(jid.str()); }
};
