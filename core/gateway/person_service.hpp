#pragma once

#include <functional>
#include <string>
#include <vector>

#include "gateway/context.hpp"
#include "gateway/dialogs/offer.hpp"
#include "gateway/user.hpp"
#include "xmpp/disco.hpp"
#include "xmpp/element.hpp"
#include "xmpp/pubsub.hpp"
#include "xmpp/vcard.hpp"

namespace dragoman::gateway {

/// A question about somebody on the network, as a person outside any room or as an occupant of one.
struct PersonQuestion {
  const xmpp::Element& iq;
  User& asker;
  chat::PersonId person;
  bool self = false;       ///< an occupant that is the asker themselves
  chat::RoomId room = {};  ///< of an occupant

  /// Whoever asks, with their client; its address was read when the stanza came.
  xmpp::Jid client() const { return *xmpp::Jid::parse(iq.get("from")); }
  dialogs::Place place() const { return {{}, person, std::string{iq.get("to")}}; }
};

/// What people of the network answer, as far as the network tells it of them. One row a question. What is asked of
/// the network ends with its answer or after 30 s (Asking); nobody is connected for a question.
class PersonService {
 public:
  explicit PersonService(Context& context) : context_(context) {}

  void receive_iq(const PersonQuestion& question);
  /// The hash of what disco_info answers, for presence.
  std::string caps() const;

 private:
  using Answer = void (PersonService::*)(const PersonQuestion& question);
  struct Row {
    std::string_view type, name, ns;
    Answer answer;
  };
  static const Row rows[];
  /// Those of the questions, and what is no question.
  std::vector<std::string> features() const;
  xmpp::DiscoInfo about() const;

  void disco_info(const PersonQuestion& question);
  void disco_items(const PersonQuestion& question);
  /// The nodes that can be read of this person.
  std::vector<std::string> nodes_of(const PersonQuestion& question) const;
  void ping(const PersonQuestion& question);
  void command(const PersonQuestion& question);
  void take_link(const PersonQuestion& question);
  // person_profile.cpp
  xmpp::VCard card_of(const chat::PersonId& person, const chat::Profile& profile) const;
  /// Gets the profile, and the picture that it names, and answers with the card of both.
  void ask_card(const PersonQuestion& question,
                std::function<void(const xmpp::Element& iq, const xmpp::VCard& card)> answered);
  /// An item of a picture's node.
  void read_picture(const PersonQuestion& question, const xmpp::ItemsQuestion& asked);
  void answer_picture(const xmpp::Element& iq, const xmpp::ItemsQuestion& asked, const xmpp::Avatar* picture);
  void vcard(const PersonQuestion& question);
  void vcard4(const PersonQuestion& question);
  void read_node(const PersonQuestion& question);
  void refuse_node(const PersonQuestion& question);
  void vcard_is_not_yours(const PersonQuestion& question);
  void last(const PersonQuestion& question);
  void version(const PersonQuestion& question);
  void time(const PersonQuestion& question);
  void legacy_time(const PersonQuestion& question);

  /// True when another client of the asker answers in place of their own occupant.
  bool forward(const PersonQuestion& question);
  template <class Wanted>
  void ask(const PersonQuestion& question, const chat::Command& command,
           std::function<void(const xmpp::Element& iq, const Wanted& answer)> answered);
  void refuse(const xmpp::Element& iq, Fault fault, const std::string& text);
  void refuse(const xmpp::Element& iq, const chat::Failed& failed);
  void answer(const xmpp::Element& result) { context_.link.send(result); }

  Context& context_;
};

}  // namespace dragoman::gateway
