#pragma once

#include <map>
#include <string>

#include "chat/event.hpp"
#include "gateway/context.hpp"
#include "store/message.hpp"
#include "xmpp/jid.hpp"

namespace dragoman::gateway {

/// Up to where somebody has read: our person with a client here (XEP-0333), or elsewhere, or the other ones.
class ReadMarks {
 public:
  /// `owner` is the person's bare address; all outlive this, which is a part of `user`.
  ReadMarks(Context& context, const xmpp::Jid& owner, User& user) : context_(context), owner_(owner), user_(user) {}
  ReadMarks(const ReadMarks&) = delete;
  ReadMarks& operator=(const ReadMarks&) = delete;

  /// They have read the conversation up to the message that their client calls `id`: the network is told, once.
  void tell(const chat::Conversation& conversation, const std::string& id);
  /// They have read a room up to the message that it calls `id`, as one of their clients has told their server.
  void has_displayed(const chat::RoomId& room, const std::string& id);
  /// The network says how far somebody has read, who may be our person elsewhere.
  void on(const chat::ReadUpTo& event);

 private:
  /// False when it was read already.
  bool has_read(const chat::Conversation& conversation, store::RowId row);
  void read_by(const chat::Conversation& conversation, const chat::Author& author, const store::Message& row);
  void read_elsewhere(const chat::Conversation& conversation, const chat::Author& author, const store::Message& row);
  const xmpp::Jid& network() const { return context_.link.jid(); }

  Context& context_;
  const xmpp::Jid& owner_;
  User& user_;
  std::map<chat::Conversation, store::RowId> read_;  // up to where the network was told
};

}  // namespace dragoman::gateway
