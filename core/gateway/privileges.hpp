#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/swallowed.hpp"
#include "xmpp/jid.hpp"
#include "xmpp/link.hpp"
#include "xmpp/privilege.hpp"
#include "xmpp/roster.hpp"

namespace dragoman::gateway {

/// What the servers of our people let this gateway do in their name (XEP-0356): one entry a host, for as long as the
/// stream lasts. Every question ends within 10 s, and whoever asks has another way when it fails.
class Privileges {
 public:
  static constexpr auto patience = std::chrono::seconds{10};

  explicit Privileges(xmpp::Link& link) : link_(link) {}
  Privileges(const Privileges&) = delete;
  Privileges& operator=(const Privileges&) = delete;

  /// True when the message of a server is an advertisement.
  bool learn(const xmpp::Element& message, const xmpp::Jid& from);
  /// The stream has ended: another one says it anew.
  void forget() { hosts_.clear(); }
  /// Those for people of this person's server, or nullptr.
  const xmpp::Privileges* of(const xmpp::Jid& person) const;
  bool may_write_roster(const xmpp::Jid& person) const;

  /// A message in somebody's name came back: no more are sent.
  void refused(const xmpp::Jid& host);

  using Items = std::vector<xmpp::RosterItem>;
  /// The part of the roster that concerns us; Fault::too_long when the whole is longer than we read.
  void get_roster(const xmpp::Jid& person, std::function<void(Result<Items>)> answered);
  /// A server that cannot do what it has promised (ejabberd 23.01) is not asked again.
  void set_item(const xmpp::Jid& person, const xmpp::RosterItem& item, std::function<void(Result<void>)> answered);
  /// Asks in the person's name; only what may_ask() allows.
  void ask(const xmpp::Jid& person, std::string_view type, xmpp::Element question,
           std::function<void(Result<xmpp::Element>)> answered);

  Swallowed swallowed;

 private:
  xmpp::Link& link_;
  std::map<std::string, xmpp::Privileges, std::less<>> hosts_;
};

}  // namespace dragoman::gateway
