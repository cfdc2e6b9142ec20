#pragma once

#include <optional>
#include <string>

#include "bridge/leg.hpp"
#include "bridge/room_ranks.hpp"

namespace dragoman::bridge {

/// Somebody of one network (a hook) who is in a room of another one and speaks there: a leg on its own. Nothing is said
/// or heard before the room wants it, which is for its moderators to say: by an invitation, or in words.
class Guest final : private Leg::Host {
 public:
  /// Whose guest it is. Called by what the room's network tells; it may end the guest later, not in the call.
  class Host {
   public:
    /// The room wants it; `by`: who has let it in.
    virtual void on_welcome(Guest& guest, const std::string& by) = 0;
    /// One of the four events that are messages. `to_guest`: it is about something that the guest has said.
    virtual void on_said(Guest& guest, const chat::Event& event, bool to_guest) = 0;
    virtual void on_presence(Guest& guest, const std::string& nickname, bool here) = 0;
    virtual void on_topic(Guest& guest, const chat::TopicChanged& topic) = 0;
    /// It may not speak in the room, and so cannot ask there either: what it says waits until it may.
    virtual void on_no_voice(Guest& guest) = 0;
    /// It was thrown out, may not come in, is not wanted any more or was never let in; it does not try again.
    virtual void on_shut_out(Guest& guest, const std::string& why) = 0;

   protected:
    ~Host() = default;
  };
  /// What it says.
  struct Words {
    chat::Command command;  ///< where it is said is filled in here
    std::string id;         ///< what the host calls it
    std::string about;      ///< an edited or answered message of the guest, as the host calls it; empty: none
    std::string answers;    ///< nickname of whose message is answered, for networks that show no replies
    std::string alone;      ///< nickname of the only one who hears it; empty: the room
  };

  struct Options {
    std::string name;   ///< as of a bridge: owner_of(name) owns its rows and documents
    std::string place;  ///< what the ids of Words are names in
    std::string thing;  ///< what the room is told has come: "hook ci"
    Plan plan;          ///< how long what it says waits, and how many
    LegPlan leg;
    bool welcome = false;  ///< the room has wanted it before
  };
  Guest(Parts& parts, Host& host, Options options);

  const std::string& name() const { return options_.name; }
  const LegPlan& leg_plan() const { return leg_.plan(); }
  const std::string& nickname() const { return nickname_; }
  bool is_welcome() const { return options_.welcome; }
  chat::Network* network() const { return leg_.network(); }
  LegOverview overview() const { return leg_.overview(); }

  /// Its network is about to end: it is given nothing more. Then, whether it has answered for all that it was given.
  void ground() { leg_.ground(); }
  bool is_answered() const { return leg_.is_answered(); }
  void set_network(chat::Network* network) { leg_.set_network(network); }
  /// Somebody wants it in: proved at once if it is inside, else when it has come in.
  void invited(const Invitation& invitation);
  /// Somebody of whom is known that they decide about the room.
  void vouched(const std::string& by);
  void say(const Words& words);
  bool restore(const store::Message& row);
  /// Says goodbye; what waits stays in the store.
  void stop(const std::string& text) { leg_.stop(text); }
  /// It does not come again: what waits is held.
  void end();

 private:
  // Leg::Host
  void on_said(Leg& leg, const chat::Event& event) override;
  void on_state(Leg&) override {}
  void on_presence(Leg& leg, const std::string& name, bool here) override;
  void on_thrown_out(Leg&, const std::string&, const chat::OccupantsLeft&) override {}
  void on_gap(Leg&, const chat::HistoryGap&) override {}
  void on_held(Leg&) override {}
  void on_no_voice(Leg&) override { is_silent(); }
  std::optional<Speaker> describe(const std::string&) const override { return std::nullopt; }
  void on_event(Leg& leg, const chat::Event& event) override;
  // A guest speaks for nobody else.
  std::optional<Persona> persona_of(const Source&, const std::string&, const std::string&) const override {
    return std::nullopt;
  }
  void on_roster(Leg&, const std::vector<std::string>&) override {}
  void on_renamed(Leg&, const std::string&, const std::string&) override {}
  void on_puppet_banned(Leg&, const Persona&, const std::string&) override {}
  void on_puppet_barred(Leg&, const Persona&, const std::string&) override {}
  void told_privately(Leg&, const Persona&, const chat::MessageReceived&) override {}
  void on_private(Leg& leg, const chat::MessageReceived& message) override { on_said(leg, message); }
  void private_failed(Leg&, const chat::Failed&) override {}

  void weigh();
  void ask();
  /// Its host hears that it has no voice, once until it has one.
  void is_silent();
  /// The room has changed what it may do there.
  void standing_is(bool visitor);
  void welcome(const std::string& by);
  void shut_out(const std::string& why);
  /// How it is spoken to: by the name it wished for, unless somebody else there has that. Where one account speaks for
  /// all guests (Matrix), that account's name says nothing.
  const std::string& called() const;
  /// True: it was a word for the guest itself.
  bool obeys(const chat::MessageReceived& message);
  void left(const chat::RoomLeft& event);
  void refused(Fault fault, const std::string& text);

  Parts& parts_;
  Host& host_;
  Options options_;
  RoomRanks ranks_;
  std::string nickname_;
  std::optional<Invitation> invitation_;
  std::string voucher_;
  bool asked_ = false, shut_out_ = false;
  bool silent_ = false;  ///< its host knows that it has no voice
  Timer patience_;
  Leg leg_;  // last: it tells
};

}  // namespace dragoman::bridge
