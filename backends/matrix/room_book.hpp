#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "chat/ids.hpp"

namespace dragoman::backends::matrix {

/// Which room of Matrix an address of the gateway is, for all its people: a room that is entered by an alias has the
/// alias as its address for ever, one that was seen otherwise first has its canonical alias if that leads to it, else
/// its id. What was once given stays (kept over restarts): bookmarks, archives and clients know rooms by it. After a
/// room upgrade the address goes on with the new room.
class RoomBook {
 public:
  using Kept = std::function<std::string(const std::string& key)>;
  using Keep = std::function<void(const std::string& key, const std::string& text)>;
  /// Both may be empty before the start: nothing is kept then.
  RoomBook(Kept kept, Keep keep) : kept_(std::move(kept)), keep_(std::move(keep)) {}

  /// The address of a room; given now when it has none: that of `alias` ("#tea:hs.tld") unless it is empty or leads to
  /// another room, else that of the id.
  chat::RoomId address_of(const std::string& room_id, std::string_view alias = {});
  /// The same, of a room that has one already.
  std::optional<chat::RoomId> known_address(const std::string& room_id);
  /// The id of the room at an address, if it was ever seen; an address that says an id has it.
  std::optional<std::string> room_at(const chat::RoomId& address);
  /// The address leads to this room: somebody entered by it, or the room before was replaced by this one. A room that
  /// has another address already keeps that.
  void learn(const chat::RoomId& address, const std::string& room_id);

 private:
  using Table = std::unordered_map<std::string, std::string>;

  std::string look_up(Table& table, const std::string& kind, const std::string& key);
  void note(Table& table, const std::string& kind, const std::string& key, const std::string& text);

  Kept kept_;
  Keep keep_;
  Table ids_, addresses_;  // by address; by id
};

}  // namespace dragoman::backends::matrix
