#pragma once

#include <string>

#include "gateway/context.hpp"
#include "gateway/dialogs/ad_hoc.hpp"
#include "gateway/room_lists.hpp"
#include "xmpp/element.hpp"
#include "xmpp/jid.hpp"

namespace dragoman::gateway {

/// What the address of one part of a network answers: a server's console. What is written to it is a command in the
/// server's own language; its items are its rooms, and its commands are about the connection to it.
class PartService {
 public:
  PartService(Context& context, RoomLists& room_lists) : context_(context), room_lists_(room_lists) {}

  void receive_message(const xmpp::Element& message, const xmpp::Jid& from, const std::string& part);
  /// False: the gateway itself answers this.
  bool receive_iq(const xmpp::Element& iq, const xmpp::Jid& from, const std::string& part);

 private:
  void disco_info(const xmpp::Element& iq, const xmpp::Jid& from, const std::string& part);
  void disco_items(const xmpp::Element& iq, const xmpp::Jid& from, const std::string& part);
  void ping(const xmpp::Element& iq, const xmpp::Jid& from, const std::string& part);
  void refuse(const xmpp::Element& stanza, Fault fault, const std::string& text);
  void refuse(const xmpp::Element& stanza, const chat::Failed& failed);
  dialogs::Place place(const std::string& part) const { return {{}, {}, context_.part_address(part), part}; }

  Context& context_;
  RoomLists& room_lists_;
};

}  // namespace dragoman::gateway
