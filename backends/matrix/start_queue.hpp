#pragma once

#include <algorithm>
#include <cstddef>
#include <deque>
#include <map>
#include <string>

namespace dragoman::backends::matrix {

/// Who may begin next: a first sync costs a homeserver much, and after our own start or its restart all accounts want
/// one at once. Each homeserver has its places, so that one that does not answer keeps nobody else waiting.
class StartQueue {
 public:
  /// One that wants to begin. begin_now() is called once for each request(), possibly inside it or inside cancel() or
  /// finished() of another one.
  class Waiting {
   public:
    virtual void begin_now() = 0;

   protected:
    ~Waiting() = default;
  };
  /// At one homeserver, and at all of them: also our own part of a thousand handshakes takes its time.
  static constexpr std::size_t most_at_once = 8, most_together = 64;

  /// `homeserver`: whatever is the same for all accounts of one.
  void request(Waiting& waiting, std::string homeserver) {
    waiting_.push_back({&waiting, std::move(homeserver)});
    grant();
  }
  /// Forgets a request that has not been granted.
  void cancel(Waiting& waiting) {
    std::erase_if(waiting_, [&waiting](const Place& each) { return each.who == &waiting; });
  }
  /// One that was granted is ready, or has failed: gives the place back.
  void finished(Waiting& waiting) {
    const auto found = begun_.find(&waiting);
    if (found == begun_.end()) return;
    const auto count = at_.find(found->second);
    if (--count->second == 0) at_.erase(count);
    begun_.erase(found);
    grant();
  }

 private:
  struct Place {
    Waiting* who;
    std::string homeserver;
  };

  void grant() {
    while (begun_.size() < most_together) {
      const auto next = std::find_if(waiting_.begin(), waiting_.end(), [this](const Place& each) {
        const auto count = at_.find(each.homeserver);
        return count == at_.end() || count->second < most_at_once;
      });
      if (next == waiting_.end()) return;
      Place place = std::move(*next);
      waiting_.erase(next);
      ++at_[place.homeserver];
      begun_.emplace(place.who, std::move(place.homeserver));
      place.who->begin_now();
    }
  }

  std::deque<Place> waiting_;
  std::map<Waiting*, std::string> begun_;  // with their homeservers
  std::map<std::string, std::size_t> at_;  // how many have begun, by homeserver
};

}  // namespace dragoman::backends::matrix
