#include "base/log.hpp"
#include "xmpp/link.hpp"
#include "xmpp/namespaces.hpp"
#include "xmpp/stanza_error.hpp"
#include "xmpp/stanza_log.hpp"

// What Link does with a stanza of the server before anybody else sees it.
namespace dragoman::xmpp {

namespace {
constexpr std::chrono::minutes foreign_warning_interval{1};

/// ejabberd lets two components have one domain and hands each a part of what is for it, also of what they send to
/// themselves. Ids of one process begin alike (IdSource).
void notice_another(std::string_view own, std::string_view id, const Jid& network, Instant now,
                    std::optional<Instant>& warned) {
  if (id.starts_with(own.substr(0, own.rfind('-') + 1))) return;
  if (warned && now - *warned < foreign_warning_interval) return;
  warned = now;
  LOG_WARN(
      "another component is connected for this domain and gets a part of what is for us: messages are late or lost "
      "until one of the two is stopped",
      network);
}

}  // namespace

void Link::receive(const Element& stanza) {
  received_.add(stanza.name);
  if (stanza.get("type") == "error") ++errors_received_[condition_of(stanza)];
  const auto& network = domain_;
  const auto from = Jid::parse(stanza.get("from"));
  if (!from) {
    // A server stamps an address that it has prepared itself; without one there is nobody to answer.
    LOG_DEBUG("stanza from nobody", network, stanza.name, from.error());
    if (!stanza.get("from").empty()) answer(stanza, "jid-malformed", from.error().text);
    return;
  }
  const auto to = Jid::parse(stanza.get("to"));
  if (!to) return answer(stanza, "jid-malformed", to.error().text);
  if (to->domain() != domain_.str()) return refuse_foreign(stanza);
  if (log::enabled(log::Level::debug, from->bare_view())) log_received(domain_.str(), stanza, *from);
  if (stanza.name == "iq" && !receive_iq(stanza, *from)) return;
  if (!claims_.empty() && hand_to_claim(stanza, *from, *to)) return;
  if (handler_) handler_(stanza, *from, *to);
}

bool Link::hand_to_claim(const Element& stanza, const Jid& from, const Jid& to) {
  auto claim = claims_.find(to.str());
  if (claim == claims_.end()) claim = claims_.find(to.bare_view());
  if (claim == claims_.end()) return false;
  // Copied: the handler may give up its claim while it runs.
  const Handler handler = claim->second.handler;
  handler(stanza, from, to);
  return true;
}

/// RFC 6120 8.2.3. True when it is a question that somebody else has to answer.
bool Link::receive_iq(const Element& iq, const Jid& from) {
  const std::string_view type = iq.get("type");
  if (take_barrier(iq, from)) return false;
  if (type == "result" || type == "error") {
    const auto& network = domain_;
    if (!take_answer(iq, from)) LOG_DEBUG("answer to nothing that was asked", network, from, type);
    return false;
  }
  const char* problem = nullptr;
  if (type != "get" && type != "set") {
    problem = "the type of an iq is get, set, result or error";
  } else if (iq.get("id").empty()) {
    problem = "an iq needs an id";
  } else if (iq.element_count() != 1) {
    problem = "an iq that asks has exactly one child";
  }
  if (problem == nullptr) return true;
  answer(iq, "bad-request", problem);
  return false;
}

bool Link::take_answer(const Element& iq, const Jid& from) {
  const auto found = pending_.find(iq.get("id"));
  // Whoever guesses an id must also be who was asked.
  if (found == pending_.end() || found->second.to != from) return false;
  const std::string id = found->first;
  if (iq.get("type") == "error" && !found->second.takes_errors) {
    finish(id, read_error(iq));
  } else {
    finish(id, iq);
  }
  return true;
}

/// Our ping comes back as the question that it is, or with an answer of the server: both prove that it was reached.
bool Link::take_barrier(const Element& iq, const Jid& from) {
  if (from != domain_) return false;
  const std::string_view type = iq.get("type");
  if (barrier_id_.empty() || iq.get("id") != barrier_id_) {
    // One of an earlier stream, or one that was late: nobody waits, and an answer would only go to ourselves.
    const bool is_ping = type == "get" && iq.child("ping", ns::ping) != nullptr;
    if (is_ping) notice_another(ids_.next(), iq.get("id"), domain_, timers_.clock().now(), foreign_warned_);
    return is_ping;
  }
  barrier_id_.clear();
  barrier_timer_.clear();
  late_pings_ = 0;
  const auto confirmed = std::exchange(barrier_waiting_, std::exchange(next_barrier_, {}));
  if (!barrier_waiting_.empty()) send_barrier();
  for (const auto& each : confirmed) each();
  return true;
}

void Link::answer(const Element& stanza, std::string_view condition, std::string text) {
  if (!may_answer(stanza)) return;
  Element reply = make_error_reply(stanza, {std::string{condition}, {}, std::move(text), {}});
  // What was addressed may not be ours or not be an address: only our domain may answer then.
  const auto asked = Jid::parse(reply.get("from"));
  if (!asked || asked->domain() != domain_.str()) reply.set("from", domain_.str());
  if (reply.get("id").empty()) reply.unset("id");
  [[maybe_unused]] const auto sent = send(reply);  // a refusal is logged there
}

void Link::refuse_foreign(const Element& stanza) {
  const std::string_view to = stanza.get("to");
  const Instant now = timers_.clock().now();
  if (!foreign_warned_ || now - *foreign_warned_ >= foreign_warning_interval) {
    foreign_warned_ = now;
    const auto& network = domain_;
    LOG_WARN(
        "the server sends us what belongs to another domain; in ejabberd set global_routes: false in the "
        "ejabberd_service listener",
        network, to);
  }
  // Nobody waits for an answer to somebody's going.
  if (stanza.name == "presence" && stanza.get("type") == "unavailable") return;
  answer(stanza, "item-not-found", "this address is not served here");
}

}  // namespace dragoman::xmpp
