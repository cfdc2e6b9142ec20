#pragma once

#include <set>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "gateway/context.hpp"
#include "xmpp/element.hpp"
#include "xmpp/jid.hpp"

namespace dragoman::gateway {

struct Uplink;

/// Whom a person does not want to hear from (XEP-0191): the network is asked to keep them away where it can, and what
/// comes all the same is not delivered. Rooms are not concerned: there the people of the room decide.
class BlockList {
 public:
  /// Both outlive this, which is a part of `user`.
  BlockList(Context& context, User& user) : context_(context), user_(user) {}
  BlockList(const BlockList&) = delete;
  BlockList& operator=(const BlockList&) = delete;

  bool empty() const { return people_.empty(); }
  bool has(const chat::PersonId& person) const { return !people_.empty() && people_.contains(person); }
  /// The addresses that are blocked; the asker is told of changes from now on.
  std::vector<std::string> list(const xmpp::Jid& asker);
  /// All of them or none; unblocking nobody in particular unblocks everybody.
  Result<void> change(const std::vector<std::string>& jids, bool blocked);
  /// Answers what is said to somebody who is blocked with the error of XEP-0191 3.6. False: they are not.
  bool refuses(const xmpp::Element& message, const chat::PersonId& person) const;
  /// The connection is back: the network is told of all that are of it.
  void tell_all(const Uplink& uplink);
  /// They unregister: nothing of it stays.
  void forget();
  void restore(const chat::PersonId& person) { people_.insert(person); }

 private:
  void set(const chat::PersonId& person, bool blocked);
  void tell(const chat::PersonId& person, bool blocked);

  Context& context_;
  User& user_;
  std::set<chat::PersonId> people_;
  std::vector<std::string> watchers_;  // clients that have asked for the list
};

}  // namespace dragoman::gateway
