#include "gateway/link_offers.hpp"

#include "xmpp/stanza_error.hpp"

namespace dragoman::gateway {

namespace {
constexpr auto patience = std::chrono::seconds{30};
}

void LinkOffers::add(store::RowId row, const xmpp::Element& iq) {
  const Instant deadline = context_.timers.clock().now() + patience;
  if (open_.empty()) deadline_.set(deadline, [this] { expire(); });
  open_.emplace(row, Open{iq, deadline});
}

bool LinkOffers::delivered(store::RowId row) {
  const auto open = open_.extract(row);
  if (open.empty()) return false;
  context_.link.send(xmpp::make_result(open.mapped().iq));
  return true;
}

bool LinkOffers::returned(store::RowId row, Fault fault, const std::string& text) {
  const auto open = open_.extract(row);
  if (open.empty()) return false;
  context_.link.send(xmpp::make_error_reply(open.mapped().iq, xmpp::to_stanza_error(fault, text)));
  return true;
}

void LinkOffers::expire() {
  const Instant now = context_.timers.clock().now();
  while (!open_.empty() && open_.begin()->second.deadline <= now) {
    returned(open_.begin()->first, Fault::timeout,
             context_.network.describe().name +
                 " has not confirmed it yet. It is being tried; if it cannot be delivered, it comes back to you.");
  }
  if (!open_.empty()) deadline_.set(open_.begin()->second.deadline, [this] { expire(); });
}

}  // namespace dragoman::gateway
