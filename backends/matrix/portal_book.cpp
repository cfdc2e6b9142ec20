#include "backends/matrix/portal_book.hpp"

#include <nlohmann/json.hpp>

#include "backends/matrix/json.hpp"

namespace dragoman::backends::matrix {

namespace {

std::int64_t to_seconds(Timestamp time) {
  return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

}  // namespace

void PortalBook::load() {
  const std::string text = kept_();
  if (text.empty()) return;
  const auto json = parse_json(text);
  if (!json || !json->is_object()) return;
  for (const auto& [room, id] : object_at(*json, "rooms").items()) rooms_[room] = id.is_string() ? id : "";
  for (const auto& [room, until] : object_at(*json, "refused").items()) {
    if (until.is_number_integer()) refused_[room] = Timestamp{std::chrono::seconds{until.get<std::int64_t>()}};
  }
}

void PortalBook::add(const std::string& xmpp_room, const std::string& room_id) {
  rooms_[xmpp_room] = room_id;
  keep();
}

void PortalBook::remove(const std::string& xmpp_room) {
  if (rooms_.erase(xmpp_room) != 0) keep();
}

void PortalBook::refuse(const std::string& xmpp_room, Timestamp until, Timestamp now) {
  std::erase_if(refused_, [now](const auto& each) { return each.second <= now; });
  refused_[xmpp_room] = until;
  keep();
}

bool PortalBook::is_refused(const std::string& xmpp_room, Timestamp now) const {
  const auto found = refused_.find(xmpp_room);
  return found != refused_.end() && now < found->second;
}

void PortalBook::keep() const {
  nlohmann::json refused = nlohmann::json::object(), rooms = nlohmann::json::object();
  for (const auto& [room, id] : rooms_) rooms[room] = id;
  for (const auto& [room, until] : refused_) refused[room] = to_seconds(until);
  const bool empty = rooms.empty() && refused.empty();
  keep_(empty ? std::string{} : dump_json({{"rooms", rooms}, {"refused", refused}}));
}

}  // namespace dragoman::backends::matrix
