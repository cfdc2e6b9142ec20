#pragma once

#include <map>
#include <string>
#include <vector>

#include "bridge/puppets.hpp"
#include "store/store.hpp"

namespace dragoman::bridge {

/// Who of other legs is in a room as a user that stays there while no session speaks for it (Network::lends_voices):
/// kept in the store, so that they can be written to after a restart too, and leave when they have been idle.
class VoiceBook {
 public:
  /// `owner` of the bridge, `place` of the leg.
  VoiceBook(store::Store& store, std::string owner, const std::string& place);

  void came(const Persona& who);
  /// By the key under which they came, or are now.
  void went(const std::string& key);
  bool has(const std::string& key) const { return people_.contains(key); }
  std::vector<Persona> people() const;

 private:
  void read();
  void keep();

  store::Store& store_;
  std::string owner_, key_;
  std::map<std::string, Persona> people_;  // by Persona::key
};

}  // namespace dragoman::bridge
