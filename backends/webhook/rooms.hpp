#pragma once

#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "backends/room_desk.hpp"
#include "backends/webhook/happening.hpp"
#include "backends/webhook/hook.hpp"
#include "chat/invitable.hpp"

namespace dragoman::backends::webhook {

class Hub;

/// The rooms of other networks that hooks speak in. A hook goes where its owner wants it and the room's moderators too:
/// both have to say so, in either order.
class Rooms final : public HasGuests {
 public:
  explicit Rooms(Hub& hub) : hub_(hub) {}

  void set_desk(RoomDesk& desk) { desk_ = &desk; }
  /// Into the rooms that were kept; once.
  void start();
  /// Whether a hook could be in a room of this address, or in the bridge "bridge:dev"; Faults as RoomDesk::find and
  /// RoomDesk::may_bridge.
  Result<void> may_want(const std::string& hook, const std::string& address, const std::string& asker) const;
  /// An owner wants the hook in this room or bridge; what is to be done now, for them. Faults as may_want, limited.
  Result<std::string> want(const std::string& hook, const std::string& address, const std::string& asker);
  /// Fault::not_found: it is not in this room and was not to be.
  Result<void> release(const std::string& hook, const std::string& address);
  /// The hook is deleted.
  void end(const Hook& hook);

  /// What a hook says, to all rooms that it is in. `edited`: what takes its place, as `id` of then; empty: nothing.
  void say(const Hook& hook, const std::string& id, const std::string& edited, const chat::Content& content);
  /// Whether the hook is in the room where this has happened.
  bool is_of(const std::string& hook, const Happening& happening) const;
  /// What the other side answers to it: in the room, or (`alone`) to who has spoken. Otherwise as say().
  void answer(const std::string& hook, const Happening& to, const std::string& id, const std::string& edited,
              chat::Content content, bool alone);
  void react(const std::string& hook, const Happening& to, const std::string& emoji);
  /// Where it is and how, for who looks: "dev@conference.example.org (bound)".
  std::string describe(const Hook& hook) const;

  /// Somebody invites a hook. False: there is none of this name.
  bool on_invited(const chat::InvitedElsewhere& invitation);
  // HasGuests
  void on_welcome(const Visit& visit, const std::string& by) override;
  void on_no_voice(const Visit& visit, const std::string& nickname, const std::string& network) override;
  void on_shut_out(const Visit& visit, const std::string& why) override;
  void on_heard(const Visit& visit, const HeardInRoom& heard) override;
  void on_came_or_went(const Visit& visit, const std::string& nickname, bool here) override;
  void on_topic(const Visit& visit, const std::string& nickname, const std::string& topic) override;

 private:
  /// The hook of a visit and its row of that room; nullptr: there is none.
  const BoundRoom* find(const Visit& visit) const;
  void change(const Visit& visit, const BoundRoom& room);
  void enter(const Hook& hook, const BoundRoom& room);
  Result<std::string> want_bridge(const Hook& hook, const std::string& bridge, const std::string& asker);
  void tell_owner(const std::string& hook, const std::string& text);
  Happening frame_of(const Visit& visit) const;
  void happens(const Visit& visit, Happening happening);
  /// Whether the hook's other side is told what this is about.
  bool is_told(const Hook& hook, const HeardInRoom& heard, const Happening& happening) const;

  Hub& hub_;
  RoomDesk* desk_ = nullptr;      // nullptr: hooks have no rooms elsewhere
  std::deque<std::string> told_;  // ids of the last messages that other sides were told of
  std::map<std::pair<std::string, std::string>, std::vector<std::string>> reactions_;  // by person and message
};

}  // namespace dragoman::backends::webhook
