#pragma once

#include <string>
#include <unordered_map>

#include "store/store.hpp"

namespace dragoman::bridge {

/// The pictures of people of a bridge, by their key (Persona::key): what their own network calls them, and which one is
/// shown for them in other rooms, over restarts too, so that none is uploaded twice.
class Faces {
 public:
  /// `owner` of the bridge.
  Faces(store::Store& store, std::string owner) : store_(store), owner_(std::move(owner)) {}

  /// `picture`: as chat::Profile::picture; empty: none any more.
  void learn(const std::string& key, const std::string& picture);
  /// nullptr: nobody has told.
  const std::string* of(const std::string& key) const;
  /// Whether this picture, or none, is what the room `place` was given for them last.
  bool is_shown(const std::string& place, const std::string& key, const std::string& picture) const;
  void note_shown(const std::string& place, const std::string& key, const std::string& picture);

 private:
  store::Store& store_;
  std::string owner_;
  std::unordered_map<std::string, std::string> known_;
  std::unordered_map<std::string, std::string> shown_;  // written in this life: the store hears of it a moment later
};

}  // namespace dragoman::bridge
