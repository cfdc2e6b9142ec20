#pragma once

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "backends/services.hpp"
#include "backends/webhook/hook.hpp"
#include "backends/webhook/journal.hpp"
#include "base/result.hpp"

namespace dragoman::backends::webhook {

/// All hooks of a network, as they are kept: sealed, and erased with the account of their owner.
class Book {
 public:
  explicit Book(Services& services);

  /// Reads what was kept; once, at the start.
  void load();

  const Hook* find(std::string_view name) const;
  /// By a token without its "dgh_"; nothing for one that was replaced too long ago.
  const Hook* find_by_token(std::string_view bare, Timestamp now) const;
  /// Whether the token was one of a hook that its owner has deleted.
  bool was_deleted(std::string_view bare) const;
  /// Fault::conflict: the name is taken.
  Result<void> add(Hook hook);
  /// Takes the place of the one of this name.
  void change(Hook hook);
  void remove(const std::string& name);

  const std::map<std::string, Hook, std::less<>>& all() const { return hooks_; }
  std::size_t count_of(const std::string& owner) const;

 private:
  void keep(const Hook& hook);
  void keep_names();
  void index(const Hook& hook);
  void forget_tokens(const Hook& hook);

  Services& services_;
  std::map<std::string, Hook, std::less<>> hooks_;
  std::unordered_map<std::string, std::string> by_token_;  // hash -> name
  Journal deleted_journal_;
  std::unordered_set<std::string> deleted_;  // hashes
};

/// Whether this person may see it: the owners, its readers, everybody for a public one.
bool may_read(const Hook& hook, const std::string& jid);
/// Whether this person may change it.
bool may_change(const Hook& hook, const std::string& jid);

}  // namespace dragoman::backends::webhook
