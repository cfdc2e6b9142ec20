#pragma once

#include <algorithm>
#include <cstddef>
#include <deque>

namespace dragoman::backends::matrix {

/// Who may begin next: a first sync costs a homeserver much, and after our own start or its restart all accounts want
/// one at once.
class StartQueue {
 public:
  /// One that wants to begin. begin_now() is called once for each request(), possibly inside it.
  class Waiting {
   public:
    virtual void begin_now() = 0;

   protected:
    ~Waiting() = default;
  };
  static constexpr std::size_t most_at_once = 8;

  void request(Waiting& waiting) {
    waiting_.push_back(&waiting);
    grant();
  }
  /// Forgets a request that has not been granted.
  void cancel(Waiting& waiting) { std::erase(waiting_, &waiting); }
  /// One that was granted is ready, or has failed: gives the place back.
  void finished() {
    --begun_;
    grant();
  }

 private:
  void grant() {
    while (!waiting_.empty() && begun_ < most_at_once) {
      Waiting* next = waiting_.front();
      waiting_.pop_front();
      ++begun_;
      next->begin_now();
    }
  }

  std::deque<Waiting*> waiting_;
  std::size_t begun_ = 0;
};

}  // namespace dragoman::backends::matrix
