#include "admin/store_counts.hpp"

#include <memory>
#include <utility>

#include "net/wakeup.hpp"

namespace dragoman::admin {

namespace {

struct Question {
  net::Wakeup* asker;  // nullptr: answered, or nobody waits any more
  store::Reader::Counts counts;
};

}  // namespace

net::Task<store::Reader::Counts> read_counts(net::Loop& loop, store::Store& store) {
  net::Wakeup wakeup{loop};
  // Shared with the reader's thread, which may answer when this task, and the wakeup with it, is gone.
  const auto question = std::make_shared<Question>();
  question->asker = &wakeup;
  store.read([question](store::Reader& reader) { question->counts = reader.counts(); },
             [question] {
               if (net::Wakeup* const asker = std::exchange(question->asker, nullptr)) asker->wake();
             });
  while (question->asker != nullptr) {
    const bool woken = co_await wakeup.wait();
    if (woken) continue;
    question->asker = nullptr;
    net::throw_stopped();
  }
  co_return question->counts;
}

}  // namespace dragoman::admin
