#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "chat/ids.hpp"
#include "gateway/context.hpp"
#include "store/message.hpp"
#include "xmpp/element.hpp"
#include "xmpp/jid.hpp"

namespace dragoman::gateway {

/// What was said to people who were away, and whose server keeps nothing for them: it gives each message back as an
/// error. They are queued again, and said again when their person is here. After a week they are given up.
class KeptBack {
 public:
  explicit KeptBack(Context& context) : context_(context) {}
  KeptBack(const KeptBack&) = delete;
  KeptBack& operator=(const KeptBack&) = delete;

  /// A message of ours came back from a person (`from`), as what that person of the network (`about`) said.
  void bounced(const xmpp::Element& message, const xmpp::Jid& from, const chat::PersonId& about);
  /// Something came from a client of theirs: what waits for them is said again. `logs_in`: it says that it is
  /// available; anything else is taken for a sign of life once a minute, because a server may give back all the same
  /// (somebody is blocked).
  void is_here(std::string_view person, bool logs_in) {
    if (!waiting_.empty()) say_again(person, logs_in);
  }
  /// The link is new: what is queued is written anyway (Incoming::link_up).
  void link_up() { waiting_.clear(); }

 private:
  struct One {
    store::RowId row;
    chat::PersonId about;
  };
  struct Waiting {
    std::vector<One> messages;  // by row
    Instant not_before{};
  };

  void keep(const std::string& owner, const chat::PersonId& about, const store::Message& row);
  void say_again(std::string_view person, bool logs_in);

  Context& context_;
  ByText<Waiting> waiting_;  // by bare JID
};

}  // namespace dragoman::gateway
