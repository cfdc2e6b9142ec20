#include "backends/matrix/appservice_third_party.hpp"

#include <nlohmann/json.hpp>

#include "base/text.hpp"

namespace dragoman::backends::matrix {

namespace {

using nlohmann::json;
using ThirdKind = ServiceRequest::Kind;

constexpr const char* protocol_name = "xmpp";

json about_protocol(const std::string& network) {
  const json address = {{"regexp", "[^@/]+@[^@/]+"}, {"placeholder", "someone@example.org"}};
  json instances = json::array();
  instances.push_back({{"desc", "XMPP"}, {"network_id", network}, {"fields", json::object()}});
  return {{"user_fields", {"jid"}},
          {"location_fields", {"room"}},
          {"icon", ""},
          {"field_types", {{"jid", address}, {"room", address}}},
          {"instances", instances}};
}

std::string field_of(const ServiceRequest& request, const char* name) {
  const auto found = request.fields.find(name);
  return found == request.fields.end() ? std::string{} : found->second;
}

bool is_address(const std::string& jid) {
  const std::size_t at = jid.find('@');
  return at != std::string::npos && at > 0 && at + 1 < jid.size() && jid.find('/') == std::string::npos;
}

json users_of(const ServiceRequest& request, GhostNames& names) {
  json users = json::array();
  std::string jid = text::ascii_lower(field_of(request, "jid")), id;
  if (request.name.empty()) {
    id = field_of(request, "userid");
    jid = names.owner_of(id).value_or("");
    if (!is_address(jid)) jid.clear();  // of a bridge, or somebody for whom it speaks
  } else if (is_address(jid)) {
    id = names.ghost_of(jid);
  }
  if (!id.empty() && !jid.empty()) {
    users.push_back({{"userid", id}, {"protocol", protocol_name}, {"fields", {{"jid", jid}}}});
  }
  return users;
}

json rooms_of(const ServiceRequest& request, const GhostNames& names) {
  json rooms = json::array();
  std::string room = text::ascii_lower(field_of(request, "room")), alias;
  if (request.name.empty()) {
    alias = field_of(request, "alias");
    room = names.room_of(alias).value_or("");
  } else if (is_address(room)) {
    alias = names.alias_of(room);
  }
  if (!alias.empty() && !room.empty()) {
    rooms.push_back({{"alias", alias}, {"protocol", protocol_name}, {"fields", {{"room", room}}}});
  }
  return rooms;
}

}  // namespace

json third_party_answer(const ServiceRequest& request, GhostNames& names, const std::string& network) {
  if (!request.name.empty() && request.name != protocol_name) return nullptr;
  switch (request.kind) {
    case ThirdKind::third_party_user:
      return users_of(request, names);
    case ThirdKind::third_party_room:
      return rooms_of(request, names);
    case ThirdKind::protocol:
    case ThirdKind::transaction:
    case ThirdKind::user:
    case ThirdKind::alias:
    case ThirdKind::ping:
      break;
  }
  return about_protocol(network);
}

}  // namespace dragoman::backends::matrix
