#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "bridge/ban_mirror.hpp"
#include "bridge/overview.hpp"
#include "bridge/parts.hpp"
#include "bridge/plan.hpp"
#include "bridge/puppets.hpp"
#include "bridge/reaction_lines.hpp"
#include "bridge/rendering.hpp"
#include "bridge/room_session.hpp"
#include "bridge/source.hpp"
#include "delivery/outgoing.hpp"

namespace dragoman::bridge {

/// One room of a bridge: its session, whether it is in the room, and what is on its way there. Split by subject:
/// leg.cpp (life), leg_events.cpp (what the network tells), leg_messages.cpp (what the bridge tells it),
/// leg_puppets.cpp (who speaks there), leg_bans.cpp (who may not), leg_pastes.cpp (what is too long), leg_catch_up.cpp
/// (what was said while it was away).
class Leg final : public chat::Observer, private delivery::Outgoing::Host, private Puppets::Host {
 public:
  /// What a leg tells its bridge.
  class Host {
   public:
    /// Something was said in the room; one of the four events that are messages.
    virtual void on_said(Leg& leg, const chat::Event& event) = 0;
    /// Its state is another one.
    virtual void on_state(Leg& leg) = 0;
    /// Somebody came or went: "joined", "left".
    virtual void on_presence(Leg& leg, const std::string& name, bool here) = 0;
    /// Somebody was kicked or banned.
    virtual void on_thrown_out(Leg& leg, const std::string& name, const chat::OccupantsLeft& event) = 0;
    /// It missed what was said between these times.
    virtual void on_gap(Leg& leg, const chat::HistoryGap& gap) = 0;
    /// A message for it is held: it came over the limit, waited too long or was refused.
    virtual void on_held(Leg& leg) = 0;
    /// The leg whose room this is, in the words of a relay format; nothing: there is none any more.
    virtual std::optional<Speaker> describe(const std::string& place) const = 0;
    /// The row of what was told on the leg of this place a moment ago and has this name there (Leg::row_named); 0:
    /// none.
    virtual store::RowId row_named(const MessageName&) const { return 0; }
    /// Who said this, as an occupant of an XMPP room that addresses of `domain` enter; nothing: they can be none.
    virtual std::optional<Persona> persona_of(const Source& source, const std::string& name,
                                              const std::string& domain) const = 0;
    /// These are there, among others.
    virtual void on_roster(Leg& leg, const std::vector<std::string>& names) = 0;
    virtual void on_renamed(Leg& leg, const std::string& from, const std::string& to) = 0;
    /// Somebody of another leg is banned from this one.
    virtual void on_puppet_banned(Leg& leg, const Persona& who, const std::string& why) = 0;
    /// They may not speak over a connection of their own.
    virtual void on_puppet_barred(Leg& leg, const Persona& who, const std::string& why) = 0;
    /// Somebody says something to one of another leg alone.
    virtual void told_privately(Leg& leg, const Persona& who, const chat::MessageReceived& message) = 0;
    /// Somebody says something to the bot alone, or what it was to say to one person could not be said (Failed).
    virtual void on_private(Leg& leg, const chat::MessageReceived& message) = 0;
    virtual void private_failed(Leg& leg, const chat::Failed& failed) = 0;
    /// The room does not let it speak: what it is told waits until it does.
    virtual void on_no_voice(Leg&) {}
    /// Somebody of another leg is in the room as themselves.
    virtual void on_puppet_came(Leg&, const Persona&) {}
    /// Everything that the network tells of the room, behind the calls above.
    virtual void on_event(Leg&, const chat::Event&) {}

   protected:
    ~Host() = default;
  };

  Leg(Parts& parts, Host& host, const std::string& bridge, const Plan& plan, LegPlan leg);
  ~Leg();
  Leg(const Leg&) = delete;
  Leg& operator=(const Leg&) = delete;

  const LegPlan& plan() const { return leg_; }
  Place place() const { return {leg_.network, leg_.room.text}; }
  /// What its network calls the room now.
  const chat::RoomId& room_there() const { return session_ ? session_->here() : leg_.room; }
  /// Other policies; the room stays.
  void take(const Plan& plan, const LegPlan& leg);

  /// Its network is there: opens the session and goes to the room. nullptr: it is there no more.
  void set_network(chat::Network* network);
  chat::Network* network() const { return network_; }
  /// How the network is called.
  std::string network_name() const;
  /// Says goodbye; what waits stays in the store.
  void stop(const std::string& text);
  /// The room is not one of the bridge's any more: what waits for it is held.
  void end();
  /// Its room is that of another leg as well, under another name: it stays out.
  void give_way_to(const Leg& other);
  /// Goes in again now, if it is out or refused.
  void try_again();

  LegState state() const { return state_; }
  const std::string& state_text() const { return text_; }
  Timestamp since() const { return since_; }
  bool is_joined() const { return state_ == LegState::joined; }
  /// The room shows it as one who may not speak. Not every network says so, and some refuse nobody all the same.
  bool is_visitor() const { return is_visitor_; }
  /// Not in the room since then; nothing: it is in.
  std::optional<Timestamp> away_since() const { return away_since_; }
  /// When it was in the room for the last time before it came back.
  Timestamp last_away() const { return last_away_; }
  /// What the bridge has told the others about it.
  struct Told {
    explicit Told(Timers& timers) : timer(timers) {}
    bool waits = false;  ///< until it has been away for long
    bool away = false;
    bool held = false;  ///< that messages are held
    Timer timer;
  } told_others;

  const chat::Capabilities& capabilities() const;
  bool has_occupant(std::string_view name) const;
  /// Whether the room shows somebody of this name as one who may throw others out.
  bool is_moderator(std::string_view name) const { return moderators_.contains(folded(name)); }
  /// A row of this turn, on its way to the room; over the limit it is held. `speaker`: who says it.
  void tell(const chat::Command& command, const Source& source, const std::string& speaker);
  /// The command as it would be performed now; `as_puppet`: by an occupant of who says it. `link`: where its text is,
  /// when that is too long.
  chat::Command as_told(const chat::Command& command, const Source& source, const std::string& speaker,
                        const Counterpart& counterpart, bool as_puppet, std::string_view link = {}) const;
  /// leg_puppets.cpp.
  bool has_puppets() const { return takes_puppets() && puppets_.is_on(); }
  /// Whether somebody in the room is one whom the bridge has brought there.
  bool is_ours(std::string_view name) const;
  /// The same of somebody who has just been thrown out.
  bool was_ours(std::string_view name) const;
  /// Whether one of those has said something, of networks where that can be told by who it is.
  bool says_itself(const chat::Author& author) const;
  /// Those who would be occupants here if they only were there elsewhere.
  bool wants_all() const { return !leg_.connects && takes_puppets() && leg_.puppets.policy == PuppetPlan::Policy::all; }
  /// Whether it is a room where people of other legs can be themselves.
  bool takes_puppets() const { return leg_.is_xmpp || leg_.connects || lends_voices(); }
  bool lends_voices() const { return network_ != nullptr && network_->lends_voices(); }
  /// The address of somebody of another leg on a network that lends voices.
  std::string voice_address(const Persona& who) const;
  void appears(const Persona& who) { puppets_.appears(who); }
  /// Somebody of another leg types; of use only where they are there themselves, and the network knows such a thing.
  void types(const Persona& who, bool typing);
  /// Whether somebody of another leg is there as themselves and can have a picture.
  bool can_show(const std::string& key) const {
    return puppets_.is_there(key) && capabilities().has(chat::Feature::set_picture);
  }
  void show(const std::string& key, const std::string& bytes) {
    puppets_.perform_unheard(key, chat::SetPicture{bytes});
  }
  /// Asks for a picture of this network; a Picture follows as the event Done. Nothing: it cannot be had.
  std::optional<chat::CommandId> ask_picture(const std::string& picture);
  void renamed(const std::string& place, const std::string& user, const std::string& new_user,
               const std::string& new_name) {
    puppets_.renamed(place, user, new_user, new_name);
  }
  void pardoned(const std::string& key) { puppets_.pardoned(key); }
  bool let_in(std::string_view nick) { return puppets_.let_in(nick); }
  std::string nick_of(const std::string& key) const { return puppets_.nick_of(key); }
  /// leg_bans.cpp: what is banned in the room, and whom the bot bans and lets in again; called back from outside, or at
  /// once with Fault::closed when the bot is not in the room or loses it.
  void list_bans(BanMirror::Listed listed);
  void set_ban(const BanMirror::Entry& who, bool banned, const std::string& reason, BanMirror::Ended ended);
  /// The network of another domain, whose addresses may be in the room, ends.
  /// These are in the room, which was another bridge's. False: nobody is there themselves.
  bool take_over(const std::vector<Persona>& people);
  /// Its network, or that of people in its room, is about to end: nothing more is given to it.
  void ground() { grounded_ = true; }
  /// All that its network was given is answered for.
  bool is_answered() const { return performing_.empty(); }
  void puppets_network_goes(const std::string& domain);
  bool has_people_of(const std::string& domain) const { return leg_.network == domain || puppets_.has_of(domain); }
  /// To one person, by the bot or (`as`) by somebody's occupant; nothing: it cannot be said.
  std::optional<chat::CommandId> say_privately(const chat::Conversation& to, const chat::Content& content,
                                               const std::string& as = {});
  std::size_t people() const { return occupants_.size(); }
  /// The bridge itself says it, at once or never.
  void announce(const std::string& text);
  /// The same; a leg that is not in its room says it when it is, as long as messages wait for that.
  void announce_late(const std::string& text);
  /// From the store, after a restart or by the operator's word.
  void restore(const store::Message& row);
  /// What the bridge said there itself (Sent::ids).
  bool is_own(const chat::MessageId& id) const { return !id.empty() && own_ids_.contains(id.text); }
  /// The row of what was told a moment ago and is called this there; 0: the store knows its name, or nobody told it.
  store::RowId row_named(const std::string& id) const;
  /// What was said until then has been heard.
  std::optional<Timestamp> heard_until() const { return heard_until_; }
  /// False: the bridge has said it itself, or it was heard before, or it is history, which is not for the others.
  bool is_new(const chat::MessageReceived& event);
  /// Messages that were held since this was asked last.
  std::size_t take_held_count() { return std::exchange(held_lately_, 0); }

  LegOverview overview() const;

  void on_event(const chat::Event& event) override;

  // leg_events.cpp
  void on(const chat::Ready& event);
  void on(const chat::Lost& event);
  void on(const chat::RoomJoined& event);
  void on(const chat::RoomLeft& event);
  void on(const chat::RoomChanged& event);
  void on(const chat::TopicChanged& event);
  void on(const chat::OccupantsJoined& event);
  void on(const chat::OccupantsLeft& event);
  void on(const chat::OccupantRenamed& event);
  void on(const chat::OccupantChanged& event);
  void on(const chat::SelfChanged& event);
  void on(const chat::MessageReceived& event);
  void on(const chat::MessageEdited& event);
  void on(const chat::MessageRetracted& event);
  void on(const chat::ReactionsChanged& event);
  void on(const chat::ReadUpTo& event);
  void on(const chat::Typing& event);
  void on(const chat::HistoryGap& event);
  void on(const chat::PresenceChanged& event);
  void on(const chat::PersonChanged& event);
  void on(const chat::ContactsChanged& event);
  void on(const chat::ContactAsked& event);
  void on(const chat::Invited& event);
  void on(const chat::CapabilitiesChanged& event);
  void on(const chat::Notice& event);
  void on(const chat::Done& event);
  void on(const chat::Failed& event);

 private:
  // delivery::Outgoing::Host, leg_messages.cpp
  bool is_open(const chat::Conversation& conversation) const override;
  void perform(chat::CommandId id, const delivery::Entry& entry) override;
  bool look_up(const delivery::Entry& entry) override;
  void delivered(const delivery::Entry& entry, const chat::Sent& sent) override;
  void returned(const delivery::Entry& entry, Fault fault, const std::string& text, const std::string& code) override;
  chat::CommandId next_command() override { return chat::CommandId{++last_command_}; }

  void accept(const chat::Command& command, const Source& source, const std::string& speaker);
  // leg_puppets.cpp
  bool prepare(const delivery::Entry& entry) override;
  /// leg_pastes.cpp: true, its text is being put elsewhere, because it is too long for the room.
  bool paste(const delivery::Entry& entry);
  std::string restated(const delivery::Entry& entry) override;
  void puppet_settled(const std::vector<store::RowId>& rows) override;
  void on_puppet_came(const Persona& who) override { host_.on_puppet_came(*this, who); }
  void on_puppet_done(const chat::Done& done) override;
  void on_puppet_failed(const chat::Failed& failed) override;
  void puppet_in_doubt(const std::set<chat::CommandId>& given) override;
  void on_puppet_banned(const Persona& who, const std::string& why) override;
  void on_puppet_barred(const Persona& who, const std::string& why) override;
  void told_privately(const Persona& who, const chat::MessageReceived& message) override;
  void make_member(const std::string& key, const std::string& address) override;
  /// Lets somebody with a connection of their own into a room that only the invited come into.
  void invite(const std::string& key, const std::string& nick);
  /// Whose occupant says this; nothing: the bot does.
  std::optional<Persona> persona_of(const delivery::Entry& entry) const;
  /// Whether it is about a message that is somebody's own, and they are not there.
  bool needs_absent(const delivery::Entry& entry) const;
  void note_spoken(store::RowId row, const Persona& who);
  /// One of our messages has come to an end, or is to be said again.
  void ended(chat::CommandId id);
  bool settle(const chat::Done& done);
  bool settle(const chat::Failed& failed);
  void refuse_later(chat::CommandId id, Fault fault, const std::string& text);
  void end_refused();

  void ask_map(const chat::Command& command, store::RowId row, const Source& source, bool again);
  void found(const chat::Command& command, store::RowId row, const Source& source, Counterpart counterpart, bool again);
  void hold(const chat::Command& command, const Source& source, const std::string& speaker);
  void join();
  /// Another leg of the bridge, earlier in its plan, is on the same network.
  bool has_sibling_before() const;
  /// Not in the room, for this reason; `again`: when it is tried again, nothing: never.
  void is_out(LegState state, const std::string& text, std::optional<Duration> again);
  void is(LegState state, const std::string& text);
  void refused_to(Fault fault, const std::string& text);
  /// The room has refused what the bot says because it has no voice (XEP-0045 7.4): it is kept until it has.
  bool waits_for_voice(const chat::Failed& failed);
  void note_own(chat::Standing standing);
  void may_speak();
  void keep_heard();
  void note_standing(const std::string& folded_name, chat::Standing standing);
  /// Nobody is known to be in the room.
  void forget_occupants();
  /// leg_catch_up.cpp: from the store, until when it had listened.
  void restore_heard();
  /// It is in the room, for the first time or again; `away`: since when it was not.
  void catch_up(std::optional<Timestamp> away);
  void end_catch_up(const chat::HistoryPage* page);
  /// Of what the network says again: whether it was said meanwhile.
  bool was_missed(const chat::MessageReceived& event) const;
  bool note_heard(const chat::MessageId& id, Timestamp time);
  /// For the others, unless something that was said before is awaited.
  void hear(const chat::Event& event);
  std::string name_of(NameId id) const;
  std::string folded(std::string_view name) const;

  Parts& parts_;
  Host& host_;
  std::string bridge_, owner_;
  Plan plan_;
  LegPlan leg_;
  std::optional<RelayFormat> format_;
  delivery::Outgoing outgoing_;
  ReactionLines reaction_lines_;
  chat::Network* network_ = nullptr;
  std::string network_name_;
  std::optional<chat::Capabilities> of_network_, of_room_;
  std::string nickname_;  // as the network has it
  bool is_visitor_ = false, has_no_voice_ = false, grounded_ = false;
  LegState state_ = LegState::connecting;
  std::string text_;
  Timestamp since_{};
  std::optional<Timestamp> away_since_;
  Timestamp last_away_{};
  std::optional<chat::CommandId> joining_;
  bool has_been_in_ = false;  // since the start of the program
  bool comes_back_ = false;   // the session has been in the room, and enters it again by itself
  int attempts_ = 0;          // to go in again, one after the other
  Timer again_;
  std::set<std::string> occupants_, moderators_;  // folded

  std::optional<Timestamp> heard_until_;
  Timestamp listens_since_{};  // when it came in for the first time; nothing: before the start of the program
  std::optional<Timestamp> listened_until_;  // before the start of the program, if it ended in order
  std::deque<std::string> heard_ids_;
  std::optional<chat::CommandId> catching_up_;
  std::vector<chat::Event> put_off_;  // said meanwhile
  Gate::Hook keep_hook_;
  std::deque<std::string> own_order_;
  std::unordered_set<std::string> own_ids_;
  std::deque<std::pair<store::RowId, chat::MessageId>> told_lately_;  // the store hears of it a moment later
  std::unordered_map<store::RowId, Counterpart> counterparts_;        // of what is about another and not delivered yet

  store::RowId unwanted_ = 0;  // an edit that the policies do not let through, while it is taken from the queue
  Puppets puppets_;
  std::unordered_map<store::RowId, Persona> spoken_by_;  // by whose occupant, of what was said lately
  std::deque<store::RowId> spoken_order_;
  std::unordered_set<store::RowId> restored_;  // rows that may have been said before a restart
  using Asked = std::function<void(Result<chat::Answer> answer)>;
  void ask(const chat::Command& command, Asked asked);
  bool answered(const chat::Done& done);
  bool answered(const chat::Failed& failed);
  std::map<chat::CommandId, Asked> asked_;
  std::map<chat::CommandId, std::string> membership_of_;  // asked for, by the key of a puppet
  std::set<chat::CommandId> private_;                     // messages to one person
  std::vector<chat::Failed> refused_;
  Gate::Hook refuse_hook_;
  Timer say_again_;
  std::set<chat::CommandId> performing_;  // messages that the network was told of
  std::set<chat::CommandId> doubtful_;    // those of them for which the room was lost, or whose speaker is gone

  std::uint64_t heard_ = 0, told_ = 0, held_ = 0, last_command_ = 0;
  std::size_t held_lately_ = 0;
  // Looked at by answers of the store, which may come when the leg is gone.
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  std::unique_ptr<RoomSession> session_;  // last: it may call nothing back while it is destroyed
};

}  // namespace dragoman::bridge
