#pragma once

#include <array>
#include <set>
#include <string>
#include <string_view>

#include "store/store.hpp"

namespace dragoman::gateway {

/// Whom admins let use the gateway beside those whom the configuration names (XEP-0133 4.12), and whose account is
/// disabled (4.3, 4.4): domains and bare JIDs, a document each. Whoever is disabled keeps the account, but nothing of
/// it is used. Who is banned: bans.hpp.
class AccessLists {
 public:
  enum class List { allowed, disabled };
  using Entries = std::set<std::string, std::less<>>;

  AccessLists(store::Store& store, std::string gateway) : store_(store), gateway_(std::move(gateway)) {}
  void load(store::Reader& reader);

  const Entries& entries(List list) const { return lists_[static_cast<std::size_t>(list)]; }
  /// Whether this bare JID or its domain is in the list.
  bool has(List list, std::string_view bare) const;
  void add(List list, const std::string& entry);
  void remove(List list, const std::string& entry);
  void replace(List list, const Entries& entries);

 private:
  store::Store& store_;
  std::string gateway_;
  std::array<Entries, 2> lists_;
};

}  // namespace dragoman::gateway
