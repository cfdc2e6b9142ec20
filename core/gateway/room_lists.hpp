#pragma once

#include <functional>
#include <string>
#include <unordered_map>

#include "chat/event.hpp"
#include "gateway/context.hpp"

namespace dragoman::gateway {

/// The rooms of the network as each person may see them, asked of the network and kept for two minutes: whoever looks
/// through the pages of a list sees one list, and the network is asked once (IRC servers limit LIST).
class RoomLists {
 public:
  explicit RoomLists(Context& context) : context_(context), expiry_(context.timers) {}
  RoomLists(const RoomLists&) = delete;
  RoomLists& operator=(const RoomLists&) = delete;

  /// Rooms of a part of the network whose name or topic holds `filter` (in any case; empty: all), largest first. The
  /// person is connected for it. What is known, or fails at once, is said from inside get.
  using Listed = std::function<void(const Result<chat::RoomList>&)>;
  void get(const xmpp::Jid& person, const std::string& part, const std::string& filter, Listed listed);
  /// Those of a list that the person has been shown among them (RoomSummary::is_list); Fault::not_found for what is
  /// none.
  void get_inside(const xmpp::Jid& person, const chat::RoomId& list, Listed listed);

 private:
  static constexpr std::size_t most_kept = 16;  // people; a list of 5,000 rooms is about 1 MiB
  struct Kept {
    chat::RoomList rooms;
    Instant until;
  };
  void ask(const xmpp::Jid& person, const std::string& key, chat::ListRooms asked, Listed listed);
  bool is_list(const xmpp::Jid& person, const chat::RoomId& room) const;
  void keep(const std::string& key, chat::RoomList rooms);
  void expire();

  Context& context_;
  std::unordered_map<std::string, Kept> kept_;  // by bare JID, and the part or the list
  Timer expiry_;
};

}  // namespace dragoman::gateway
