#pragma once

#include <map>
#include <string>

#include "base/timers.hpp"
#include "gateway/context.hpp"
#include "store/message.hpp"
#include "xmpp/element.hpp"

namespace dragoman::gateway {

/// The questions of jabber:iq:oob (XEP-0066 3) of one person that are unanswered: each is a message on its way, and its
/// result is what a receipt is elsewhere, so it waits for the network's evidence. After 30 s the question ends with
/// what is known then, and the message goes on as any other does.
class LinkOffers {
 public:
  explicit LinkOffers(Context& context) : context_(context), deadline_(context.timers) {}

  void add(store::RowId row, const xmpp::Element& iq);
  /// The network has taken the message; false: it was no question, or that is over.
  bool delivered(store::RowId row);
  /// It came back.
  bool returned(store::RowId row, Fault fault, const std::string& text);

 private:
  struct Open {
    xmpp::Element iq;
    Instant deadline;
  };
  void expire();

  Context& context_;
  Timer deadline_;
  std::map<store::RowId, Open> open_;  // in the order of asking
};

}  // namespace dragoman::gateway
