#pragma once

#include <map>
#include <string>
#include <string_view>

#include "chat/ids.hpp"
#include "store/store.hpp"

namespace dragoman::gateway {

/// The thread (RFC 6121 5.2.5) that a person used last with somebody: what that one says carries it back unchanged, as
/// the first Jabber clients rely on, although most networks know no threads. Documents; at most 200 a person.
class Threads {
 public:
  struct Thread {
    std::string id, parent;
    bool operator==(const Thread&) const = default;
  };

  Threads(store::Store& store, std::string network) : store_(store), network_(std::move(network)) {}

  void load(store::Reader& reader);
  /// What the person said last had this thread; an empty one ends it.
  void note(const std::string& owner, const chat::Conversation& conversation, Thread thread);
  /// nullptr: none.
  const Thread* find(const std::string& owner, const chat::Conversation& conversation) const;
  void forget(const std::string& owner);

 private:
  using Conversations = std::map<chat::Conversation, Thread>;
  void erase(const std::string& owner, const chat::Conversation& conversation);

  store::Store& store_;
  std::string network_;
  std::map<std::string, Conversations> owners_;  // by bare JID
};

}  // namespace dragoman::gateway
