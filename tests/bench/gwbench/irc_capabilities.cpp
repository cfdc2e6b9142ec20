#include "irc_capabilities.hpp"

#include <map>
#include <sstream>

namespace bench {
namespace {

CapabilitySet capability_of(const std::string& name) {
  static const std::map<std::string, CapabilitySet> known{
      {"message-tags", message_tags},
      {"server-time", server_time},
      {"echo-message", echo_message},
      {"labeled-response", labeled_response},
      {"userhost-in-names", userhost_in_names},
      {"extended-join", extended_join},
      {"multi-prefix", in_name_only},
      {"away-notify", in_name_only},
      {"batch", in_name_only},
      {"chghost", in_name_only},
      {"setname", in_name_only},
      {"account-notify", in_name_only},
      {"account-tag", in_name_only},
      {"invite-notify", in_name_only},
      {"cap-notify", in_name_only},
  };
  const auto found = known.find(name);
  return found == known.end() ? 0 : found->second;
}

}  // namespace

Capabilities::Capabilities(const std::string& names) {
  std::istringstream list(names);
  for (std::string name; list >> name;) {
    const CapabilitySet capability = capability_of(name);
    if (capability == 0) continue;
    offered_ |= capability;
    names_ += (names_.empty() ? "" : " ") + name;
  }
}

bool Capabilities::grant(std::string_view requested, CapabilitySet& granted) const {
  const std::string offered = " " + names_ + " ";
  CapabilitySet added = 0;
  std::istringstream list{std::string(requested)};
  for (std::string name; list >> name;) {
    if (offered.find(" " + name + " ") == std::string::npos) return false;
    added |= capability_of(name);
  }
  granted |= added;
  return true;
}

}  // namespace bench
