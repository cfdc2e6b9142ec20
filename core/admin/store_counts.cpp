#include "admin/store_counts.hpp"

#include <memory>

#include "net/wakeup.hpp"

namespace dragoman::admin {

namespace {

struct Question {
  explicit Question(net::Loop& loop) : answered(loop) {}
  net::Wakeup answered;
  bool done = false;
  store::Reader::Counts counts;
};

}  // namespace

net::Task<store::Reader::Counts> read_counts(net::Loop& loop, store::Store& store) {
  // Shared with the reader's thread, which may answer when this task has been stopped.
  const auto question = std::make_shared<Question>(loop);
  store.read([question](store::Reader& reader) { question->counts = reader.counts(); },
             [question] {
               question->done = true;
               question->answered.wake();
             });
  while (!question->done) {
    const bool woken = co_await question->answered.wait();
    if (!woken) net::throw_stopped();
  }
  co_return question->counts;
}

}  // namespace dragoman::admin
