#include "gateway/announcements.hpp"
#include "gateway/presence.hpp"
#include "gateway/user.hpp"
#include "xmpp/invite.hpp"

// What a person asks the gateway for by a command, and what admins do with people.

namespace dragoman::gateway {

namespace {
/// A question may have to connect first: as long as a new join may take (design: a join is answered within 15 s).
constexpr auto patience_for_connecting = std::chrono::seconds{15};
}  // namespace

void User::ask_connected(const chat::Command& command, Asking::Answered answered) {
  if (session_ && connection_ == Connection::ready) return ask(command, std::move(answered));
  if (connection_ == Connection::lost) {
    const chat::Failed failed{{}, chat::Failed::Outcome::not_sent, Fault::unavailable, unreachable_text(), {}};
    return answered(nullptr, &failed);
  }
  unasked_.emplace_back(command, std::move(answered));
  last_private_ = context_.timers.clock().now();  // keeps the connection for a while, as talking does
  refused_.reset();
  connect_if_needed();
  if (unasked_.size() == 1) {
    connecting_patience_.set_after(patience_for_connecting,
                                   [this] { fail_unasked(Fault::timeout, unreachable_text()); });
  }
}

std::string User::unreachable_text() const {
  std::string text = context_.network.describe().name + " cannot be reached";
  return connection_text_.empty() ? text + '.' : text + " (" + connection_text_ + ").";
}

void User::ask_unasked() {
  connecting_patience_.clear();
  for (auto& [command, answered] : std::exchange(unasked_, {})) ask(command, std::move(answered));
}

void User::fail_unasked(Fault fault, const std::string& text) {
  connecting_patience_.clear();
  const chat::Failed failed{{}, chat::Failed::Outcome::not_sent, fault, text, {}};
  for (auto& [command, answered] : std::exchange(unasked_, {})) answered(nullptr, &failed);
  tidy_.arm();
}

void User::connect_anew(const std::string& text) {
  if (session_) {
    for (auto& [id, room] : rooms_) {
      room->on_lost();
      ++room->attempt;  // the end of the old session says nothing about this room
    }
    end_session(text);
  }
  given_up_ = false;
  refused_.reset();
  connect_if_needed();
  for (auto& [id, room] : rooms_) {
    if (session_) ask_to_join(*room);
  }
  if (!session_) tell_presence();
}

void User::reconnect() {
  last_private_ = context_.timers.clock().now();
  lost_since_ = {};  // who asked for it needs no word in the rooms
  connect_anew("reconnecting");
}

void User::offer_room(const chat::RoomId& id, const std::string& password, const std::string& client) {
  xmpp::Invitation invitation;
  invitation.from = network().str();
  invitation.password = password;
  send_invitation(invitation, context_.address(id), client);
  remember_password(id, password);
}

void User::remember_password(const chat::RoomId& id, const std::string& password) {
  if (password.empty()) return;
  if (invited_.size() >= most_invitations) invited_.erase(invited_.begin());
  invited_[id] = password;
}

bool User::leave_room(const chat::RoomId& id) {
  Room* known = room(id);
  if (known == nullptr) return false;
  known->close({}, {}, {});
  leave_network_room(chat::RoomId{id}, {});
  return true;
}

Result<void> User::offer_contact(const chat::PersonId& person) {
  const auto address = xmpp::Jid::parse(context_.address(person));
  if (!address) return address.error();
  if (!may_have_contacts()) return failure(Fault::members_only, "Register before you add people to your contacts.");
  const std::string_view localpart = address->local();
  Contacts::Contact* contact = contacts_ ? contacts_->find(localpart) : nullptr;
  if (contact != nullptr && contact->sees) {
    return failure(Fault::conflict, address->str() + " is among your contacts already.");
  }
  if (contact == nullptr) {
    if (contacts_ && contacts_->size() >= most(Quota::contacts)) {
      return failure(Fault::limited, "You have " + std::to_string(contacts_->size()) +
                                         " contacts here, which is the limit; remove one first.");
    }
    contact = &contacts().add(localpart, person);
  }
  contact->asked = false;  // asked once more, because the person wishes it
  wish_for(localpart, *contact);
  contacts_->keep(localpart);
  return {};
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
  outgoing_.give_back_all(Fault::closed, text);
  while (!rooms_.empty()) {
    const chat::RoomId id = rooms_.begin()->first;
    rooms_.begin()->second->close({307, 333}, {}, text);
    forget_room(id);
  }
  clients_.each_at_service([this](const std::string& client) { send_unavailable(context_.link, client); });
  clients_.log_out();
  if (contacts_) contacts_->show_people(false);
  last_private_ = {};
  fail_unasked(Fault::closed, text);
  // Also of who stays connected when they are away. Why is between us: the network only hears that it was not them.
  if (session_) end_session("ended by an administrator");
  connection_is(Connection::none, {});
  lost_since_ = {};
  tidy_.arm();
}

void User::send_away(const std::string& text) {
  if (is_present() || session_) say_notice({}, text);
  log_off(text);
}

void User::release(store::Message row) {
  const auto& policy = context_.policy.delivery;
  const Duration patience = row.room.empty() ? policy.person_patience : policy.room_patience;
  row.expires = context_.timers.clock().utc() + std::chrono::duration_cast<std::chrono::milliseconds>(patience);
  outgoing_.restore(row);
  connect_if_needed();
}

}  // namespace dragoman::gateway
