#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
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
  /// The same, of which is known who is in it.
  VoiceBook(store::Store& store, std::string owner, const std::string& place, const std::vector<Persona>& people);

  /// The place of the book that a document of this key is; nothing: it is none.
  static std::optional<std::string> place_in(std::string_view key);
  /// Who is in a book, as a document has them.
  static std::vector<Persona> read(std::string_view document);

  void came(const Persona& who);
  /// By the key under which they came, or are now.
  void went(const std::string& key);
  bool has(const std::string& key) const { return people_.contains(key); }
  std::vector<Persona> people() const;

 private:
  void keep();

  store::Store& store_;
  std::string owner_, key_;
  std::map<std::string, Persona> people_;  // by Persona::key
};

}  // namespace dragoman::bridge
