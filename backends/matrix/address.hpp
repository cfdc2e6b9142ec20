#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

// Addresses of Matrix: its identifiers, and the localparts of JIDs that stand for them (before XEP-0106 escapes those).
//
//   localpart   = user / room / alias
//   user        = *unit "%" server        ; @alice:hs.tld         <-> alice%hs.tld
//   room        = "!" *unit ["%" server]  ; !AbC:hs.tld           <-> !^ab^c%hs.tld       (version 12: no server)
//   alias       = "#" *unit "%" server    ; #Tea room:hs.tld:8448 <-> #^tea room%hs.tld:8448
//   server      = *( unit / ":" )
//   unit        = character / "^" a-z / "^^" / "^0" HH
//
// "%" is the first ":" of the identifier. XMPP makes letters small and Matrix tells them apart: "^x" is a capital X,
// "^^" is "^", "^0hh" is any other byte that XMPP would refuse or change (controls, what is not ASCII, "%" itself, a
// space at the ends, a sign at the front of a user that would make it a room). So every localpart is lower-case ASCII,
// which Nodeprep leaves as it is, and no two identifiers share one.

namespace dragoman::backends::matrix {

/// The localpart of an identifier with its sigil; total. from_localpart() of it is the identifier again.
std::string to_localpart(std::string_view id);
/// The identifier that a localpart stands for; Fault::malformed for a "^" that says nothing.
Result<std::string> from_localpart(std::string_view localpart);

/// What an address names.
struct Address {
  enum class Kind { user, room, alias };
  Kind kind = Kind::user;
  std::string id;                  ///< with its sigil: "@alice:hs.tld", "!AbC:hs.tld", "#tea:hs.tld"
  std::vector<std::string> via{};  ///< servers that know the room, where the address said any
  bool operator==(const Address&) const = default;
};

/// Reads a localpart, or an identifier as Matrix writes it; also "#tea#hs.tld", as other gateways have it. Servers of
/// users and aliases are checked; ids of rooms are opaque. Fault::malformed and a sentence that says what is wrong.
Result<Address> parse_address(std::string_view text);
/// The same for what a person typed or pasted, and also "alice:hs.tld", matrix: URIs and matrix.to links (appendices,
/// "URIs"), percent-encoded or not. Examples: "matrix:r/tea:hs.tld", "https://matrix.to/#/%23tea%3Ahs.tld",
/// "matrix:roomid/AbC:hs.tld?via=hs.tld".
Result<Address> parse_typed_address(std::string_view text);
/// Whether parse_typed_address() would take this for a link: it begins like one.
bool is_matrix_link(std::string_view text);
/// A link that opens in any client, percent-encoded: "https://matrix.to/#/%40alice%3Ahs.tld".
std::string to_link(std::string_view id);

/// Nothing of Matrix's grammar but the sign in front: ids that servers let through are taken as they are.
inline bool is_user_id(std::string_view id) { return id.starts_with('@') && id.size() > 1; }
/// "alice" and "hs.tld" of "@alice:hs.tld"; the server is empty where there is none.
std::string_view name_in(std::string_view id);
std::string_view server_in(std::string_view id);
/// hostname, IPv4 address or "[" IPv6 address "]", and maybe a port (appendices, "Server Name").
bool is_server_name(std::string_view text);
/// For a path or query of a request: everything but unreserved characters becomes %HH (RFC 3986 2.3).
std::string percent_encode(std::string_view text);

}  // namespace dragoman::backends::matrix
