#include "gateway/announcements.hpp"
#include "gateway/part_of.hpp"
#include "gateway/presence.hpp"
#include "gateway/user.hpp"

// What a person asks the gateway for by a command, and what admins do with people.

namespace dragoman::gateway {

namespace {
/// A question may have to connect first: as long as a new join may take (design: a join is answered within 15 s).
constexpr auto patience_for_connecting = std::chrono::seconds{15};
}  // namespace

void User::ask_connected(const chat::Command& command, Asking::Answered answered) {
  const std::string part = part_of(context_.network, command);
  const auto may = may_connect(part);
  if (!may) {
    const chat::Failed failed{{}, chat::Failed::Outcome::refused, may.error().fault, may.error().text, {}};
    return answered(nullptr, &failed);
  }
  Uplink& through = need_uplink(part);
  if (through.session && through.state == Uplink::State::ready) return ask(&through, command, std::move(answered));
  if (through.state == Uplink::State::lost) {
    const chat::Failed failed{{}, chat::Failed::Outcome::not_sent, Fault::unavailable, unreachable_text(through), {}};
    return answered(nullptr, &failed);
  }
  through.unasked.emplace_back(command, std::move(answered));
  through.last_private = context_.timers.clock().now();  // keeps the connection for a while, as talking does
  through.refused.reset();
  connect_if_needed(through, {});
  if (through.unasked.size() == 1) {
    through.patience.set_after(patience_for_connecting,
                               [this, &through] { fail_unasked(through, Fault::timeout, unreachable_text(through)); });
  }
}

std::string User::unreachable_text(const Uplink& uplink) const {
  const std::string text = context_.network.part_name(uplink.part) + " cannot be reached";
  return uplink.text.empty() ? text + '.' : text + " (" + uplink.text + ").";
}

void User::ask_unasked(Uplink& uplink) {
  uplink.patience.clear();
  for (auto& [command, answered] : std::exchange(uplink.unasked, {})) ask(&uplink, command, std::move(answered));
}

void User::fail_unasked(Uplink& uplink, Fault fault, const std::string& text) {
  uplink.patience.clear();
  const chat::Failed failed{{}, chat::Failed::Outcome::not_sent, fault, text, {}};
  for (auto& [command, answered] : std::exchange(uplink.unasked, {})) answered(nullptr, &failed);
  tidy_.arm();
}

void User::connect_anew(const std::string& text) {
  for (const std::string& part : parts_in_use()) {
    if (may_connect(part)) connect_anew(need_uplink(part), text);
  }
}

void User::connect_anew(Uplink& uplink, const std::string& text) {
  const auto each_room_of = [&](const auto& each) {
    for (auto& [id, room] : rooms_) {
      if (room->part() == uplink.part) each(*room);
    }
  };
  if (uplink.session) {
    each_room_of([](Room& room) {
      room.on_lost();
      ++room.attempt;  // the end of the old session says nothing about this room
    });
    end_session(uplink, text);
  }
  uplink.given_up = false;
  uplink.refused.reset();
  connect_if_needed(uplink, {});
  if (uplink.session) each_room_of([this](Room& room) { rooms_.ask_to_join(room); });
  if (!uplink.session) tell_presence();
}

void User::reconnect(const std::string& part) {
  Uplink& through = need_uplink(part);
  through.last_private = context_.timers.clock().now();
  through.lost_since = {};  // who asked for it needs no word in the rooms
  connect_anew(through, "reconnecting");
}

bool User::leave_part(const std::string& part, const std::string& text) {
  Uplink* known = uplink(part);
  if (known == nullptr || !known->session) return false;
  rooms_.end_in(part, text);
  for (const chat::Conversation& conversation : sent_.queue().conversations()) {
    if (chat::part_of(context_.network, conversation) == part)
      sent_.queue().give_back(conversation, Fault::closed, text);
  }
  known->last_private = {};
  fail_unasked(*known, Fault::closed, text);
  known->is(Uplink::State::none, {}, context_.timers.clock().utc());
  known->lost_since = {};
  end_session(*known, text);
  tell_presence();
  tidy_.arm();
  return true;
}

bool User::is_present() const { return is_online() || !rooms_.empty(); }

std::vector<std::string> User::present_clients() const {
  std::set<std::string> all;
  clients_.each_at_service([&](const std::string& client) { all.insert(client); });
  for (const auto& [id, room] : rooms_) {
    for (const Room::Resource& resource : room->resources()) all.insert(resource.jid);
  }
  return {all.begin(), all.end()};
}

void User::log_off(const std::string& text) {
  sent_.queue().give_back_all(Fault::closed, text);
  rooms_.end_all({307, 333}, text);
  clients_.each_at_service([this](const std::string& client) { send_unavailable(context_.link, client); });
  clients_.log_out();
  if (Contacts* contacts = subscriptions_.contacts()) contacts->show_people(false);
  for (const auto& each : uplinks_) {
    each->last_private = {};
    fail_unasked(*each, Fault::closed, text);
    // Also of who stays connected when they are away. Why is between us: the network only hears that it was not them.
    if (each->session) end_session(*each, "ended by an administrator");
    each->is(Uplink::State::none, {}, context_.timers.clock().utc());
    each->lost_since = {};
  }
  tidy_.arm();
}

void User::send_away(const std::string& text) {
  if (is_present() || has_session()) say_notice({}, text);
  log_off(text);
}

}  // namespace dragoman::gateway
