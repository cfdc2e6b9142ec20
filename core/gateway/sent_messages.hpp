#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "base/timers.hpp"
#include "base/token_bucket.hpp"
#include "delivery/outgoing.hpp"
#include "gateway/context.hpp"
#include "gateway/returned.hpp"
#include "gateway/to_command.hpp"
#include "store/message.hpp"
#include "xmpp/element.hpp"
#include "xmpp/jid.hpp"
#include "xmpp/oob.hpp"

namespace dragoman::gateway {

class LinkOffers;
class Room;
struct Uplink;

/// What a person says, and what becomes of it: taken or refused, written down (delivery::Outgoing), performed, and said
/// to be delivered or returned. Split by subject: sent_messages.cpp (taking it), sent_outcome.cpp, sent_naming.cpp
/// (which message one is about), sent_pastes.cpp (texts that are too long), sent_offers.cpp (links by jabber:iq:oob),
/// sent_signals.cpp (what a message says beside its text), confidential.cpp (what no store keeps).
class SentMessages final : private delivery::Outgoing::Host {
 public:
  /// `owner` is the person's bare address; all outlive this, which is a part of `user`.
  SentMessages(Context& context, const xmpp::Jid& owner, User& user);
  ~SentMessages();
  SentMessages(const SentMessages&) = delete;
  SentMessages& operator=(const SentMessages&) = delete;

  // `resource` is the full JID that sent it.
  void on_room_message(const xmpp::Element& message, const xmpp::Jid& resource, const chat::RoomId& room,
                       const xmpp::Jid& to);
  void on_person_message(const xmpp::Element& message, const xmpp::Jid& resource, const chat::PersonId& person);
  /// jabber:iq:oob: a link for somebody; answers `iq` when the network has taken it.
  void on_link_offer(const xmpp::Element& iq, const xmpp::OutOfBand& link, const chat::Conversation& conversation);

  /// What waits for the network.
  delivery::Outgoing& queue() { return outgoing_; }
  const delivery::Outgoing& queue() const { return outgoing_; }
  /// The network hears what is said in the conversation.
  bool is_open(const chat::Conversation& conversation) const override;
  /// A held message of theirs is tried again; it was marked as queued.
  void release(store::Message row);
  /// This connection is ready: nobody has to be told any more that something waits for it.
  void on_ready(const Uplink& uplink);
  /// This connection is over, and with it what the network believed of who writes.
  void forget_typing(const Uplink& uplink);
  /// The XMPP link is back: says what has been delivered meanwhile.
  void link_up();

 private:
  // delivery::Outgoing::Host
  void perform(chat::CommandId id, const delivery::Entry& entry) override;
  bool look_up(const delivery::Entry& entry) override;
  bool prepare(const delivery::Entry& entry) override;
  void delivered(const delivery::Entry& entry, const chat::Sent& sent) override;
  std::string restated(const delivery::Entry& entry) override;
  void returned(const delivery::Entry& entry, Fault fault, const std::string& text, const std::string& code) override;
  chat::CommandId next_command() override { return context_.next_command(); }

  Result<MessageRequest> read(const xmpp::Element& message, const chat::Conversation& conversation);
  /// Takes what is said, or answers with an error.
  void accept(const xmpp::Element& message, const xmpp::Jid& resource, const chat::Conversation& conversation,
              MessageRequest&& request);
  void accept_in_room(const xmpp::Element& message, const xmpp::Jid& resource, Room& in, const xmpp::Jid& to,
                      MessageRequest&& request);
  /// Somebody in the room, for a message to them alone.
  Result<chat::PersonId> person_in(const Room& in, const xmpp::Jid& occupant) const;
  /// Reflects it, or sends the receipt; when the link is back, while that is down.
  void say_delivered(const delivery::Entry& entry, const chat::Sent& sent);
  void reflect(const delivery::Entry& entry, const Reference& reference);
  /// A message to a person has waited for a minute: says so once a conversation and outage (rooms have said it).
  void tell_waiting();
  void say_in_confidence(const xmpp::Element& message, const chat::Conversation& conversation, MessageRequest request);

  // sent_pastes.cpp
  /// Why a text of this length cannot be taken at all; nothing when it can.
  std::optional<Error> refusal_of_length(const chat::Content& content, const chat::Conversation& conversation);
  void uploaded(const chat::Conversation& conversation, store::RowId row, std::size_t lines, std::size_t most,
                const Result<std::string>& url);

  // sent_signals.cpp
  /// Typing and read marks: passed on where the network knows such a thing, never answered.
  void signal(const chat::Conversation& conversation, const MessageRequest& request);
  /// That nothing encrypted comes through: in words, once a conversation.
  void tell_unreadable(const chat::Conversation& conversation, const xmpp::Jid& resource);

  // sent_naming.cpp
  void look_up_again(const chat::Conversation& conversation, store::RowId row, const chat::Command& command,
                     const Reference& reference, int attempt);
  void looked_up(const chat::Conversation& conversation, store::RowId row, const chat::Command& command,
                 const std::string& kept, const std::optional<store::Message>& found, int attempt);
  /// What the network is told, in the words that it has (degraded).
  chat::Command for_network(const delivery::Entry& entry);
  static bool is_said_as_it_is(const delivery::Entry& entry);
  const xmpp::Jid& network() const { return context_.link.jid(); }

  Context& context_;
  const xmpp::Jid& owner_;
  User& user_;
  TokenBucket a_minute_;
  delivery::Outgoing outgoing_;
  std::unique_ptr<LinkOffers> offers_;         // nothing for those who have none
  Timer patience_;                             // runs while a message to a person waits for the network
  std::set<chat::Conversation> told_waiting_;  // of this outage
  std::vector<std::pair<delivery::Entry, chat::Sent>> unsaid_;  // evidence that came while the XMPP link was down
  std::set<chat::Conversation> typing_;                         // where the network believes that the person writes
  std::set<chat::Conversation> told_unreadable_;
};

}  // namespace dragoman::gateway
