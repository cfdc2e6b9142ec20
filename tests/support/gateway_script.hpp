#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/log_control.hpp"
#include "gateway/gateway.hpp"
#include "gateway/sibling.hpp"
#include "support/fake_network.hpp"
#include "support/fake_store.hpp"
#include "support/fake_uploader.hpp"
#include "support/fixed_random.hpp"
#include "support/manual_clock.hpp"
#include "xmpp/namespaces.hpp"
#include "xmpp/writer.hpp"
#include "xmpp/xml_parser.hpp"

namespace dragoman::test {

/// A whole gateway between a scripted XMPP server and a scripted network, in one thread and without a socket.
class GatewayScript : private xmpp::LinkOutput {
 public:
  explicit GatewayScript(gateway::Policy policy = default_policy(), std::vector<gateway::Sibling> siblings = {},
                         FakeShape shape = {})
      : policy_(std::move(policy)), siblings_(std::move(siblings)), shape_(std::move(shape)) {
    boot();
  }
  explicit GatewayScript(FakeShape shape) : GatewayScript(default_policy(), {}, std::move(shape)) {}

  static gateway::Policy default_policy() {
    gateway::Policy policy;
    policy.allow = {"test"};
    policy.welcome = false;  // what is said first has tests of its own
    return policy;
  }

  ManualClock clock;
  FakeStore store;
  std::unique_ptr<FakeNetwork> network;
  FakeUploader uploader;

  /// A stanza from the XMPP side; the turn ends behind it.
  void xmpp_sends(const std::string& xml) {
    const auto stanza = xmpp::parse_element(xml, xmpp::ns::component);
    ASSERT_NE(stanza, nullptr) << xml;
    link_->receive(*stanza);
    end_turn();
  }
  void network_says(const chat::Event& event) {
    ASSERT_NE(network->session, nullptr) << "nobody is connected";
    network->session->says(event);
    end_turn();
  }
  /// The same of the newest session of a part.
  void part_says(const std::string& part, const chat::Event& event) {
    ASSERT_TRUE(network->sessions.contains(part)) << "nobody is connected to " << part;
    network->sessions[part]->says(event);
    end_turn();
  }
  /// Everything written since the last call, without the barrier pings and probes: servers answer those themselves.
  std::vector<xmpp::Element> written() {
    const auto root = xmpp::parse_element("<r xmlns='jabber:component:accept'>" + out_ + "</r>", "");
    EXPECT_NE(root, nullptr) << out_;
    out_.clear();
    std::vector<xmpp::Element> stanzas;
    for (const auto& each : root->children) {
      if (each.get("type") == "probe") {
        probes.emplace_back(each.get("to"));
      } else if (each.name != "iq" || each.get("to") != "irc.test") {
        stanzas.push_back(each);
      }
    }
    return stanzas;
  }
  std::vector<bool> quits;                                   // an admin ended the program; true: to be started again
  std::function<std::string(const std::string&)> page_link;  // from the next restart on
  std::vector<std::string> probes;  // whose presence was asked for, as far as written() has seen it
  /// The one stanza that was written since the last call.
  xmpp::Element only() {
    const auto stanzas = written();
    EXPECT_EQ(stanzas.size(), 1U) << dump(stanzas);
    return stanzas.empty() ? xmpp::Element{} : stanzas.front();
  }
  /// The server proves that it took everything: our ping comes back.
  void server_proves() {
    const std::string all = out_;
    const auto root = xmpp::parse_element("<r xmlns='jabber:component:accept'>" + all + "</r>", "");
    for (const auto& each : root->children) {
      if (each.name == "iq" && each.get("to") == "irc.test") link_->receive(each);
    }
    end_turn();
  }
  static std::string dump(const std::vector<xmpp::Element>& stanzas) {
    std::string text;
    for (const auto& each : stanzas) text += xmpp::to_xml(each) + '\n';
    return text;
  }

  /// The newest command of a kind, with its id.
  template <class Command>
  std::pair<chat::CommandId, Command> command() {
    for (auto each = network->commands.rbegin(); each != network->commands.rend(); ++each) {
      if (const auto* found = std::get_if<Command>(&each->second)) return {each->first, *found};
    }
    ADD_FAILURE() << "no such command was performed";
    return {};
  }
  template <class Command>
  std::size_t count() const {
    std::size_t number = 0;
    for (const auto& [id, each] : network->commands) number += std::holds_alternative<Command>(each) ? 1 : 0;
    return number;
  }

  NameId name(const std::string& nickname) { return name(nickname, {}); }
  /// As it is in a room, where it means somebody else than in others.
  NameId name(const std::string& nickname, const chat::RoomId& room) {
    const RealmRef realm{network->names(), network->realm_of(room)};
    return network->names().acquire(realm.id(), nickname, nickname, gateway::escaped(xmpp::safe_resource(nickname)));
  }
  /// `who`@test/home joins `room`, the network lets them in with the others; output so far is dropped.
  void joins(const std::string& who, const std::string& room, const std::vector<std::string>& others = {},
             const std::string& topic = {}) {
    xmpp_sends("<presence from='" + who + "@test/home' to='" + room + "@irc.test/" + who +
               "'><x xmlns='http://jabber.org/protocol/muc'/></presence>");
    const std::string part = network->part_of(chat::RoomId{room});
    const bool first = network->in_parts() ? ready_.insert(who + '%' + part).second : count<chat::JoinRoom>() == 1;
    if (first) part_says(part, chat::Ready{who, {}});
    lets_in(room, who, others, topic);
    written();
  }
  void lets_in(const std::string& room, const std::string& nick, const std::vector<std::string>& others = {},
               const std::string& topic = {}) {
    chat::RoomJoined joined;
    joined.room = chat::RoomId{room};
    joined.name = room;
    joined.self = name(nick, joined.room);
    for (const auto& other : others) joined.occupants.push_back({name(other, joined.room), {}});
    joined.topic = topic;
    const std::string part = network->part_of(joined.room);
    part_says(part, joined);
    const auto join = command<chat::JoinRoom>();
    part_says(part, chat::Done{join.first, {}});
  }

  void link_goes_down() {
    link_->detach();
    end_turn();
  }
  void link_comes_up() {
    link_->attach(*this);
    end_turn();
  }
  /// kill -9 and a new start on the same store.
  void restart(gateway::Policy policy) {
    policy_ = std::move(policy);
    restart();
  }
  void restart() {
    gateway_.reset();
    link_.reset();
    network.reset();
    out_.clear();
    boot();
  }
  /// The upload number `which` ends like this.
  void uploaded(std::size_t which, Result<std::string> url) {
    uploader.waiting.at(which)(std::move(url));
    end_turn();
  }
  void passes(Duration time) {
    clock.advance(time);
    timers_.run(clock.now());
    end_turn();
  }
  /// What the operator's words work with.
  gateway::Context& context() { return gateway_->context(); }
  LogControl& log() { return log_; }
  void end_turn() { gate_.end_turn(); }
  void stop() { gateway_->stop(); }
  /// The operator changes the configuration.
  void policy_becomes(gateway::Policy policy) {
    policy_ = policy;
    gateway_->take_policy(std::move(policy));
    end_turn();
  }
  const gateway::ClientFeatures& features() const { return gateway_->features(); }
  gateway::Overview overview() const { return gateway_->overview(); }

 private:
  void boot() {
    network = std::make_unique<FakeNetwork>(shape_);
    ready_.clear();
    link_ = std::make_unique<xmpp::Link>(*xmpp::Jid::parse("irc.test"), timers_, random_);
    gateway::Gateway::Parts parts{*network,        *link_, store,
                                  timers_,         gate_,  random_,
                                  "dragoman test", {},     [this](bool restart) { quits.push_back(restart); }};
    parts.key = "a secret of this installation";
    parts.siblings = [this] { return siblings_; };
    parts.uploader = &uploader;
    parts.page_link = page_link;
    parts.log = &log_;
    gateway_ = std::make_unique<gateway::Gateway>(std::move(parts), policy_);
    gateway_->start();
    link_comes_up();
  }
  std::string& buffer() override { return out_; }
  void touch() override {}
  std::size_t backlog() const override { return 0; }

  gateway::Policy policy_;
  std::vector<gateway::Sibling> siblings_;
  FakeShape shape_;
  std::set<std::string> ready_;  // "alice%part"
  FixedRandom random_;
  Timers timers_{clock};
  LogControl log_{timers_, log::Level::info};
  Gate gate_;
  std::string out_;
  std::unique_ptr<xmpp::Link> link_;
  std::unique_ptr<gateway::Gateway> gateway_;
};

}  // namespace dragoman::test
