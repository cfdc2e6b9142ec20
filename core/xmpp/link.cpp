#include "xmpp/link.hpp"

#include "base/log.hpp"
#include "xmpp/namespaces.hpp"
#include "xmpp/stanza_error.hpp"
#include "xmpp/stanza_log.hpp"

namespace dragoman::xmpp {

namespace {
constexpr std::chrono::seconds barrier_patience{30};
}  // namespace

Link::Link(Jid domain, Timers& timers, Random& random)
    : domain_(std::move(domain)), timers_(timers), ids_(random), barrier_timer_(timers) {}

Link::~Link() {
  for (auto& [id, pending] : pending_) timers_.cancel(pending.timer);
}

Result<void> Link::send(const Element& stanza) {
  if (output_ == nullptr) return failure(Fault::closed, "the server is not connected");
  Writer writer{output_->buffer(), domain_.str()};
  auto result = writer.stanza(stanza);
  if (!result && stanza.get("type") == "error") {
    // Who asked may have made his question so that its error cannot be written; he gets the error all the same.
    Element bare = stanza;
    std::erase_if(bare.children, [](const Element& child) { return !child.is("error", ns::component); });
    result = writer.stanza(bare);
  }
  if (written(result, writer) && stanza.get("type") == "error") ++errors_sent_[condition_of(stanza)];
  return result;
}

bool Link::written(const Result<void>& result, const Writer& writer) {
  if (!result) {
    const auto& network = domain_;
    const auto& reason = result.error();
    LOG_WARN("stanza not sent", network, reason);
    return false;
  }
  sent_.add(writer.name());
  if (log::enabled_for_some(log::Level::debug)) {
    const std::string_view buffer = output_->buffer();
    log_sent(domain_.str(), buffer.substr(static_cast<std::size_t>(writer.name().data() - buffer.data()) - 1));
  }
  output_->touch();
  return true;
}

void Link::ask(Element iq, Duration timeout, Answered answered) {
  ask(std::move(iq), timeout, std::move(answered), false);
}

void Link::ask_for_any(Element iq, Duration timeout, Answered answered) {
  ask(std::move(iq), timeout, std::move(answered), true);
}

void Link::ask(Element iq, Duration timeout, Answered answered, bool takes_errors) {
  const auto to = Jid::parse(iq.get("to"));
  if (!to) return fail_soon(std::move(answered), to.error());
  if (iq.get("from").empty()) iq.set("from", domain_.str());
  std::string id = ids_.next();
  iq.set("id", id);
  const auto sent = send(iq);
  if (!sent) return fail_soon(std::move(answered), sent.error());
  const auto timer = timers_.after(timeout, [this, id] {
    Error late = failure(Fault::timeout, "no answer in time");
    finish(id, std::move(late));
  });
  pending_.emplace(std::move(id), Pending{*to, std::move(answered), timer, takes_errors});
}

/// The answer to a question that could not be sent, given later: `answered` never runs inside ask.
void Link::fail_soon(Answered answered, Error error) {
  std::string id = ids_.next();
  const auto timer = timers_.after(Duration::zero(), [this, id, error = std::move(error)] { finish(id, error); });
  pending_.emplace(std::move(id), Pending{{}, std::move(answered), timer});
}

void Link::finish(const std::string& id, Result<Element> answer) {
  auto found = pending_.extract(id);
  if (found.empty()) return;
  timers_.cancel(found.mapped().timer);
  found.mapped().answered(std::move(answer));
}

void Link::barrier(std::function<void()> confirmed) {
  if (!up()) return;
  if (!barrier_id_.empty()) {
    next_barrier_.push_back(std::move(confirmed));
    return;
  }
  barrier_waiting_.push_back(std::move(confirmed));
  send_barrier();
}

void Link::send_barrier() {
  barrier_id_ = ids_.next();
  write([this](Writer& writer) {
    writer.begin("iq", domain_.str(), domain_.str());
    writer.attribute("type", "get");
    writer.attribute("id", barrier_id_);
    writer.open("ping", ns::ping);
  });
  barrier_timer_.set_after(barrier_patience, [this] { barrier_is_late(); });
}

void Link::barrier_is_late() {
  const auto& network = domain_;
  LOG_WARN(
      "our ping to ourselves did not come back in 30 seconds: the connection is dead, or another component gets a "
      "part of what is for us",
      network);
  // Whoever waits for the next one is served by this one too, it is sent later.
  std::move(next_barrier_.begin(), next_barrier_.end(), std::back_inserter(barrier_waiting_));
  next_barrier_.clear();
  ++late_pings_;
  send_barrier();
}

void Link::claim(const Jid& own, Handler handler, std::function<void(bool)> changed) {
  claims_.insert_or_assign(own.str(), Claim{std::move(handler), std::move(changed)});
}

void Link::unclaim(const Jid& own) { claims_.erase(own.str()); }

void Link::tell_state(bool up) {
  if (changed_) changed_(up);
  // Whoever hears of it may claim more, or give up what they have.
  std::vector<std::string> addresses;
  for (const auto& [address, claim] : claims_) addresses.push_back(address);
  for (const std::string& address : addresses) {
    const auto found = claims_.find(address);
    if (found == claims_.end() || !found->second.changed) continue;
    const auto changed = found->second.changed;
    changed(up);
  }
}

void Link::attach(LinkOutput& output) {
  output_ = &output;
  ++times_up_;
  tell_state(true);
}

void Link::detach() {
  if (!up()) return;
  output_ = nullptr;
  barrier_id_.clear();
  barrier_timer_.clear();
  late_pings_ = 0;
  barrier_waiting_.clear();
  next_barrier_.clear();
  // Moved out first: who is told that his question failed may ask again.
  auto pending = std::exchange(pending_, {});
  for (auto& [id, question] : pending) timers_.cancel(question.timer);
  for (auto& [id, question] : pending) question.answered(failure(Fault::closed, "the server was disconnected"));
  tell_state(false);
}

}  // namespace dragoman::xmpp
