#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "bridge/guest.hpp"
#include "support/fake_network.hpp"
#include "support/fake_store.hpp"
#include "support/manual_clock.hpp"

namespace dragoman::test {

/// A hook, ci@hook.test, in a room of a network that the test plays.
class GuestScript : private bridge::Guest::Host {
 public:
  GuestScript() {
    store.holds_reads = true;
    options.name = "ci@hook.test tea@rooms.test";
    options.place = "hook.test ci";
    options.thing = "the hook ci";
    options.plan.keep = std::chrono::hours{24};
    options.leg.network = "hook.test";
    options.leg.is_xmpp = true;
    options.leg.room = chat::RoomId{"tea@rooms.test"};
    options.leg.address = options.leg.label = options.leg.room.text;
    options.leg.nickname = options.leg.voice = "ci";
  }
  ~GuestScript() { guest.reset(); }
  GuestScript(const GuestScript&) = delete;
  GuestScript& operator=(const GuestScript&) = delete;

  ManualClock clock;
  FakeStore store;
  FakeNetwork network;
  bridge::Guest::Options options;
  std::unique_ptr<bridge::Guest> guest;
  std::string own_name = "ci";     // as the room has it
  std::vector<std::string> heard;  // by its host: "welcome by alice", "said ...", "shut out: ..."

  void comes() {
    guest = std::make_unique<bridge::Guest>(parts_, static_cast<bridge::Guest::Host&>(*this), options);
    store.reader_now().open_messages([this](const store::Message& row) { guest->restore(row); });
    guest->set_network(&network);
    says(chat::Ready{"ci", {}});
  }
  void ends() {
    guest->stop("end");
    marks_.flush();
    guest.reset();
    network.commands.clear();
  }

  struct Somebody {
    std::string nickname;
    chat::Role role = chat::Role::participant;
    std::string account{};
  };
  chat::Occupant occupant(const Somebody& who) {
    chat::Occupant occupant{name(who.nickname), {}};
    occupant.standing.role = who.role;
    if (!who.account.empty()) network.names().identify(occupant.name, who.account, {});
    return occupant;
  }
  void is_let_in(const std::vector<Somebody>& others) {
    chat::RoomJoined joined;
    joined.room = options.leg.room;
    joined.self = name(own_name);
    for (const Somebody& each : others) joined.occupants.push_back(occupant(each));
    says(joined);
  }
  void has_role(chat::Role role) {
    chat::SelfChanged self{own_name, options.leg.room, {}, {}};
    self.standing.role = role;
    says(self);
  }
  void hears(const std::string& who, const std::string& text, const std::string& id = {}) {
    chat::MessageReceived message;
    message.conversation = {options.leg.room, {}};
    message.author = {chat::PersonId{who}, who, who + "'s id", false};
    message.id = chat::MessageId{id};
    message.content = chat::plain(text);
    says(message);
  }
  void says(const chat::Event& event) {
    network.session->says(event);
    end_turn();
  }
  void passes(Duration time) {
    clock.advance(time);
    timers_.run(clock.now());
    end_turn();
  }
  /// What the room was told since the last call, and takes: by the ids "r1", "r2" ...
  std::vector<std::string> told() {
    end_turn();
    std::vector<std::string> all;
    for (const auto& [id, command] : std::exchange(network.commands, {})) {
      if (const auto* send = std::get_if<chat::SendMessage>(&command)) {
        std::string text = send->content.text;
        if (!send->content.reply_to.empty()) text += " to " + send->content.reply_to.text;
        if (!send->conversation.is_room()) text += " only to " + send->conversation.person.text;
        all.push_back(std::move(text));
      } else if (const auto* edit = std::get_if<chat::EditMessage>(&command)) {
        all.push_back("edit " + edit->edited.text + ": " + edit->content.text);
      } else {
        continue;
      }
      chat::Sent sent;
      sent.ids.push_back(chat::MessageId{'r' + std::to_string(++taken_)});
      says(chat::Done{id, sent});
    }
    return all;
  }
  void say(const std::string& text, const std::string& id = "w1") {
    guest->say({chat::SendMessage{{}, chat::plain(text)}, id, {}, {}, {}});
    end_turn();
  }
  void end_turn() {
    gate_.end_turn();
    gate_.end_turn();
    for (int asked = 0; asked < 4; ++asked) store.answer_reads();
    gate_.end_turn();
  }
  std::size_t rows_in(store::State state) const {
    std::size_t count = 0;
    for (const auto& [id, row] : store.rows) count += row.state == state ? 1 : 0;
    return count;
  }

 private:
  NameId name(const std::string& nickname) {
    return network.names().acquire(RealmId{}, nickname, nickname, nickname, {});
  }
  void on_welcome(bridge::Guest&, const std::string& by) override { heard.push_back("welcome by " + by); }
  void on_said(bridge::Guest&, const chat::Event& event, bool to_guest) override {
    const auto* message = std::get_if<chat::MessageReceived>(&event);
    heard.push_back("said " + (message == nullptr ? "?" : message->content.text) + (to_guest ? " to it" : ""));
  }
  void on_presence(bridge::Guest&, const std::string& nickname, bool here) override {
    heard.push_back(nickname + (here ? " came" : " went"));
  }
  void on_topic(bridge::Guest&, const chat::TopicChanged& topic) override { heard.push_back("topic " + topic.topic); }
  void on_no_voice(bridge::Guest&) override { heard.push_back("no voice"); }
  void on_shut_out(bridge::Guest&, const std::string& why) override { heard.push_back("shut out: " + why); }

  int taken_ = 0;
  Timers timers_{clock};
  Gate gate_;
  delivery::Marks marks_{store, gate_};
  bridge::Parts parts_{store,
                       marks_,
                       timers_,
                       gate_,
                       [this](const bridge::LegPlan&) { return &network; },
                       "dg-us",
                       [](const std::string&, const std::string&) {},
                       [](const chat::Author& author) { return author.identity.ends_with("@hook.test"); }};
};

}  // namespace dragoman::test
