#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "backends/webhook/answering.hpp"
#include "backends/webhook/deliveries.hpp"
#include "backends/webhook/known_keys.hpp"
#include "backends/webhook/overflow.hpp"
#include "backends/webhook/posting.hpp"
#include "backends/webhook/request_log.hpp"
#include "base/names.hpp"
#include "base/timers.hpp"
#include "base/token_bucket.hpp"
#include "chat/command.hpp"
#include "chat/event.hpp"

namespace dragoman::backends::webhook {

class Hub;
class Session;
struct Hook;

/// A hook at work: who listens to it, as a contact or in its room, what it has said, what came over its rate.
class Feed {
 public:
  Feed(Hub& hub, std::string name);
  ~Feed();
  Feed(const Feed&) = delete;
  Feed& operator=(const Feed&) = delete;

  const std::string& name() const { return name_; }
  const Hook& hook() const;
  /// Reads what was kept; once.
  void load();
  /// The hook was changed: people are told what they see of it, and who may not read it any more goes.
  void changed();
  /// The hook is deleted: everybody leaves, nothing is kept.
  void end();

  /// The operator has changed how much a hook takes, or how it sends.
  void take_limits();
  /// Tells the owner what is wrong with the hook's settings or with what is sent to it; seldom, whatever comes.
  void tell_owner(const std::string& text);

  // What comes from the hook's other side.

  /// Whether one more request is within the rate.
  bool takes(Instant now) { return bucket_.take(now); }
  Instant takes_again_at(Instant now) { return bucket_.ready_at(now); }
  /// Says these now, in the order given; edits and replies find what they are about. Returns what was said.
  std::vector<Said> say(std::vector<Posting> postings);
  /// Tells them later, in a message of all.
  void gather(const std::vector<Posting>& postings);
  RequestLog& log() { return log_; }
  Deliveries& deliveries() { return deliveries_; }

  // People, feed_people.cpp. They may read the hook.

  void subscribe(Session& session);
  void unsubscribe(Session& session) { subscribers_.erase(&session); }
  std::size_t subscribers() const { return subscribers_.size(); }
  /// Fault::conflict: somebody else has the nickname.
  Result<void> enter(Session& session, const std::string& nickname);
  void leave(Session& session, const std::string& text);
  Result<void> rename(Session& session, const std::string& nickname);
  bool has_inside(Session& session) const { return people_.contains(&session); }
  std::size_t occupants() const { return people_.size() + actors_.size() + 1; }
  /// The session ends.
  void gone(Session& session);
  /// What was said in the room and to contacts, as far as the log has it.
  chat::HistoryPage history(const chat::GetHistory& wanted) const;
  chat::Profile profile() const;
  /// Of somebody who speaks through the hook and is in its room; nothing: nobody is called so.
  std::optional<chat::Profile> profile_of_speaker(std::string_view nickname) const;
  chat::RoomChanged settings() const;
  /// Everybody in the room does.
  void tell_all(const chat::Event& event);

  /// Whether people may speak to it: what they say goes somewhere.
  bool takes_answers() const;
  /// What somebody says to the hook: ends in a Done or Failed of that command.
  void answer(Session& session, chat::CommandId id, const chat::Conversation& conversation,
              const chat::Command& command);

  /// What the other side answers: in the room, or to some. Returns the id of the message.
  std::string say_in_room(Posting posting, const std::string& edited);
  std::string say_to(const std::vector<Session*>& sessions, Posting posting, const std::string& edited);
  Answering& answering() { return answering_; }
  bool is_heard_by(const Session& session) const;
  /// What they are called in the room, or outside it.
  std::string nickname_of(const Session& session) const;
  /// The others in the room see what somebody said or did in it: the other side has taken it.
  void show(Session& session, const chat::MessageId& id, const chat::Command& command);
  /// Time alone, or the other side's health, may have changed what people see.
  void rearm();

 private:
  struct Actor {
    NameRef name;
    Instant spoke{};
    std::string picture{};  ///< where it is; empty: none
  };

  void say_gathered(Posting posting);
  void tell_contacts(const Said& said);
  void tell_room(const Said& said);
  /// The occupant that speaks for this name; joins the room if need be.
  const NameRef& actor(const std::string& name);
  void show_picture(const std::string& nickname, const std::string& picture);
  void part_idle_actors();
  void tell_presence(Session& session) const;
  void tell_presence();
  chat::PresenceChanged presence() const;
  chat::Standing standing_of(const Session& session) const;
  chat::Standing actor_standing() const;
  NameRef make_name(const std::string& nickname, const std::string& identity);
  chat::MessageReceived message_of(const Said& said, const chat::Conversation& conversation) const;
  /// A message, or the new text of one.
  static chat::Event as_event(chat::MessageReceived message, const std::string& edited);

  Hub& hub_;
  std::string name_;
  RequestLog log_;
  KnownKeys keys_;
  Deliveries deliveries_;
  Overflow overflow_;
  TokenBucket bucket_;
  TokenBucket complaints_;          // to the owner
  std::optional<Timestamp> spoke_;  // the hook, last

  std::set<Session*> subscribers_;
  RealmRef realm_;
  NameRef own_;  // of the hook in its room
  std::map<Session*, NameRef> people_;
  std::map<std::string, Actor> actors_;  // by their name
  std::optional<chat::PresenceChanged> shown_;
  Answering answering_;
  Timer watch_;  // for what time alone changes: actors, presence
};

}  // namespace dragoman::backends::webhook
