#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include "base/names.hpp"

namespace dragoman::chat {

/// Who is in a room, as one person sees it: a vector of (name, value) sorted by name id, 8 bytes each, that holds one
/// use of every name in it.
template <class Value>
class Members {
 public:
  struct Member {
    NameId name;
    Value value;
  };
  static_assert(sizeof(Member) <= 8, "1,000 members in 1,000 rooms must cost 8 KiB a room");

  explicit Members(Names& names) : names_(&names) {}
  ~Members() { clear(); }
  Members(const Members&) = delete;
  Members& operator=(const Members&) = delete;
  Members(Members&& other) noexcept : names_(other.names_), list_(std::exchange(other.list_, {})) {}
  Members& operator=(Members&& other) noexcept {
    std::swap(names_, other.names_);
    std::swap(list_, other.list_);
    return *this;
  }

  /// False when the name was there already (its value is replaced).
  bool add(NameId name, Value value) {
    const auto at = lower(name);
    if (at != list_.end() && at->name == name) {
      at->value = value;
      return false;
    }
    names_->retain(name);
    list_.insert(at, Member{name, value});
    return true;
  }
  bool remove(NameId name) {
    const auto at = lower(name);
    if (at == list_.end() || at->name != name) return false;
    list_.erase(at);
    names_->release(name);
    return true;
  }
  Value* find(NameId name) {
    const auto at = lower(name);
    return at == list_.end() || at->name != name ? nullptr : &at->value;
  }
  const Value* find(NameId name) const { return const_cast<Members*>(this)->find(name); }
  void clear() {
    for (const Member& member : list_) names_->release(member.name);
    list_.clear();
  }
  void reserve(std::size_t count) { list_.reserve(count); }

  auto begin() const { return list_.begin(); }
  auto end() const { return list_.end(); }
  std::size_t size() const { return list_.size(); }
  bool empty() const { return list_.empty(); }
  /// The first member whose id is not below `name`: where a walk that was interrupted goes on.
  auto from(NameId name) const {
    return std::lower_bound(list_.begin(), list_.end(), name, [](const Member& m, NameId id) { return m.name < id; });
  }
  Names& names() const { return *names_; }

 private:
  auto lower(NameId name) {
    return std::lower_bound(list_.begin(), list_.end(), name, [](const Member& m, NameId id) { return m.name < id; });
  }

  Names* names_;
  std::vector<Member> list_;
};

}  // namespace dragoman::chat
