// The IRCv3 capabilities that the simulated server knows, and those that it offers to one gateway.
#pragma once

#include <string>
#include <string_view>

namespace bench {

enum Capability : unsigned {
  message_tags = 1U << 0,
  server_time = 1U << 1,
  echo_message = 1U << 2,
  labeled_response = 1U << 3,  // answered only for PRIVMSG and NOTICE
  userhost_in_names = 1U << 4,
  extended_join = 1U << 5,
  in_name_only = 1U << 6,  // acknowledged, and never made use of: multi-prefix, away-notify, batch ...
};
using CapabilitySet = unsigned;

class Capabilities {
 public:
  /// `names`: those to offer, with blanks between; names that the server does not know are left out.
  explicit Capabilities(const std::string& names);

  /// The list for CAP LS.
  const std::string& names() const { return names_; }
  /// Is `capability` offered at all?
  bool offers(CapabilitySet capability) const { return (offered_ & capability) != 0; }
  /// CAP REQ: adds what `requested` names to `granted`; false, and nothing added, when one of them is not offered.
  bool grant(std::string_view requested, CapabilitySet& granted) const;

 private:
  std::string names_;
  CapabilitySet offered_ = 0;
};

}  // namespace bench
