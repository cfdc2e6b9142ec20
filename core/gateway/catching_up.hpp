#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "chat/event.hpp"
#include "gateway/catch_up.hpp"
#include "gateway/context.hpp"
#include "store/message.hpp"
#include "xmpp/jid.hpp"

namespace dragoman::gateway {

class Room;
struct Uplink;

/// What was said while nobody listened: before a connection was lost and came back, before a restart, before somebody
/// entered a room. docs/decisions/0060.
class CatchingUp {
 public:
  /// `owner` is the person's bare address; all outlive this, which is a part of `user`.
  CatchingUp(Context& context, const xmpp::Jid& owner, User& user) : context_(context), owner_(owner), user_(user) {}
  CatchingUp(const CatchingUp&) = delete;
  CatchingUp& operator=(const CatchingUp&) = delete;

  /// The network can be asked for what was said there.
  bool has_history(const chat::Conversation& conversation) const;
  /// Reads what is known of the conversation, asks the network for what is missing, and takes that before what is put
  /// off meanwhile.
  void start(const chat::Conversation& conversation, CatchUp begun);
  /// What was said before somebody entered is awaited there.
  bool is_quiet(const chat::Conversation& conversation) const;
  /// True: the conversation is behind, the event waits.
  bool put_off(const chat::Conversation& conversation, const chat::Event& event);
  /// Calls `goes_on` when what was missed of the conversation is here. False: nothing is awaited.
  bool waits(const chat::Conversation& conversation, std::function<void()> goes_on);
  /// Messages outside rooms that came while there was no connection.
  void get_missed_private(Uplink& from);
  /// The connection ends, and somebody with an account will be back: since when they have missed what people say to
  /// them.
  void keep_heard_until(const Uplink& uplink);

 private:
  CatchUp* behind(const chat::Conversation& conversation);
  void known_is_read(const chat::Conversation& conversation, std::uint64_t question,
                     const std::vector<store::Message>& newest_first);
  void caught_up(const chat::Conversation& conversation, std::uint64_t question, std::optional<chat::HistoryPage> page);
  void say_gap(Room* in, const CatchUp& done, const std::optional<chat::HistoryPage>& page);
  void take_missed(CatchUp& done, chat::HistoryPage page);
  bool keeps_what_was_said(const Uplink& uplink) const;  ///< the network there, and it can be asked for it
  const xmpp::Jid& network() const { return context_.link.jid(); }

  Context& context_;
  const xmpp::Jid& owner_;
  User& user_;
  std::unique_ptr<CatchUps> behind_;  // nothing, most of the time
};

}  // namespace dragoman::gateway
