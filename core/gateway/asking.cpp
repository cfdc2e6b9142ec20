#include "gateway/asking.hpp"

#include <utility>

namespace dragoman::gateway {

namespace {
constexpr auto patience = std::chrono::seconds{30};
}

void Asking::ask(chat::Session& session, chat::CommandId id, const chat::Command& command, Answered answered) {
  open_.emplace(id, Open{std::move(answered), timers_.clock().now() + patience});
  schedule();
  session.perform(id, command);
}

bool Asking::on_done(const chat::Done& done) {
  const auto found = open_.extract(done.command);
  if (found.empty()) return false;
  schedule();
  found.mapped().answered(&done, nullptr);
  return true;
}

bool Asking::on_failed(const chat::Failed& failed) {
  const auto found = open_.extract(failed.command);
  if (found.empty()) return false;
  schedule();
  found.mapped().answered(nullptr, &failed);
  return true;
}

void Asking::fail_all(Fault fault, const std::string& text) {
  auto open = std::exchange(open_, {});
  schedule();
  for (const auto& [id, each] : open) {
    const chat::Failed failed{id, chat::Failed::Outcome::not_sent, fault, text, {}};
    each.answered(nullptr, &failed);
  }
}

void Asking::schedule() {
  const Instant due = open_.empty() ? Instant{} : open_.begin()->second.deadline;
  // Hundreds may be asked in one turn: a timer that is moved leaves its old entry behind until then.
  if (due == std::exchange(due_, due)) return;
  if (open_.empty()) return deadline_.clear();
  deadline_.set(due, [this] { expire(); });
}

void Asking::expire() {
  due_ = {};
  const Instant now = timers_.clock().now();
  while (!open_.empty() && open_.begin()->second.deadline <= now) {
    const auto over = open_.extract(open_.begin());
    const chat::Failed failed{
        over.key(), chat::Failed::Outcome::unsure, Fault::timeout, "the network did not answer in time", {}};
    over.mapped().answered(nullptr, &failed);
  }
  schedule();
}

}  // namespace dragoman::gateway
