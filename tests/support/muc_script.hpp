#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "backends/muc/connection.hpp"
#include "backends/muc/handlers.hpp"
#include "base/gate.hpp"
#include "tests/support/irc_events.hpp"
#include "tests/support/link_script.hpp"

namespace dragoman::test {

inline const chat::RoomId tea{"tea@muc.test"};
inline const chat::Conversation in_tea{tea, {}};

/// One voice in rooms elsewhere: the test is the XMPP server and the owner.
///
///   MucScript muc;
///   muc.is_in("alice");                                  // in tea@muc.test as "bridge", with alice
///   muc.alice_says("hi", "s1");
///   muc.owner_hears("Message in tea@muc.test <alice> hi id=s1");
class MucScript final : public chat::Observer {
 public:
  static constexpr const char* room = "tea@muc.test";
  /// What we ask each room that we have entered.
  static constexpr const char* settings_question =
      "<iq type='get' id='ID' from='bridge-dev@irc.example.org/room' to='tea@muc.test'><query "
      "xmlns='http://jabber.org/protocol/disco#info'/></iq>";
  static constexpr const char* us = "bridge-dev@irc.example.org/room";

  explicit MucScript(bool deaf = false) : deaf_(deaf) { starts(); }

  // -- what happens
  void starts() {
    voice_.reset();
    heard_.clear();
    events.clear();
    const xmpp::Jid address = *xmpp::Jid::parse(us);
    backends::muc::Voice who{"dev", "bridge", address, address.bare(), deaf_};
    voice_ = std::make_unique<backends::muc::Connection>(
        shared, std::move(who), link.link, link.timers, gate, [this](const std::string& key) { return documents[key]; },
        [this](const std::string& key, const std::string& text) { documents[key] = text; }, *this);
    voice_->start();
    turn();
    heard_.clear();
  }
  chat::CommandId owner_asks(chat::Command command) {
    const chat::CommandId id{++last_command_};
    voice_->perform(id, command);
    turn();
    step();
    return id;
  }
  void room_says(std::string_view stanza) {
    link.server_says(stanza);
    turn();
    step();
  }
  void time_passes(Duration by) {
    const Instant end = link.clock.now() + by;
    while (const auto next = link.timers.next()) {
      if (*next > end) break;
      link.time_passes(std::max<Duration>(*next - link.clock.now(), Duration::zero()));
      turn();
    }
    link.time_passes(end - link.clock.now());
    turn();
  }
  void link_breaks() {
    link.link.detach();
    link.output.text.clear();
    turn();
  }
  void link_comes_back() {
    link.link.attach(link.output);
    turn();
  }
  void stops(const std::string& text) {
    voice_->stop(text);
    turn();
  }

  // -- stanzas of the room tea@muc.test
  static std::string presence(const std::string& nick, const std::string& inside, const std::string& type = {}) {
    return "<presence from='tea@muc.test/" + nick + "' to='" + us + "'" + (type.empty() ? "" : " type='" + type + "'") +
           ">" + inside + "</presence>";
  }
  static std::string user(const std::string& inside) {
    return "<x xmlns='http://jabber.org/protocol/muc#user'>" + inside + "</x>";
  }
  static std::string item(const std::string& role, const std::string& affiliation, const std::string& more = {}) {
    return "<item role='" + role + "' affiliation='" + affiliation + "' " + more + "/>";
  }
  static std::string said_by(const std::string& nick, const std::string& inside, const std::string& id = "m1") {
    return "<message from='tea@muc.test" + (nick.empty() ? "" : "/" + nick) + "' to='" + us +
           "' type='groupchat' id='" + id + "'>" + inside + "</message>";
  }
  static std::string stanza_id(const std::string& id) {
    return "<stanza-id xmlns='urn:xmpp:sid:0' by='tea@muc.test' id='" + id + "'/>";
  }
  void comes(const std::string& nick) { room_says(presence(nick, user(item("participant", "none")))); }
  void we_are_there(const std::string& nick = "bridge", const std::string& codes = "<status code='110'/>") {
    room_says(presence(nick, user(item("participant", "none") + codes)));
  }
  void subject_comes(const std::string& subject = {}) { room_says(said_by("", "<subject>" + subject + "</subject>")); }
  void says(const std::string& nick, const std::string& text, const std::string& archive_id,
            const std::string& id = "m1") {
    room_says(said_by(nick, "<body>" + text + "</body>" + (archive_id.empty() ? "" : stanza_id(archive_id)), id));
  }
  /// The answer to the last question to the room itself.
  void room_answers(const std::string& payload, const std::string& type = "result", const std::string& from = room) {
    room_says("<iq from='" + from + "' to='" + us + "' type='" + type + "' id='" + asked_ + "'>" + payload + "</iq>");
  }
  void room_refuses(const std::string& condition, const std::string& from = room) {
    room_answers("<error type='cancel'><" + condition + " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>",
                 "error", from);
  }
  /// What rooms of today say of themselves.
  void room_tells_settings(const std::string& more = "<feature var='urn:xmpp:mam:2'/>") {
    room_answers("<query xmlns='http://jabber.org/protocol/disco#info'>" + more + "</query>");
  }
  /// The end of an archive's answer.
  void archive_ends(bool complete = true) {
    room_answers(std::string{"<fin xmlns='urn:xmpp:mam:2'"} + (complete ? " complete='true'" : "") + "/>");
  }
  /// A message of the archive.
  void archive_has(const std::string& nick, const std::string& inside, const std::string& id,
                   const std::string& stanza = "a1", const std::string& stamp = "2026-11-20T09:30:00Z") {
    room_says("<message from='tea@muc.test' to='" + std::string{us} + "'><result xmlns='urn:xmpp:mam:2' queryid='" +
              query_ + "' id='" + id + "'><forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='" +
              stamp + "'/><message xmlns='jabber:client' from='tea@muc.test/" + nick + "' type='groupchat' id='" +
              stanza + "'>" + inside + "</message></forwarded></result></message>");
  }
  /// In the room, with these others, all of it forgotten. With an archive unless said otherwise.
  template <class... Nicks>
  void is_in(const Nicks&... nicks) {
    owner_asks(chat::JoinRoom{chat::RoomId{room}, "bridge", {}});
    (comes(nicks), ...);
    we_are_there();
    subject_comes();
    take();
    if (!deaf_) {
      room_tells_settings();
      take();
      archive_ends();
    }
    forget();
  }

  // -- what is expected, each time since the last look
  /// The stanzas that we have written: ids of ours are "ID", and inside them too.
  void we_say(std::string_view expected) {
    xmpp::Element all = xml("<all>" + std::string{expected} + "</all>"), said = xml("<all/>");
    for (xmpp::Element& each : take()) said.children.push_back(std::move(each));
    sort_attributes(all);
    sort_attributes(said);
    EXPECT_EQ(said, all);
  }
  void we_say_nothing() { EXPECT_EQ(link.output.text, ""); }
  template <class... Descriptions>
  void owner_hears(const Descriptions&... descriptions) {
    EXPECT_EQ(std::exchange(heard_, {}), (std::vector<std::string>{std::string{descriptions}...}));
  }
  void owner_hears_nothing() { EXPECT_EQ(std::exchange(heard_, {}), std::vector<std::string>{}); }
  template <class Event>
  const Event& last() const {
    for (auto each = events.rbegin(); each != events.rend(); ++each) {
      if (const auto* found = std::get_if<Event>(&*each)) return *found;
    }
    static const Event none{};
    ADD_FAILURE() << "no such event was heard";
    return none;
  }
  /// The id of the last stanza that we_say or take has seen.
  const std::string& said_id() const { return asked_; }
  std::vector<xmpp::Element> take() {
    const xmpp::Element all = xml("<all>" + std::exchange(link.output.text, {}) + "</all>");
    std::vector<xmpp::Element> stanzas;
    for (xmpp::Element each : all.children) {
      if (each.has("id")) asked_ = each.get("id");
      hide_ids(each, std::string{each.get("id")});
      stanzas.push_back(std::move(each));
    }
    return stanzas;
  }
  void forget_heard() {
    heard_.clear();
    events.clear();
  }
  void forget() {
    link.output.text.clear();
    heard_.clear();
    events.clear();
  }

  // -- for scripts that are dropped at each of their steps
  struct Dropped {};
  std::size_t drop_at = 0;  ///< 0: never
  std::size_t steps() const { return steps_; }
  std::uint64_t commands() const { return last_command_; }
  const std::map<std::uint64_t, int>& endings() const { return endings_; }

  void on_event(const chat::Event& event) override {
    if (const auto* done = std::get_if<chat::Done>(&event)) ++endings_[static_cast<std::uint64_t>(done->command)];
    if (const auto* failed = std::get_if<chat::Failed>(&event)) ++endings_[static_cast<std::uint64_t>(failed->command)];
    if (!std::holds_alternative<chat::CapabilitiesChanged>(event)) heard_.push_back(describe(event, names));
    events.push_back(event);
  }

  LinkScript link;
  Gate gate;
  Names names;
  std::map<std::string, std::string> documents;
  std::vector<chat::Event> events;
  backends::muc::Shared shared{names, link.random, "irc.example.org", "irc", "a key", "dragoman 0.1.0"};

 private:
  void turn() { gate.end_turn(); }
  void step() {
    if (++steps_ == drop_at) throw Dropped{};
  }
  void hide_ids(xmpp::Element& element, const std::string& id) {
    if (!element.get("queryid").empty()) {
      query_ = element.get("queryid");
      element.set("queryid", "QUERY");
    }
    if (!id.empty() && element.get("id") == id) element.set("id", "ID");
    for (xmpp::Element& child : element.children) hide_ids(child, id);
  }

  /// Their order means nothing.
  static void sort_attributes(xmpp::Element& element) {
    std::sort(element.attributes.begin(), element.attributes.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
    for (xmpp::Element& child : element.children) sort_attributes(child);
  }

  bool deaf_;
  std::unique_ptr<backends::muc::Connection> voice_;
  std::vector<std::string> heard_;
  std::uint64_t last_command_ = 0;
  std::map<std::uint64_t, int> endings_;
  std::size_t steps_ = 0;
  std::string asked_, query_;
};

}  // namespace dragoman::test
