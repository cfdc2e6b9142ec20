#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dragoman::backends::irc {

/// Capabilities that change what we do; the table in caps.cpp has their names on the wire.
enum class Cap : std::uint8_t {
  account_notify,
  account_registration,
  account_tag,
  away_notify,
  batch,
  bouncer_networks,
  bouncer_networks_notify,
  cap_notify,
  channel_rename,
  chathistory,
  chghost,
  echo_message,
  event_playback,
  extended_isupport,
  extended_join,
  extended_monitor,
  invite_notify,
  labeled_response,
  message_redaction,
  message_tags,
  metadata,
  multi_prefix,
  multiline,
  no_implicit_names,
  oper_tag,
  persistence,
  playback,
  pre_away,
  read_marker,
  relaymsg,
  sasl,
  self_message,
  server_time,
  setname,
  soju_read,
  standard_replies,
  userhost_in_names,
};

class CapSet {
 public:
  bool has(Cap cap) const { return (bits_ >> static_cast<unsigned>(cap) & 1) != 0; }
  void add(Cap cap) { bits_ |= std::uint64_t{1} << static_cast<unsigned>(cap); }
  void remove(Cap cap) { bits_ &= ~(std::uint64_t{1} << static_cast<unsigned>(cap)); }
  bool empty() const { return bits_ == 0; }
  bool operator==(const CapSet&) const = default;

 private:
  std::uint64_t bits_ = 0;
};

/// One name of a CAP list: "sasl=PLAIN,EXTERNAL" -> sasl, "PLAIN,EXTERNAL"; "-away-notify" is removed.
struct CapToken {
  std::string_view name;
  std::string_view value;
  bool removed = false;
};
std::vector<CapToken> read_caps(std::string_view list);

/// The capability of a name, aliases of other servers included; false for one that we do not know.
bool find_cap(std::string_view name, Cap& cap);

/// ircv3.net: multiline. How much one message may have: "max-bytes=4096,max-lines=100".
struct MultilineLimits {
  std::size_t bytes = 0;  ///< of all lines and the line feeds between them; 0: not told, which makes it unusable
  std::size_t lines = 0;  ///< 0: any number
};
MultilineLimits read_multiline(std::string_view value);

/// What a server offers, by the name it used, and the value of `sasl`.
struct OfferedCaps {
  CapSet known;
  std::vector<std::string_view> names;  ///< as the server spells them, those that we know; texts of the program
  std::string sasl_mechanisms;          ///< "" when it did not list any
  std::string metadata_terms;           ///< the value of draft/metadata-2
  bool bouncer = false;                 ///< it has extensions of bouncers: one may be in channels before one asks
  bool account_required = false;        ///< nobody gets in without a login
  MultilineLimits multiline;
  std::string registration_terms;  ///< the value of draft/account-registration
  std::string relay_separators;    ///< the value of draft/relaymsg: one of these is in names that are not one's own

  /// Also with another value than before (CAP NEW).
  void add(const CapToken& token);
  void remove(std::string_view name);
};

/// The names to ask for. echo-message only together with labeled-response (else an echo cannot be told from what
/// another client of the same account said), and labeled-response only with batch, which it needs; sasl and playback
/// only when they are wanted: a bouncer that is asked for what it plays back does not do it by itself. soju.im/read is
/// what draft/read-marker was before; without names of a JOIN we ask for them only where a bouncer may be in many
/// channels that nobody looks at.
std::vector<std::string> wanted_caps(const OfferedCaps& offered, bool sasl, bool playback = false);
/// Joins names into texts of at most 400 bytes each, for CAP REQ.
std::vector<std::string> pack_caps(const std::vector<std::string>& names);

}  // namespace dragoman::backends::irc
