#pragma once

#include <string>
#include <unordered_map>

#include "gateway/context.hpp"
#include "xmpp/element.hpp"
#include "xmpp/jid.hpp"

namespace dragoman::gateway {

/// Which versions of this program can be had (jabber:iq:autoupdate), when the operator says so in [autoupdate]. The
/// program has an address then, "dragoman@irc.example.org", and who announces an older version by presence to
/// "dragoman@irc.example.org/0.9.1" is told once of the newer one. All else that is sent there is for the person of the
/// network who has that name.
class Updates {
 public:
  explicit Updates(Context& context) : context_(context) {}

  /// Answers, or says that it does not.
  void receive_iq(const xmpp::Element& iq);
  /// A question about versions to the program's own address.
  bool is_question(const xmpp::Element& iq, const xmpp::Jid& to) const;
  /// Available presence to the program's own address with a version behind it.
  bool is_announcement(const xmpp::Element& presence, const xmpp::Jid& to) const;
  void announced(const xmpp::Jid& from, const xmpp::Jid& to);

 private:
  std::string_view name() const;
  bool is_program(const xmpp::Jid& to) const;

  Context& context_;
  static constexpr std::size_t most_told = 10000;
  std::unordered_map<std::string, std::string> told_;  // bare JID -> the version that it heard of
};

}  // namespace dragoman::gateway
