#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <utility>

#include "net/task_group.hpp"

namespace dragoman::net {

/// Where an owner goes whose tasks still run: it is destroyed when they have ended. Outlives nobody: whoever keeps one
/// waits until empty() holds before destroying it.
class Graveyard {
 public:
  Graveyard() = default;
  Graveyard(const Graveyard&) = delete;
  Graveyard& operator=(const Graveyard&) = delete;

  /// Stops `tasks`, which belong to `owner`, and destroys `owner` in a later handler of the loop, when they have ended.
  template <class Owner>
  void bury(std::unique_ptr<Owner> owner, TaskGroup& tasks) {
    const std::uint64_t grave = ++last_;
    graves_.emplace(grave, Grave{owner.release(), [](void* dead) { delete static_cast<Owner*>(dead); }});
    tasks.stop();
    tasks.on_empty([this, grave] {
      const auto node = graves_.extract(grave);  // out of the map first: a destructor may bury somebody
    });
  }
  bool empty() const { return graves_.empty(); }
  std::size_t size() const { return graves_.size(); }

 private:
  using Grave = std::unique_ptr<void, void (*)(void*)>;
  std::uint64_t last_ = 0;
  std::map<std::uint64_t, Grave> graves_;
};

}  // namespace dragoman::net
