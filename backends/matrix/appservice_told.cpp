#include <algorithm>
#include <utility>

#include "backends/matrix/appservice.hpp"
#include "backends/matrix/connection.hpp"
#include "backends/matrix/hub.hpp"
#include "backends/matrix/json.hpp"
#include "backends/matrix/voices.hpp"
#include "base/text.hpp"

// Whom a transaction concerns. Sessions that run hear of it at once. Somebody who has none, and is spoken to, gets one,
// which asks for what was said (/sync): they are awaited until it has, also over a restart.

namespace dragoman::backends::matrix {

namespace {

constexpr const char* awaited_key = "awaited";

std::string key_of_chat(const std::string& room) { return "chat " + room; }

}  // namespace

void AppService::tell(const std::vector<Event>& events) {
  if (events.empty()) return;
  ServiceBot::Actions actions;
  for (const Event& event : events) {
    note_chat(event);
    bot_.on_event(event, hub_.clock().now(), actions);
  }
  const std::vector<Connection*> live = hub_.live();
  for (Connection* each : live) each->push(events);
  for (const Event& event : events) wake_for(event);
  act(std::move(actions));
}

void AppService::note_chat(const Event& event) {
  if (event.type != "m.room.member" || !event.is_state() || !flag_at(event.content, "is_direct")) return;
  if (text_at(event.content, "membership") != "invite") return;
  for (const std::string* user : {&event.sender, &*event.state_key}) {
    const auto owner = names_.owner_of(*user);
    if (!owner) continue;
    std::string owners = owners_of_chat(event.room);
    if (('\n' + owners).find('\n' + *owner + '\n') != std::string::npos) continue;
    owners += *owner + '\n';
    hub_.services().keep(key_of_chat(event.room), owners);
    chats_[event.room] = owners;
  }
}

const std::string& AppService::owners_of_chat(const std::string& room) {
  const auto [found, unknown] = chats_.try_emplace(room);
  if (unknown) found->second = hub_.services().kept(key_of_chat(room));
  return found->second;
}

bool AppService::has_session(const std::string& user_id) const {
  const std::vector<Connection*>& live = hub_.live();
  return std::any_of(live.begin(), live.end(),
                     [&](const Connection* each) { return each->session().me().user_id == user_id; });
}

void AppService::miss(const Event& event, const std::string& user_id) {
  const std::string* const body = find_text(event.content, "body");
  if (has_session(user_id) || body == nullptr || event.type != "m.room.message") return;
  // What a program says for itself is not answered by another one.
  if (text_at(event.content, "msgtype") == "m.notice" || names_.covers(event.sender)) return;
  tasks_.spawn([this, user = user_id, room = event.room, key = event.id] { return say_missed(user, room, key); });
}

net::Task<> AppService::say_missed(std::string user_id, std::string room, std::string key) {
  const auto homeserver = co_await find();
  if (!homeserver) co_return;
  std::string text = "I am not in a room with you just now, so your message could not be told me.";
  std::string once = "missed " + key;
  co_await say_notice(desk(), *access_, std::move(room), std::move(once), std::move(text), std::move(user_id));
}

void AppService::wake_for(const Event& event) {
  const bool membership = event.type == "m.room.member" && event.is_state();
  if (membership && text_at(event.content, "membership") == "invite") {
    // People of bridges come when they speak, and hear invitations only while they are there.
    const auto owner = names_.owner_of(*event.state_key);
    if (owner && !is_voice_name(*owner)) wake(*owner);
    return;
  }
  // Of what passes nobody has to hear who is away.
  if (event.id.empty() || event.is_state() || event.room.empty()) return;
  const std::string owners = owners_of_chat(event.room);
  for (const std::string_view owner : text::split(owners, '\n')) {
    if (owner.empty()) continue;
    const std::string user_id = names_.ghost_of(std::string{owner});
    if (user_id == event.sender) continue;
    is_voice_name(owner) ? miss(event, user_id) : wake(std::string{owner});
  }
}

void AppService::wake(const std::string& owner) {
  const std::vector<Connection*>& live = hub_.live();
  const auto session =
      std::find_if(live.begin(), live.end(), [&](const Connection* each) { return each->owner() == owner; });
  if (session != live.end() && (*session)->session().is_up_to_date()) return;
  if (awaited_.insert(owner).second) keep_awaited();
  if (session != live.end()) return;
  // Who may not use the gateway is not there for anybody.
  if (hub_.services().wake && hub_.services().wake(owner)) return;
  awaited_.erase(owner);
  keep_awaited();
}

void AppService::arrived(const std::string& owner) {
  if (awaited_.erase(owner) != 0) keep_awaited();
}

void AppService::keep_awaited() {
  std::string owners;
  for (const std::string& owner : awaited_) owners += owner + '\n';
  hub_.services().keep(awaited_key, owners);
}

void AppService::load_awaited() {
  const std::string owners = hub_.services().kept(awaited_key);
  for (const std::string_view owner : text::split(owners, '\n')) {
    if (!owner.empty()) awaited_.emplace(owner);
  }
}

void AppService::act(ServiceBot::Actions actions) {
  if (!actions.enters.empty() || !actions.says.empty()) {
    tasks_.spawn([this, actions] { return perform(actions); });
  }
  for (const auto& proved : actions.proved) proved();
}

net::Task<> AppService::perform(ServiceBot::Actions actions) {
  const auto homeserver = co_await find();
  if (!homeserver) co_return;
  for (const std::string& room : actions.enters) co_await enter_room(desk(), *access_, room);
  for (const ServiceBot::Saying& each : actions.says) {
    co_await say_notice(desk(), *access_, each.room, each.key, each.text);
  }
}

}  // namespace dragoman::backends::matrix
