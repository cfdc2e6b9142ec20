#pragma once

#include <functional>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.hpp"
#include "base/timers.hpp"
#include "chat/command.hpp"
#include "chat/event.hpp"
#include "delivery/marks.hpp"
#include "store/store.hpp"

namespace dragoman::delivery {

/// How long accepted messages wait for a network, and how many.
struct Policy {
  Duration room_patience = std::chrono::hours{1};
  Duration person_patience = std::chrono::hours{24};
  std::size_t rows_per_owner = 1000;
  std::size_t bytes_per_owner = 4 * 1024 * 1024;
};

/// One accepted message on its way to the network.
struct Entry {
  store::RowId row = 0;
  chat::Command command;
  std::string sender;     ///< full JID that sent it
  std::string stanza_id;  ///< its id, for the reflection, the receipt and errors
  Timestamp accepted{};
  Instant expires{};
  enum class Stage {
    looking,  ///< what it needs before it can be performed is being got: Host::look_up, Host::prepare
    waiting,
    performed,
  } stage = Stage::waiting;
  bool looks_up = false;       ///< before it is performed for the first time
  bool prepared = false;       ///< Host::prepare was asked
  std::string link;            ///< where its text is, which is too long to be said; empty: it is said itself
  store::RowId waits_for = 0;  ///< while looking: a message of this queue that gets its name when the network takes it
  chat::CommandId performed_as{};
  std::size_t bytes = 0;  ///< counted against the owner's limit
};

/// What a message says in the room when the network has taken it: sometimes not what was sent (chat::Sent::text).
chat::Content shown_content(const chat::SendMessage& send, const chat::Sent& sent);

/// What an owner's messages go through: a row for each, in order within each conversation, until the network's evidence
/// (delivered), its refusal or the end of its patience (returned).
class Outgoing {
 public:
  /// What the queue needs of the person that it works for.
  class Host {
   public:
    /// Whether the network can take a message of this conversation now.
    virtual bool is_open(const chat::Conversation& conversation) const = 0;
    virtual void perform(chat::CommandId id, const Entry& entry) = 0;
    /// Looks up how the network calls the message that this one is about, when the network can take it. False: nothing
    /// needs to be looked up. True: named(), unnamed() or named_with() follows, later.
    virtual bool look_up(const Entry& entry) = 0;
    /// Gets what the message needs besides its name for another, when the network can take it and before it is
    /// performed for the first time since the start of the program. False: nothing. True: prepared() or unprepared()
    /// follows, later; what comes after it in the conversation waits.
    virtual bool prepare(const Entry&) { return false; }
    virtual void delivered(const Entry& entry, const chat::Sent& sent) = 0;
    /// The stanza_id of a message that the network has taken now, when it should say something else than at acceptance
    /// (the nickname has changed meanwhile); empty: as it is.
    virtual std::string restated(const Entry&) { return {}; }
    /// Tells the sender that the message came back, with its id and text; the row is confirmed by confirm_returned.
    /// `code`: what the network calls the reason; empty: it was not the network, or it has no name for it.
    virtual void returned(const Entry& entry, Fault fault, const std::string& text, const std::string& code) = 0;
    virtual chat::CommandId next_command() = 0;

   protected:
    ~Host() = default;
  };

  Outgoing(std::string network, std::string owner, Host& host, store::Store& store, Marks& marks, Timers& timers,
           Policy policy);
  ~Outgoing() { marks_.flight().landed(performed_.size()); }
  Outgoing(const Outgoing&) = delete;
  Outgoing& operator=(const Outgoing&) = delete;

  /// Takes a message: a row of this turn. Fault::limited when the owner's queue is full, Fault::storage when the disk
  /// is; then nothing was taken. `about_another`: it is an edit, a reply ... (look_up).
  Result<void> accept(chat::Command command, std::string sender, std::string stanza_id, bool about_another = false);
  /// So many messages may wait from now on.
  void set_most_rows(std::size_t rows) { policy_.rows_per_owner = rows; }
  /// After a restart: a row that is still queued. Rows come in order of id.
  void restore(const store::Message& row);
  /// The network can take messages again (Ready, RoomJoined): performs what waits, in order.
  void wake();
  /// The end of a look_up: what the network calls the message that the row is about. `stanza_id` not empty: what the
  /// row's is from now on. `thread`: of that message; an answer that names none belongs to it.
  void named(const chat::Conversation& conversation, store::RowId row, const chat::MessageId& id,
             std::string stanza_id = {}, const std::string& thread = {});
  /// There is no such message: it comes back. (A reply goes on as an ordinary message.)
  void unnamed(const chat::Conversation& conversation, store::RowId row, Fault fault, const std::string& text);
  /// It is about a message of the same queue: goes on when the network has taken that one. False: that is not here.
  bool named_with(const chat::Conversation& conversation, store::RowId row, store::RowId other);
  /// The end of a prepare: the message goes on. `link`: where its text was put; empty: nowhere.
  void prepared(const chat::Conversation& conversation, store::RowId row, std::string link);
  /// It cannot go on: it comes back.
  void unprepared(const chat::Conversation& conversation, store::RowId row, Fault fault, const std::string& text);

  /// Events of the session; false when the command is not a message of ours.
  bool on_done(const chat::Done& done);
  bool on_failed(const chat::Failed& failed);
  /// Gives back everything of a conversation that cannot be delivered any more (the room was left).
  void give_back(const chat::Conversation& conversation, Fault fault, const std::string& text);
  /// One message. False: it is not in a queue, or the network is being told of it.
  bool give_back(store::RowId row, Fault fault, const std::string& text);
  void give_back_all(Fault fault, const std::string& text);

  /// For what is accepted from now on.
  void set_policy(const Policy& policy) { policy_ = policy; }

  /// The conversations in which something waits for the network.
  std::vector<chat::Conversation> waiting() const;

  /// Those in which anything is on its way.
  std::vector<chat::Conversation> conversations() const;

  bool empty() const { return entries_ == 0; }
  std::size_t size() const { return entries_; }
  /// When the message was accepted that waits longest; nothing: none waits.
  std::optional<Timestamp> oldest() const;

 private:
  using Queue = std::list<Entry>;  // most have one, and a deque begins with two allocations
  void perform(Queue::iterator entry);
  /// The network has answered for it, or nobody asks any more.
  void landed(chat::CommandId id) { marks_.flight().landed(performed_.erase(static_cast<std::uint64_t>(id))); }
  void wake(const chat::Conversation& conversation, Queue& queue);
  /// Those that waited for the name of this one.
  void settle(const chat::Conversation& conversation, store::RowId row, const chat::MessageId* id);
  /// `one`: a queue of one entry.
  void enqueue(const chat::Conversation& conversation, Queue one);
  /// Performs it, or begins to get what it needs: false. So it is when the end is near (Flight).
  bool go(Queue::iterator entry);
  /// Takes the entry out of its queue; a queue of one.
  Queue take(Queue::iterator entry);
  void give_back(Entry entry, Fault fault, const std::string& text, const std::string& code = {});
  /// Takes one out of its queue and gives it back; what waited behind it goes on.
  void give_back(const chat::Conversation& conversation, store::RowId row, Fault fault, const std::string& text);
  void schedule_expiry();
  void expire();
  Entry* find(const chat::Conversation& conversation, store::RowId row);

  std::string network_, owner_;
  Host& host_;
  store::Store& store_;
  Marks& marks_;
  Timer expiry_;
  const Clock& clock_;
  Policy policy_;
  std::map<chat::Conversation, Queue> queues_;
  std::unordered_map<std::uint64_t, Queue::iterator> performed_;  // by chat::CommandId
  std::size_t entries_ = 0, bytes_ = 0;
};

}  // namespace dragoman::delivery
