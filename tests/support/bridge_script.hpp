#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "bridge/bridge.hpp"
#include "bridge/departures.hpp"
#include "support/fake_network.hpp"
#include "support/fake_store.hpp"
#include "support/fake_uploader.hpp"
#include "support/manual_clock.hpp"

namespace dragoman::test {

/// A bridge of rooms on networks that the test plays, each called "one", "two" ...: the room "#one" of the network
/// "one.test".
class BridgeScript {
 public:
  explicit BridgeScript(std::vector<std::string> legs = {"one", "two"}) {
    store.holds_reads = true;  // as a real one it answers later
    plan.name = "dev";
    for (const std::string& leg : legs) {
      add_network(leg);
      plan.legs.push_back(leg_plan(leg));
    }
  }

  ~BridgeScript() { bridge.reset(), departures_.reset(); }  // before its networks
  BridgeScript(const BridgeScript&) = delete;
  BridgeScript& operator=(const BridgeScript&) = delete;

  ManualClock clock;
  FakeStore store;
  FakeUploader uploader;
  bridge::Plan plan;
  std::vector<std::string> operator_heard;
  std::vector<bridge::Ordered> orders;  ///< that the bot was given in rooms
  bool takes_orders = true;
  std::unique_ptr<bridge::Bridge> bridge;

  static bridge::LegPlan leg_plan(const std::string& leg) {
    bridge::LegPlan made;
    made.network = leg + ".test";
    made.room = chat::RoomId{'#' + leg};
    made.address = '#' + leg + '@' + made.network;
    made.label = made.address;
    made.nickname = "bridge";
    made.format = "<{nick}> ";
    return made;
  }
  bridge::LegPlan& leg(std::size_t which) { return plan.legs.at(which); }
  void add_network(const std::string& leg) { networks_[leg + ".test"] = std::make_unique<FakeNetwork>(); }
  /// The rooms elsewhere that addresses of a leg's domain enter: the occupants of its people speak there. Of a leg that
  /// people connect to (LegPlan::connects), their connections; the bot's is that of network().
  FakeNetwork& puppets_of(const std::string& leg) {
    auto& rooms = networks_["rooms of " + leg + ".test"];
    if (!rooms) rooms = std::make_unique<FakeNetwork>();
    return *rooms;
  }
  /// What the newest of them has heard, e.g. RoomJoined.
  void puppet_hears(const std::string& leg, const chat::Event& event) {
    ASSERT_NE(puppets_of(leg).session, nullptr) << "nobody of " << leg << " is an occupant";
    puppets_of(leg).session->says(event);
    end_turn();
  }
  FakeNetwork& network(const std::string& leg) { return *networks_.at(leg + ".test"); }

  /// Makes the bridge, as at the start of the program.
  void starts() {
    bridge = std::make_unique<bridge::Bridge>(parts_, plan);
    store.reader_now().open_messages([this](const store::Message& row) { bridge->restore(row); });
    bridge->start();
    departures().find([this](const std::string& name, const std::string& place) {
      const auto is_it = [&place](const bridge::LegPlan& leg) { return bridge::place_of(leg) == place; };
      return name == plan.name && std::any_of(plan.legs.begin(), plan.legs.end(), is_it);
    });
    end_turn();
  }
  /// The same with every leg in its room.
  void is_up() {
    starts();
    for (const auto& each : plan.legs) lets_in(each.room.text.substr(1));
    bots_are_in_ = true;
  }
  /// The program ends, with what it has on disk.
  void ends() {
    bots_are_in_ = false;
    bridge->stop("end");
    departures().stop();
    departures_.reset();
    marks_.flush();
    bridge.reset();
    for (auto& [domain, network] : networks_) network->commands.clear();
  }
  void lets_in(const std::string& leg, const std::vector<std::string>& others = {}) {
    says(leg, chat::Ready{"bridge", {}});
    chat::RoomJoined joined;
    joined.room = chat::RoomId{'#' + leg};
    joined.self = name(leg, "bridge");
    for (const std::string& other : others) joined.occupants.push_back({name(leg, other), {}});
    says(leg, joined);
    std::vector<chat::CommandId> joins;
    for (const auto& [id, command] : network(leg).commands) {
      if (std::holds_alternative<chat::JoinRoom>(command)) joins.push_back(id);
    }
    for (const chat::CommandId id : joins) says(leg, chat::Done{id, {}});
  }
  void says(const std::string& leg, const chat::Event& event) {
    ASSERT_NE(network(leg).session, nullptr) << leg << " has no session";
    network(leg).session->says(event);
    end_turn();
  }
  NameId name(const std::string& leg, const std::string& nickname) {
    return network(leg).names().acquire(RealmId{}, nickname, nickname, nickname);
  }
  chat::Author author(const std::string& who) const { return {chat::PersonId{who}, who, who + "@home", false}; }
  /// Somebody says something in the room of a leg; `id`: what its network calls it.
  void hears(const std::string& leg, const std::string& who, const std::string& text, const std::string& id = {}) {
    says(leg, said(leg, who, text, id));
  }
  chat::MessageReceived said(const std::string& leg, const std::string& who, const std::string& text,
                             const std::string& id = {}) const {
    chat::MessageReceived message;
    message.conversation = {chat::RoomId{'#' + leg}, {}};
    message.author = author(who);
    message.id = chat::MessageId{id};
    message.content = chat::plain(text);
    return message;
  }
  /// What a leg was told since the last call, in words: "<alice> hello", "edit x: text", "retract x", "react x: 👍".
  std::vector<std::string> told(const std::string& leg) {
    std::vector<std::string> all;
    for (const auto& [id, command] : network(leg).commands) {
      if (const std::string text = in_words(command); !text.empty()) all.push_back(text);
    }
    untaken_[leg].clear();
    for (const auto& [id, command] : std::exchange(network(leg).commands, {})) {
      if (!in_words(command).empty()) untaken_[leg].push_back(id);
    }
    return all;
  }
  /// The network takes what it was told last (told()), and calls the first of it `id`, the next ones id + "'".
  void takes(const std::string& leg, std::string id = {}) {
    for (const chat::CommandId command : std::exchange(untaken_[leg], {})) {
      chat::Sent sent;
      if (!id.empty()) sent.ids.push_back(chat::MessageId{id});
      if (!id.empty()) id += '\'';
      says(leg, chat::Done{command, sent});
    }
  }
  /// The same, and the turn goes on: the store does not know of it yet.
  void takes_within_the_turn(const std::string& leg, const std::string& id) {
    for (const chat::CommandId command : std::exchange(untaken_[leg], {})) {
      network(leg).session->says(chat::Done{command, chat::Sent{{chat::MessageId{id}}, {}, {}}});
    }
  }
  void refuses(const std::string& leg, Fault fault) {
    for (const chat::CommandId command : std::exchange(untaken_[leg], {})) {
      says(leg, chat::Failed{command, chat::Failed::Outcome::refused, fault, "no", {}});
    }
  }
  void loses(const std::string& leg) {
    says(leg, chat::Lost{Fault::unavailable, "no route", clock.now() + std::chrono::seconds{10}});
  }
  void passes(Duration time) {
    clock.advance(time);
    timers_.run(clock.now());
    end_turn();
  }
  void end_turn() {
    gate_.end_turn();
    gate_.end_turn();                                              // evidence follows
    for (int asked = 0; asked < 4; ++asked) store.answer_reads();  // what they answer may ask again
    gate_.end_turn();
  }
  /// Those who are left in rooms that are not the bridge's any more.
  bridge::Departures& departures() {
    if (!departures_) {
      departures_ = std::make_unique<bridge::Departures>(
          parts_, [this](const std::string& place, const std::vector<bridge::Persona>& people) {
            return bridge && bridge->take_over(place, people);
          });
    }
    return *departures_;
  }
  bridge::LegOverview leg_overview(std::size_t which) const { return bridge->overview().legs.at(which); }
  std::size_t rows_in(store::State state) const {
    std::size_t count = 0;
    for (const auto& [id, row] : store.rows) count += row.state == state ? 1 : 0;
    return count;
  }

 private:
  static std::string in_words(const chat::Command& command) {
    if (const auto* send = std::get_if<chat::SendMessage>(&command)) {
      std::string text = send->content.text;
      if (!send->content.shown_author.empty()) text = send->content.shown_author + ": " + text;
      if (!send->content.reply_to.empty()) text += " to " + send->content.reply_to.text;
      return send->content.kind == chat::Content::Kind::notice ? "notice: " + text : text;
    }
    if (const auto* edit = std::get_if<chat::EditMessage>(&command)) {
      return "edit " + edit->edited.text + ": " + edit->content.text;
    }
    if (const auto* retract = std::get_if<chat::RetractMessage>(&command)) return "retract " + retract->retracted.text;
    if (const auto* react = std::get_if<chat::React>(&command)) {
      std::string text = "react " + react->message.text + ':';
      for (const std::string& each : react->emoji) text += ' ' + each;
      return text;
    }
    return {};
  }

  bool bots_are_in_ = false;
  std::map<std::string, std::unique_ptr<FakeNetwork>> networks_;
  std::map<std::string, std::vector<chat::CommandId>> untaken_;
  Timers timers_{clock};
  Gate gate_;
  delivery::Marks marks_{store, gate_};
  bridge::Parts parts_{store,
                       marks_,
                       timers_,
                       gate_,
                       [this](const bridge::LegPlan& leg) -> chat::Network* {
                         const auto rooms = networks_.find("rooms of " + leg.network);
                         const bool of_puppets = leg.is_xmpp || (leg.connects && bots_are_in_);
                         if (of_puppets && rooms != networks_.end()) return rooms->second.get();
                         const auto found = networks_.find(leg.network);
                         return found == networks_.end() ? nullptr : found->second.get();
                       },
                       "dg-us",
                       [this](const std::string&, const std::string& text) { operator_heard.push_back(text); },
                       [](const chat::Author& author) { return author.identity.ends_with("@irc.test"); },
                       [this](const bridge::LegPlan&) -> media::Uploader* { return &uploader; },
                       [this](const bridge::Ordered& order) {
                         orders.push_back(order);
                         return takes_orders;
                       },
                       {},
                       [this](const std::string& name, const bridge::LegPlan& leg,
                              const std::vector<bridge::Persona>& people) { departures().leave(name, leg, people); }};
  std::unique_ptr<bridge::Departures> departures_;
};

}  // namespace dragoman::test
