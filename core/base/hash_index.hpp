#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <utility>
#include <vector>

namespace dragoman {

/// Finds numbers by the hash of what stands elsewhere under them, in a table of 8 bytes a place (open addressing): who
/// looks for one of thousands touches one line of memory here and then the thing itself, where std::unordered_set
/// follows nodes.
///
///     index.insert(HashIndex::hash(text), 7);
///     index.find(HashIndex::hash("alice"), [&](std::uint32_t number) { return texts[number] == "alice"; });  // 7
class HashIndex {
 public:
  static constexpr std::uint32_t none = 0xffffffff;  ///< no number of an entry

  /// `realm`: equal texts of different realms have different hashes.
  static std::uint32_t hash(std::string_view text, std::uint32_t realm = 0) {
    const std::size_t whole = std::hash<std::string_view>{}(text) + realm * std::size_t{0x9e3779b97f4a7c15};
    return static_cast<std::uint32_t>(whole ^ (whole >> 32));
  }

  /// For numbers that stand for nothing but themselves.
  static std::uint32_t hash(std::uint32_t number) { return number * 0x9e3779b1U; }

  /// The number with this hash for which same(number) holds, or none.
  template <class Same>
  std::uint32_t find(std::uint32_t hash, Same same) const {
    if (places_.empty()) return none;
    for (std::size_t at = home(hash); places_[at].number != none; at = next(at)) {
      if (places_[at].hash == hash && same(places_[at].number)) return places_[at].number;
    }
    return none;
  }

  /// A number that is not there yet.
  void insert(std::uint32_t hash, std::uint32_t number) {
    if ((size_ + 1) * 4 > places_.size() * 3) resize(std::max<std::size_t>(places_.size() * 2, smallest));
    ++size_;
    put({hash, number});
  }

  /// A number that is there, with the hash that it was inserted with.
  void erase(std::uint32_t hash, std::uint32_t number) {
    std::size_t hole = home(hash);
    while (places_[hole].number != number) hole = next(hole);
    --size_;
    // What stood further from its home because of this one moves up, so that no search ends at the hole.
    for (std::size_t at = next(hole); places_[at].number != none; at = next(at)) {
      if (distance(home(places_[at].hash), at) < distance(hole, at)) continue;
      places_[hole] = std::exchange(places_[at], {});
      hole = at;
    }
    places_[hole] = {};
    if (size_ * 8 < places_.size() && places_.size() > smallest) resize(places_.size() / 2);
  }

  std::size_t size() const { return size_; }

 private:
  static constexpr std::size_t smallest = 16;

  struct Place {
    std::uint32_t hash = 0, number = none;
  };

  std::size_t home(std::uint32_t hash) const { return hash & (places_.size() - 1); }
  std::size_t next(std::size_t at) const { return (at + 1) & (places_.size() - 1); }
  std::size_t distance(std::size_t from, std::size_t to) const { return (to - from) & (places_.size() - 1); }

  void put(Place place) {
    std::size_t at = home(place.hash);
    while (places_[at].number != none) at = next(at);
    places_[at] = place;
  }

  void resize(std::size_t places) {
    const std::vector<Place> old = std::exchange(places_, std::vector<Place>(places));
    for (const Place& place : old) {
      if (place.number != none) put(place);
    }
  }

  std::vector<Place> places_;  // a power of two of them, at most three quarters taken
  std::size_t size_ = 0;
};

}  // namespace dragoman
