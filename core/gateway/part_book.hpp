#pragma once

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/secret.hpp"
#include "chat/form.hpp"
#include "store/store.hpp"

namespace dragoman::gateway {

/// What people have set for one part of a network alone (chat::Network::part_form): encrypted documents of the kind
/// "part", whose key is the part (empty: of a network that is one). Written in the turn, read from memory.
class PartBook {
 public:
  struct Settings {
    chat::Fields fields;
    Secret<std::string> password;
  };

  /// `gateway` is its domain.
  PartBook(store::Store& store, std::string gateway) : store_(store), gateway_(std::move(gateway)) {}
  void load(store::Reader& reader);

  /// nullptr: nothing was set. `person` is a bare JID.
  const Settings* find(std::string_view person, const std::string& part) const;
  void set(std::string_view person, const std::string& part, Settings settings);
  /// The person unregistered: nothing of them is kept.
  void forget(std::string_view person);

 private:
  store::Store& store_;
  std::string gateway_;
  std::unordered_map<std::string, std::map<std::string, Settings>> people_;
};

/// The value of a document, for who writes one elsewhere (import).
std::string write_part(const PartBook::Settings& settings);

}  // namespace dragoman::gateway
