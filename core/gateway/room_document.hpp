#pragma once

#include <string>
#include <vector>

#include "gateway/room.hpp"

namespace dragoman::gateway {

/// What is kept of a joined room, so that a restart rejoins it and queued messages have an addressee.
struct StoredRoom {
  std::string nick;
  std::string password;
  bool joined = true;                     ///< the network had let us in
  std::vector<std::string> resources;     ///< full JIDs
  std::vector<std::string> groupchat1{};  ///< those of them that know no XEP-0045
  bool persistent = false;                ///< without resources too
};
std::string write_room(const Room& room);
/// Anything unreadable is left out; a room without resources is restored only when it is persistent.
StoredRoom read_room(const std::string& json);

}  // namespace dragoman::gateway
