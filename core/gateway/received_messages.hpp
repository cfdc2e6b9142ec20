#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "chat/command.hpp"
#include "chat/event.hpp"
#include "delivery/incoming.hpp"
#include "gateway/context.hpp"
#include "gateway/returned.hpp"
#include "store/message.hpp"
#include "xmpp/element.hpp"
#include "xmpp/hints.hpp"
#include "xmpp/jid.hpp"

namespace dragoman::gateway {

/// What the network says to a person that was said, changed, taken back, or is being written: as a row of the store
/// first (delivery::Incoming), then as stanzas for their clients. Split by subject: received_messages.cpp,
/// received_kept.cpp (what a network has kept), received_naming.cpp (which message one is about),
/// received_elsewhere.cpp (what they said with another client), confidential.cpp (what no store keeps).
class ReceivedMessages {
 public:
  /// `owner` is the person's bare address; all outlive this, which is a part of `user`.
  ReceivedMessages(Context& context, const xmpp::Jid& owner, User& user)
      : context_(context), owner_(owner), user_(user) {}
  ReceivedMessages(const ReceivedMessages&) = delete;
  ReceivedMessages& operator=(const ReceivedMessages&) = delete;

  void on(const chat::MessageReceived& event);
  void on(const chat::MessageEdited& event);
  void on(const chat::MessageRetracted& event);
  void on(const chat::ReactionsChanged& event);
  void on(const chat::Typing& event);

  /// Not from somebody who is blocked.
  bool is_heard(const chat::Conversation& conversation, const chat::Author& author) const;
  /// Writes it down to be delivered.
  void take(const chat::MessageReceived& event);
  /// A row as if it had been delivered, for the archive.
  store::Message kept_row(const chat::MessageReceived& message);
  /// A page of the past becomes rows as if it had been delivered, in front of all that the archive has
  /// (received_kept.cpp): its messages, and the reactions to them as of when they were made. Returns how many rows.
  std::size_t keep_in_front(const chat::HistoryPage& page);
  /// Writes what a network said to the person's clients.
  delivery::Delivery deliver(const store::Message& row, const chat::Command& command, bool replayed);
  /// An element that is no message, from an occupant (of this resource) or a person.
  void show(const chat::Conversation& conversation, const std::string& resource, const xmpp::Element& element,
            xmpp::Hint hint);
  /// What waits for a look-up is written again when the link is back.
  void link_down() { held_.clear(); }
  /// Nothing waits for a look-up.
  bool idle() const { return held_.empty(); }

 private:
  struct Held {
    store::Message row;
    chat::Command command;
    bool replayed;
  };

  store::Message incoming_row(const chat::Conversation& conversation, const chat::Author& author) const;
  Reference incoming_reference(const chat::Conversation& conversation, const chat::Author& author) const;
  void note_how_it_is_shown(const chat::Conversation& conversation, const chat::Content& content, Reference& reference);
  store::Message received_row(const chat::MessageReceived& event, chat::SendMessage& said);
  /// False: nobody is there.
  bool write_to_clients(const store::Message& row, const chat::Command& command, bool replayed);
  /// The first message of somebody who is no contact carries their name, if the address is not it (XEP-0172 4.2).
  bool is_to_be_introduced(const chat::PersonId& person, const std::string& name);

  store::Message kept_row(const chat::ReactionsChanged& reactions, store::RowId about);

  // received_naming.cpp
  void look_up_first(const chat::Conversation& conversation);
  void looked_up_first(const chat::Conversation& conversation, store::RowId row,
                       const std::optional<store::Message>& found);
  void name_target(Held& held, const store::Message& found);

  /// What the person has said to somebody with another client of the network, received_elsewhere.cpp.
  void deliver_from_elsewhere(const store::Message& row, const chat::Content& content,
                              const std::optional<Timestamp>& delay);
  void hear_in_confidence(const chat::MessageReceived& event);
  const xmpp::Jid& network() const { return context_.link.jid(); }

  Context& context_;
  const xmpp::Jid& owner_;
  User& user_;
  std::map<chat::Conversation, std::deque<Held>> held_;  // the first of each is being looked up
  static constexpr std::size_t most_introduced = 1000;
  std::set<chat::PersonId> introduced_;  // strangers whose name was said
};

}  // namespace dragoman::gateway
