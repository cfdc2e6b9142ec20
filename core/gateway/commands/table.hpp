#pragma once

#include "gateway/commands/command.hpp"
#include "gateway/room_lists.hpp"

namespace dragoman::gateway::commands {

/// All commands of a gateway: those of the table, and the dialogs that its network offers. One row a command says what
/// it is called, who may have it and where; the command itself is one of makers.hpp.
class Table final : public dialogs::Offers {
 public:
  explicit Table(Context& context) : room_lists_(context), desk_{context, room_lists_} {}

  dialogs::ShowsForms shows_forms(const xmpp::Jid& client) const override;
  std::vector<dialogs::Offer> offers(const xmpp::Jid& asker, const dialogs::Place& place) const override;
  std::unique_ptr<chat::Dialog> open(const dialogs::Offer& offer, const xmpp::Jid& asker, const dialogs::Place& place,
                                     chat::Dialog::Show show) override;

  RoomLists& room_lists() { return room_lists_; }

 private:
  /// What the network is told of who asks.
  chat::Account account_of(const xmpp::Jid& asker) const;
  /// A dialog of the network in which the person has logged in ends with their account here.
  chat::Step registered_by(const xmpp::Jid& asker, const chat::Step& step);

  RoomLists room_lists_;
  Desk desk_;
};

}  // namespace dragoman::gateway::commands
