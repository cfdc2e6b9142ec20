#pragma once

#include <functional>
#include <string>
#include <vector>

#include "gateway/commands/table.hpp"
#include "gateway/context.hpp"
#include "gateway/dialogs/ad_hoc.hpp"
#include "gateway/dialogs/chats.hpp"
#include "gateway/legacy_keys.hpp"
#include "gateway/people_search.hpp"
#include "gateway/room.hpp"
#include "gateway/updates.hpp"
#include "xmpp/disco.hpp"
#include "xmpp/element.hpp"
#include "xmpp/query_action.hpp"
#include "xmpp/rsm.hpp"

namespace dragoman::gateway {

class Gateway;

/// What the gateway answers as itself: discovery, registration, small talk (version, time, ping). One row a question:
/// namespace and element -> answer. For its rooms and people: RoomService, PersonService.
class Service {
 public:
  Service(Context& context, Gateway& gateway, Instant started);

  void receive_iq(const xmpp::Element& iq, const xmpp::Jid& from);
  RoomLists& room_lists() { return commands_.room_lists(); }
  void receive_message(const xmpp::Element& message, const xmpp::Jid& from, const xmpp::Jid& to);
  /// A message to a person of the network. True: it was a command about them ("!test"), or an answer of one.
  bool take_command(const xmpp::Element& message, const xmpp::Jid& from, const xmpp::Jid& to,
                    const chat::PersonId& person) {
    return chats_.receive_at({{}, person, to.bare().str()}, message, from);
  }
  /// Versions of this program, which has an address of its own: "dragoman@irc.example.org".
  Updates& updates() { return updates_; }
  /// The hash of what disco_info answers, for presence.
  std::string caps() const;

 private:
  using Answer = void (Service::*)(const xmpp::Element& iq, const xmpp::Jid& from);
  struct Question {
    std::string_view type, name, ns;
    Answer answer;
  };
  static const Question questions[];
  /// Those of the questions, as far as the operator allows them, and what is no question.
  std::vector<std::string> features() const;
  xmpp::DiscoInfo about() const;

  void disco_info(const xmpp::Element& iq, const xmpp::Jid& from);
  void disco_items(const xmpp::Element& iq, const xmpp::Jid& from);
  void list_rooms(const xmpp::Element& iq, const xmpp::Jid& from);
  void answer_page(const xmpp::Element& iq, const std::vector<xmpp::DiscoItem>& items, const xmpp::PageRequest& asked);
  void ping(const xmpp::Element& iq, const xmpp::Jid& from);
  void version(const xmpp::Element& iq, const xmpp::Jid& from);
  void last(const xmpp::Element& iq, const xmpp::Jid& from);
  void time(const xmpp::Element& iq, const xmpp::Jid& from);
  void legacy_time(const xmpp::Element& iq, const xmpp::Jid& from);
  void vcard(const xmpp::Element& iq, const xmpp::Jid& from);
  void vcard_is_not_yours(const xmpp::Element& iq, const xmpp::Jid& from);
  // service_picture.cpp
  void read_node(const xmpp::Element& iq, const xmpp::Jid& from);
  void refuse_node(const xmpp::Element& iq, const xmpp::Jid& from);
  void prompt(const xmpp::Element& iq, const xmpp::Jid& from);
  void read_prompt(const xmpp::Element& iq, const xmpp::Jid& from);

  // service_agents.cpp: what clients asked before there was disco.
  void agent(const xmpp::Element& iq, const xmpp::Jid& from);
  void agents(const xmpp::Element& iq, const xmpp::Jid& from);
  void browse(const xmpp::Element& iq, const xmpp::Jid& from);

  // service_register.cpp; register_action.cpp for XEP-0099.
  void register_form(const xmpp::Element& iq, const xmpp::Jid& from);
  void register_account(const xmpp::Element& iq, const xmpp::Jid& from);
  void register_by(const xmpp::QueryAction& action, const xmpp::Element& iq, const xmpp::Jid& from);
  void show_registration(const xmpp::Element& iq, const xmpp::Jid& from);
  void change_registration(const xmpp::Element& iq, const xmpp::Jid& from);
  void refuse_registration(const xmpp::Element& iq, const Error& why, const chat::Form& shown);
  void unregister(const xmpp::Element& iq, const xmpp::Jid& from);
  /// Asks whether somebody means what goes with their account too (XEP-0077 3.2). False: nothing does, or they do.
  bool ask_before_unregistering(const xmpp::Element& iq, const xmpp::Jid& from);

  void command(const xmpp::Element& iq, const xmpp::Jid& from);
  void search_form(const xmpp::Element& iq, const xmpp::Jid& from);
  void search(const xmpp::Element& iq, const xmpp::Jid& from);
  void private_data(const xmpp::Element& iq, const xmpp::Jid& from);
  void autoupdate(const xmpp::Element& iq, const xmpp::Jid& from);

  // service_roster.cpp
  void no_roster(const xmpp::Element& iq, const xmpp::Jid& from);
  void roster_push(const xmpp::Element& iq, const xmpp::Jid& from);
  void suggest_contacts(const xmpp::Element& iq, const xmpp::Jid& from);
  /// True when a message brought contacts; it is answered then.
  bool take_suggestions(const xmpp::Element& message, const xmpp::Jid& from);
  bool take_read_marks(const xmpp::Element& message, const xmpp::Jid& from);
  void block_list(const xmpp::Element& iq, const xmpp::Jid& from);
  void block(const xmpp::Element& iq, const xmpp::Jid& from);

  void refuse(const xmpp::Element& iq, Fault fault, const std::string& text);
  void answer(const xmpp::Element& result);
  void add_parts(std::vector<xmpp::DiscoItem>& items, const xmpp::Jid& from) const;
  dialogs::Place place() const { return {{}, {}, context_.link.jid().str()}; }

  Context& context_;
  Gateway& gateway_;
  Instant started_;
  commands::Table commands_;
  dialogs::AdHoc ad_hoc_;
  dialogs::Chats chats_;
  LegacyKeys keys_;
  PeopleSearch search_;
  Updates updates_;
};

}  // namespace dragoman::gateway
