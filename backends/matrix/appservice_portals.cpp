#include <algorithm>
#include <utility>

#include "backends/matrix/address.hpp"
#include "backends/matrix/appservice.hpp"
#include "backends/matrix/hub.hpp"
#include "backends/matrix/json.hpp"
#include "base/log.hpp"
#include "base/text.hpp"

// Rooms of XMPP that people of Matrix ask for by an alias of ours: a room of the homeserver, and a bridge between the
// two (backends/portal_desk.hpp).

namespace dragoman::backends::matrix {

namespace {

constexpr auto portal_patience = std::chrono::seconds{8};
constexpr auto portal_step = std::chrono::milliseconds{50};
/// Moderators who have ended a portal are left alone so long, as a room that has refused a link (decision 0119).
constexpr auto portal_rest = std::chrono::hours{24};

/// One alias is answered at a time; the others wait for the same answer.
class Asking {
 public:
  Asking(std::map<std::string, std::optional<Result<void>>>& asked, std::string room)
      : asked_(asked), room_(std::move(room)) {
    asked_[room_];
  }
  ~Asking() { asked_.erase(room_); }
  Asking(const Asking&) = delete;
  Asking& operator=(const Asking&) = delete;

 private:
  std::map<std::string, std::optional<Result<void>>>& asked_;
  std::string room_;
};

/// What may be otherwise soon is no answer about the alias.
bool may_pass(Fault fault) {
  return fault == Fault::limited || fault == Fault::timeout || fault == Fault::unavailable || fault == Fault::closed;
}

}  // namespace

void AppService::set_portal_desk(PortalDesk& desk) { portal_desk_ = &desk; }

Result<void> AppService::may_make(const Portal& portal) const {
  const std::string& room = portal.xmpp_room;
  const std::string domain = room.substr(room.find('@') + 1);
  const auto allows = [&](const std::string& pattern) {
    return text::matches(pattern, pattern.find('@') == std::string::npos ? domain : room);
  };
  if (portal_desk_ == nullptr || !std::any_of(config_.portals.begin(), config_.portals.end(), allows)) {
    return failure(Fault::not_allowed, "The operator of the gateway does not let this room be asked for.");
  }
  if (portals_.is_refused(room, hub_.clock().utc())) {
    return failure(Fault::not_allowed, "The moderators of this room do not want it to be linked.");
  }
  if (!portals_.has(room) && portals_.rooms().size() >= config_.portal_limit) {
    return failure(Fault::limited, "There are as many rooms as the operator of the gateway allows.");
  }
  return {};
}

net::HttpResponse AppService::refuse_portal(const std::string& alias, const Error& why) const {
  const std::string &network = hub_.jid(), &reason = why.text;
  LOG_INFO("no portal", network, alias, reason);
  return may_pass(why.fault) ? service_refusal(503, "M_UNKNOWN", reason) : service_refusal(404, "M_NOT_FOUND", reason);
}

net::Task<net::HttpResponse> AppService::find_portal(std::string alias) {
  const auto room = names_.room_of(alias);
  if (!room) co_return service_refusal(404, "M_NOT_FOUND", "No room of XMPP has this alias.");
  while (asked_.contains(*room) && !tasks_.stopping()) {
    co_await hub_.loop().sleep_until(hub_.clock().now() + portal_step);
  }
  Portal portal;
  portal.xmpp_room = *room;
  portal.room = chat::RoomId{to_localpart(alias)};
  // The file, or somebody with `bridge add`, has tied both: only the room is missing.
  const bool is_tied = portal_desk_ != nullptr && portal_desk_->is_tied(portal);
  if (!is_tied) {
    const auto allowed = may_make(portal);
    if (!allowed) co_return refuse_portal(alias, allowed.error());
  }
  const Asking asking{asked_, *room};
  if (!is_tied) {
    const auto opened = co_await open_portal(portal);
    if (!opened) co_return refuse_portal(alias, opened.error());
  }
  const auto made = co_await make_portal_room(portal, alias);
  if (!made) {
    if (!is_tied) portal_desk_->give_up(portal);
    co_return service_refusal(503, "M_UNKNOWN", made.error().text);
  }
  const auto tied = is_tied ? made : portal_desk_->tie(portal);
  if (!tied) {
    on_portal_gone(portal, false);
    co_return service_refusal(503, "M_UNKNOWN", tied.error().text);
  }
  const std::string& network = hub_.jid();
  LOG_INFO("portal", network, alias);
  co_return service_answer(200, nlohmann::json::object());
}

net::Task<Result<void>> AppService::open_portal(Portal portal) {
  portal_desk_->open(portal, [this, room = portal.xmpp_room](Result<void> answer) {
    const auto found = asked_.find(room);
    if (found != asked_.end()) found->second = std::move(answer);
  });
  const Instant deadline = hub_.clock().now() + portal_patience;
  while (!asked_[portal.xmpp_room]) {
    if (tasks_.stopping() || deadline <= hub_.clock().now()) {
      co_return failure(Fault::timeout, "The room has not answered in time.");
    }
    co_await hub_.loop().sleep_until(hub_.clock().now() + portal_step);
  }
  co_return *asked_[portal.xmpp_room];
}

net::Task<Result<void>> AppService::make_portal_room(Portal portal, std::string alias) {
  const auto homeserver = co_await find();
  if (!homeserver) co_return homeserver.error();
  std::string localpart{name_in(alias)};
  const auto made = co_await make_portal(desk(), *access_, std::move(localpart), portal.xmpp_room);
  // Somebody else has made it meanwhile, or it was there all the time.
  const bool is_there = made || made.error().fault == Fault::conflict;
  if (!is_there) co_return made.error();
  if (made || !portals_.has(portal.xmpp_room)) portals_.add(portal.xmpp_room, made ? *made : std::string());
  co_return Result<void>();
}

void AppService::on_portal_gone(const Portal& portal, bool by_moderators) {
  const Timestamp now = hub_.clock().utc();
  if (by_moderators) portals_.refuse(portal.xmpp_room, now + portal_rest, now);
  if (!portals_.has(portal.xmpp_room)) return;
  tasks_.spawn([this, room = portal.xmpp_room] { return remove_portal(room); });
}

net::Task<> AppService::remove_portal(std::string room) {
  const auto homeserver = co_await find();
  if (!homeserver) co_return;  // it is looked at again at the next start
  std::string alias = names_.alias_of(room);
  const bool gone = co_await remove_alias(desk(), *access_, alias);
  if (!gone) co_return;
  portals_.remove(room);
  const std::string& network = hub_.jid();
  LOG_INFO("portal removed", network, alias);
}

void AppService::tidy_portals() {
  if (portal_desk_ == nullptr) return;
  for (const auto& [room, id] : portals_.rooms()) {
    Portal portal;
    portal.xmpp_room = room;
    portal.room = chat::RoomId{to_localpart(names_.alias_of(room))};
    if (!portal_desk_->is_tied(portal)) on_portal_gone(portal, false);
  }
}

}  // namespace dragoman::backends::matrix
