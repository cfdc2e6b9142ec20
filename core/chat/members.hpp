#pragma once

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>
#include <vector>

#include "base/names.hpp"

namespace dragoman::chat {

/// Who is in a room, as one person sees it: (name, value) sorted by name id, 8 bytes each, that holds one use of every
/// name in it.
///
/// It is kept in blocks of at most 64, not in one vector: a thousand lists that grow together towards a thousand
/// entries leave the heap full of holes that no longer list fits into (measured: 16 KiB a list), while the blocks of
/// one find room in those of another.
template <class Value>
class Members {
 public:
  struct Member {
    NameId name;
    Value value;
  };
  static_assert(sizeof(Member) <= 8, "1,000 members in 1,000 rooms must cost 8 KiB a room");

 private:
  using Block = std::vector<Member>;  // never empty, its capacity a power of two
  static constexpr std::size_t block_limit = 64;

 public:
  class Iterator {
   public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = Member;
    using difference_type = std::ptrdiff_t;
    using pointer = const Member*;
    using reference = const Member&;

    Iterator() = default;
    Iterator(const std::vector<Block>& blocks, std::size_t block, std::size_t at)
        : blocks_(&blocks), block_(block), at_(at) {}
    reference operator*() const { return (*blocks_)[block_][at_]; }
    pointer operator->() const { return &**this; }
    Iterator& operator++() {
      if (++at_ == (*blocks_)[block_].size()) ++block_, at_ = 0;
      return *this;
    }
    Iterator operator++(int) {
      Iterator before = *this;
      ++*this;
      return before;
    }
    bool operator==(const Iterator& other) const { return block_ == other.block_ && at_ == other.at_; }

   private:
    const std::vector<Block>* blocks_ = nullptr;
    std::size_t block_ = 0, at_ = 0;
  };

  explicit Members(Names& names) : names_(&names) {}
  ~Members() { clear(); }
  Members(const Members&) = delete;
  Members& operator=(const Members&) = delete;
  Members(Members&& other) noexcept
      : names_(other.names_), blocks_(std::exchange(other.blocks_, {})), size_(std::exchange(other.size_, 0)) {}
  Members& operator=(Members&& other) noexcept {
    std::swap(names_, other.names_);
    std::swap(blocks_, other.blocks_);
    std::swap(size_, other.size_);
    return *this;
  }

  /// False when the name was there already (its value is replaced).
  bool add(NameId name, Value value) {
    auto [block, at] = place(name);
    if (is_at(block, at, name)) {
      blocks_[block][at].value = value;
      return false;
    }
    names_->retain(name);
    ++size_;
    if (block == blocks_.size()) {  // behind all others: names are mostly made in the order in which people come
      if (block == 0 || blocks_.back().size() == block_limit) {
        blocks_.emplace_back().push_back({name, value});
        return true;
      }
      --block;
      at = blocks_[block].size();
    }
    if (blocks_[block].size() == block_limit) {
      split(block);
      if (at > block_limit / 2) ++block, at -= block_limit / 2;
    }
    blocks_[block].insert(blocks_[block].begin() + static_cast<std::ptrdiff_t>(at), Member{name, value});
    return true;
  }
  bool remove(NameId name) {
    const auto [block, at] = place(name);
    if (!is_at(block, at, name)) return false;
    blocks_[block].erase(blocks_[block].begin() + static_cast<std::ptrdiff_t>(at));
    --size_;
    names_->release(name);
    merge(block);
    return true;
  }
  Value* find(NameId name) {
    const auto [block, at] = place(name);
    return is_at(block, at, name) ? &blocks_[block][at].value : nullptr;
  }
  const Value* find(NameId name) const { return const_cast<Members*>(this)->find(name); }
  void clear() {
    for (const Block& block : blocks_) {
      for (const Member& member : block) names_->release(member.name);
    }
    blocks_.clear();
    size_ = 0;
  }

  Iterator begin() const { return {blocks_, 0, 0}; }
  Iterator end() const { return {blocks_, blocks_.size(), 0}; }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  /// The first member whose id is not below `name`: where a walk that was interrupted goes on.
  Iterator from(NameId name) const {
    const auto [block, at] = place(name);
    return {blocks_, block, at};
  }
  Names& names() const { return *names_; }

 private:
  /// Where `name` stands or would stand: in the first block that does not end before it.
  std::pair<std::size_t, std::size_t> place(NameId name) const {
    const auto block = std::lower_bound(blocks_.begin(), blocks_.end(), name,
                                        [](const Block& each, NameId id) { return each.back().name < id; });
    if (block == blocks_.end()) return {blocks_.size(), 0};
    const auto at = std::lower_bound(block->begin(), block->end(), name,
                                     [](const Member& each, NameId id) { return each.name < id; });
    return {static_cast<std::size_t>(block - blocks_.begin()), static_cast<std::size_t>(at - block->begin())};
  }
  bool is_at(std::size_t block, std::size_t at, NameId name) const {
    return block < blocks_.size() && blocks_[block][at].name == name;
  }
  void split(std::size_t block) {
    const auto middle = static_cast<std::ptrdiff_t>(block_limit / 2);
    Block upper(blocks_[block].begin() + middle, blocks_[block].end());
    blocks_[block].resize(block_limit / 2, Member{});
    blocks_.insert(blocks_.begin() + static_cast<std::ptrdiff_t>(block) + 1, std::move(upper));
  }
  /// Keeps blocks from becoming many and small.
  void merge(std::size_t block) {
    const auto at = blocks_.begin() + static_cast<std::ptrdiff_t>(block);
    if (at->empty()) {
      blocks_.erase(at);
    } else if (at->size() < block_limit / 4 && block > 0 && (at - 1)->size() + at->size() <= block_limit / 2) {
      (at - 1)->insert((at - 1)->end(), at->begin(), at->end());
      blocks_.erase(at);
    }
  }

  Names* names_;
  std::vector<Block> blocks_;
  std::size_t size_ = 0;
};

}  // namespace dragoman::chat
