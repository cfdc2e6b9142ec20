#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bridge/ban_mirror.hpp"
#include "bridge/faces.hpp"
#include "bridge/leg.hpp"
#include "bridge/loop_guard.hpp"
#include "bridge/overview.hpp"
#include "bridge/parts.hpp"
#include "bridge/plan.hpp"
#include "bridge/rules.hpp"
#include "bridge/status_lines.hpp"

namespace dragoman::bridge {

/// A bot that ties rooms together: what is heard on one leg is a row and a command on every other one. Split by
/// subject: bridge.cpp (life), bridge_relaying.cpp (what is said), bridge_liveness.cpp (how the legs are),
/// bridge_people.cpp (who is who on the other legs), bridge_bans.cpp (who was banned).
class Bridge final : private Leg::Host, private BanMirror::Host {
 public:
  /// The rules of the plan have been checked.
  Bridge(Parts& parts, Plan plan);
  Bridge(const Bridge&) = delete;
  Bridge& operator=(const Bridge&) = delete;

  const std::string& name() const { return plan_.name; }
  const Plan& plan() const { return plan_; }
  /// Goes to the rooms whose networks are there.
  void start();
  /// A later version of the configuration: legs that have not changed keep their sessions.
  void take(Plan plan);
  /// The network of this domain is there (again), or will be there no more.
  void network_came(const std::string& domain);
  void network_goes(const std::string& domain);
  /// It is about to: it is given nothing more. Then, whether it has answered for all that it was given.
  void ground(const std::string& domain);
  bool is_answered(const std::string& domain) const;
  /// People in the room of this place, which was another bridge's, as themselves. False: it has no such room, or nobody
  /// is there themselves.
  bool take_over(const std::string& place, const std::vector<Persona>& people);
  /// Takes a queued row of ours from the store. False: it is of no leg of ours.
  bool restore(const store::Message& row);
  void stop(const std::string& text);
  /// It is not in the configuration any more.
  void end();

  bool paused() const { return paused_; }
  /// Nothing that is said from now on is told to others; what is on its way still gets there.
  void pause(const std::string& why);
  /// Goes on; legs that are out go in again.
  void resume();

  /// Its rooms have not agreed yet: they are entered, but nothing of them is told. Before start().
  void wait_for_consent() { waits_ = true; }
  void agreed() { waits_ = false; }
  /// The bot itself says something in this room of the plan, at once or never.
  void say(std::size_t leg, const std::string& text) { legs_.at(leg)->announce(text); }
  /// The same in every room, and where the bot is not in one now, when it is back.
  void say_everywhere(const std::string& text);

  /// What would become of a text: why it is not told, or how at each other leg.
  struct Explained {
    std::string refused;  ///< not empty: it is not told at all
    std::vector<std::size_t> rules;
    struct At {
      std::string address, text;
    };
    std::vector<At> legs;
  };
  /// Fault::not_found: there is no leg with this address.
  Result<Explained> explain(const std::string& address, const std::string& name, const std::string& text) const;

  BridgeOverview overview() const;

 private:
  /// What was heard, before it is known who is told.
  struct Said {
    Leg& from;
    chat::Command command;
    Source source;
    std::string speaker;
  };

  // Leg::Host
  void on_said(Leg& leg, const chat::Event& event) override;
  void on_state(Leg& leg) override;
  void on_presence(Leg& leg, const std::string& name, bool here) override;
  void on_thrown_out(Leg& leg, const std::string& name, const chat::OccupantsLeft& event) override;
  void on_gap(Leg& leg, const chat::HistoryGap& gap) override;
  void on_held(Leg& leg) override;
  std::optional<Speaker> describe(const std::string& place) const override;
  store::RowId row_named(const MessageName& name) const override;
  // bridge_people.cpp
  std::optional<Persona> persona_of(const Source& source, const std::string& name,
                                    const std::string& domain) const override;
  void on_roster(Leg& leg, const std::vector<std::string>& names) override;
  void on_renamed(Leg& leg, const std::string& from, const std::string& to) override;
  void on_puppet_banned(Leg& leg, const Persona& who, const std::string& why) override;
  void on_puppet_barred(Leg& leg, const Persona& who, const std::string& why) override;
  void told_privately(Leg& leg, const Persona& who, const chat::MessageReceived& message) override;
  void on_private(Leg& leg, const chat::MessageReceived& message) override;
  void private_failed(Leg& leg, const chat::Failed& failed) override;
  // bridge_voices.cpp
  void on_event(Leg& leg, const chat::Event& event) override;
  void tell_typing(Leg& from, const chat::Typing& event);
  // bridge_faces.cpp
  void on_puppet_came(Leg& leg, const Persona& who) override;
  void note_face(const Leg& from, const chat::PersonChanged& event);
  /// In all rooms where somebody is there themselves with another picture.
  void show_face(const std::string& key);
  void show_face(const std::string& key, const std::string& picture, const std::string& bytes);
  /// The answer to a question for a picture.
  void got_face(const Leg& from, const chat::Done& done);

  /// Somebody who is in the room of a leg themselves.
  std::optional<Persona> persona_named(const Leg& leg, const std::string& name) const;

  // bridge_bans.cpp
  void mirror_ban(const Leg& leg, const std::string& name, const chat::OccupantsLeft& event);
  std::vector<std::pair<std::string, BanMirror::Entry>> targets_of(const Persona& who,
                                                                   const std::string& but) const override;
  bool is_in(const std::string& place) const override;
  void list_bans(const std::string& place, BanMirror::Listed listed) override;
  void ban(const std::string& place, const BanMirror::Entry& who, const std::string& reason,
           BanMirror::Ended ended) override;
  void unban(const std::string& place, const BanMirror::Entry& who, BanMirror::Ended ended) override;
  void pardoned(const std::string& place, const std::string& key) override;
  std::string label_of(const std::string& place) const override;
  void tell_operator(const std::string& text) override;
  void keep(const std::string& text) override;

  void hear(Leg& from, const chat::MessageReceived& event);
  void hear(Leg& from, const chat::MessageEdited& event);
  void hear(Leg& from, const chat::MessageRetracted& event);
  void hear(Leg& from, const chat::ReactionsChanged& event);
  bool is_for_others(const Leg& from, const chat::Conversation& conversation, const chat::Author& author) const;
  bool is_order(Leg& from, const chat::MessageReceived& event) const;
  bool is_silent() const { return paused_ || waits_; }
  /// Has come through this gateway, or through too many.
  bool came_round(const std::string& via) const;
  /// Whether a bot of others says it again, or so much that it must be one.
  bool goes_round(const Leg& from, const chat::Author& author, const std::string& speaker, const std::string& text);
  Rules::Verdict judge(const Leg& from, const std::string& name, const std::string& text) const;
  /// The content as it is kept in the rows: by whom, through which gateways. Nothing: a rule drops it.
  std::optional<chat::Content> for_others(const Leg& from, const chat::Content& content, std::string& speaker);
  Source source_of(const Leg& from, const chat::Author& author, const chat::MessageId& id, Timestamp said) const;
  void tell_others(const Said& said);

  Leg* leg_at(const std::string& place) const;
  /// One message to a single person, and where an answer goes: it was said there by somebody to an occupant of ours.
  struct Talk {
    std::string place;  ///< the leg with the puppet
    std::string key;    ///< of the puppet
    chat::Conversation with;
    Instant last{};
  };
  void answer_privately(const Talk& talk, const std::string& text);

  void announce_away(Leg& leg);
  void announce_except(const Leg& leg, const std::string& text);
  void watch(Leg& leg);
  std::unique_ptr<Leg> make_leg(const LegPlan& leg);

  Parts& parts_;
  Plan plan_;
  Rules rules_;
  ForeignBots foreign_bots_;
  Breaker breaker_;
  ComingAndGoing coming_and_going_;
  bool started_ = false;
  bool paused_ = false;
  bool waits_ = false;  ///< for the consent of its rooms
  std::string paused_text_;
  std::uint64_t echoes_ = 0, storms_ = 0, made_names_ = 0;
  struct FaceAsked {
    std::string key, picture;
  };
  Faces faces_;
  std::map<std::pair<std::string, chat::CommandId>, FaceAsked> faces_asked_;  // by leg
  std::map<std::string, Talk> talks_;                                         // by the key of who is spoken to
  std::map<std::pair<std::string, chat::CommandId>, std::string> talking_;    // under way, by leg: the key
  static constexpr const char* bans_key = "bans";                             // of a document
  BanMirror ban_mirror_;
  std::vector<std::unique_ptr<Leg>> legs_;
};

}  // namespace dragoman::bridge
