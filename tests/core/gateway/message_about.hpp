#pragma once

#include <set>
#include <string>
#include <vector>

#include "support/gateway_script.hpp"
#include "xmpp/retraction.hpp"

namespace dragoman::gateway {

using chat::Feature;
using chat::Support;
using store::State;
inline const chat::Conversation tea{chat::RoomId{"#tea"}, {}};
inline const chat::Conversation bob{{}, chat::PersonId{"bob"}};

inline std::string body_of(const xmpp::Element& message) { return message.child_text("body", message.ns); }
inline std::string id_in(const xmpp::Element& message, std::string_view name, std::string_view ns) {
  const xmpp::Element* child = message.child(name, ns);
  return child == nullptr ? "none" : std::string{child->get("id")};
}
inline std::string replaced_by(const xmpp::Element& m) { return id_in(m, "replace", "urn:xmpp:message-correct:0"); }
inline std::string retracted_by(const xmpp::Element& m) { return id_in(m, "retract", "urn:xmpp:message-retract:1"); }
inline std::string reacted_to_by(const xmpp::Element& m) { return id_in(m, "reactions", "urn:xmpp:reactions:0"); }
inline std::string answered_by(const xmpp::Element& m) { return id_in(m, "reply", "urn:xmpp:reply:0"); }
inline std::string refused_with(const xmpp::Element& stanza) {
  const auto* error = stanza.child("error", stanza.ns);
  const auto* condition = error == nullptr ? nullptr : error->child_of(xmpp::ns::stanza_errors);
  return condition == nullptr ? "no error" : condition->name;
}

/// Alice is in #tea with bob and carol, on a network that can do everything.
class About : public testing::Test {
 protected:
  About() {
    for (const Feature each : {Feature::edit, Feature::retract, Feature::moderate, Feature::react, Feature::reply,
                               Feature::typing, Feature::read_marks}) {
      script.network->can(each);
    }
    script.joins("alice", "#tea", {"bob", "carol"});
  }
  void alice_sends(const std::string& id, const std::string& inside, const std::string& to = "#tea@irc.test") {
    const std::string type = to == "#tea@irc.test" ? "groupchat" : "chat";
    script.xmpp_sends("<message from='alice@test/home' to='" + to + "' type='" + type + "' id='" + id + "'>" + inside +
                      "</message>");
  }
  template <class Command>
  void network_takes(const std::string& id) {
    script.network_says(
        chat::Done{script.command<Command>().first, chat::Sent{{chat::MessageId{id}}, std::nullopt, {}}});
  }
  /// Row 1, called net1 there.
  void alice_has_said_hello(const std::string& to = "#tea@irc.test") {
    alice_sends("a1", "<body>hello</body><origin-id xmlns='urn:xmpp:sid:0' id='o1'/>", to);
    network_takes<chat::SendMessage>("net1");
    script.written();
  }
  static chat::Author author(const std::string& name, bool self = false) {
    chat::Author author;
    author.name = name;
    author.self = self;
    return author;
  }
  void bob_says(const std::string& text, const std::string& id, const chat::Conversation& where = tea,
                const std::string& reply_to = {}) {
    chat::MessageReceived said{where, author("bob"), chat::MessageId{id}, chat::plain(text), std::nullopt, false};
    said.content.reply_to = chat::MessageId{reply_to};
    script.network_says(said);
  }
  std::vector<xmpp::Element> archive() {
    script.written();
    script.xmpp_sends(
        "<iq type='set' from='alice@test/home' to='#tea@irc.test' id='m'><query xmlns='urn:xmpp:mam:2'/></iq>");
    std::vector<xmpp::Element> messages;
    for (const auto& each : script.written()) {
      const auto* result = each.child("result", xmpp::ns::mam);
      if (result == nullptr) continue;
      messages.push_back(*result->child("forwarded", "urn:xmpp:forward:0")->child("message", "jabber:client"));
    }
    return messages;
  }
  test::GatewayScript script;
};

}  // namespace dragoman::gateway
