#pragma once

#include <string>
#include <string_view>

#include "backends/matrix/address.hpp"

// Where things are in the client-server API.

namespace dragoman::backends::matrix {

inline const std::string client_api = "/_matrix/client/v3";

/// "/_matrix/client/v3/rooms/%21a%3Ahs" + `rest`.
inline std::string room_path(std::string_view room_id, std::string_view rest) {
  return client_api + "/rooms/" + percent_encode(room_id) + std::string{rest};
}

/// Where an event is sent to (client-server API, "Sending events to a room").
inline std::string send_path(std::string_view room_id, std::string_view type, std::string_view transaction) {
  return room_path(room_id, "/send/" + std::string{type} + '/' + std::string{transaction});
}

/// What calls of one room share so that they go one after the other: what is said there stays in its order.
inline std::string lane_of(std::string_view room_id) { return "say " + std::string{room_id}; }

}  // namespace dragoman::backends::matrix
