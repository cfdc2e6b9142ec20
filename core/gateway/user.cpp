#include "gateway/user.hpp"

#include "base/log.hpp"
#include "gateway/presence.hpp"
#include "xmpp/namespaces.hpp"
#include "xmpp/stanza_error.hpp"

namespace dragoman::gateway {

namespace {
// Somebody who talks to a person without being in any room keeps their connection for this long after the last line.
constexpr Duration private_linger = std::chrono::minutes{10};
}  // namespace

User::User(Context& context, xmpp::Jid jid, chat::Account account)
    : context_(context),
      owner_(std::move(jid)),
      account_(std::move(account)),
      asking_(context.timers),
      joins_(context.policy.rooms_per_minute, Duration{std::chrono::minutes{1}} / context.policy.rooms_per_minute),
      outgoing_(context.link.jid().str(), owner_.str(), *this, context.store, context.marks, context.timers,
                context.policy.delivery),
      tidy_(context.gate, [this] { tidy(); }),
      linger_(context.timers),
      patience_(context.timers) {}

User::~User() = default;

std::string User::owner_key() const { return context_.link.jid().str() + ' ' + owner_.str(); }

void User::connect_if_needed(const std::string& nickname) {
  if (session_ || !needs_session()) return;
  if (!account_.registered) {
    if (!nickname.empty()) account_.nickname = nickname;
    if (account_.nickname.empty() && !rooms_.empty()) account_.nickname = rooms_.begin()->second->wished_nick();
    if (account_.nickname.empty()) account_.nickname = xmpp::unescape_local(owner_.local());
  }
  connection_ = Connection::connecting;
  connection_text_ = "connecting to " + context_.network.describe().name;
  tell_presence();
  session_ = context_.network.open(account_, *this);
  session_->start();
}

void User::ask(const chat::Command& command, Asking::Answered answered) {
  const chat::CommandId id = context_.next_command();
  if (session_) return asking_.ask(*session_, id, command, std::move(answered));
  const chat::Failed failed{id,
                            chat::Failed::Outcome::not_sent,
                            Fault::unavailable,
                            "You are not connected to " + context_.network.describe().name + '.',
                            {}};
  answered(nullptr, &failed);
}

void User::end_session(const std::string& text) {
  session_->stop(text);
  session_.reset();
  asking_.fail_all(Fault::closed, "The connection to " + context_.network.describe().name + " was ended.");
}

bool User::needs_session() const {
  if (!rooms_.empty() || !outgoing_.empty()) return true;
  if (account_.registered && !resources_.empty()) return true;
  return last_private_ != Instant{} && context_.timers.clock().now() - last_private_ < private_linger;
}

void User::tidy() {
  if (session_ && given_up_) {
    end_session({});  // the next join, message or presence tries anew
    given_up_ = false;
  } else if (session_ && !needs_session()) {
    end_session("left");
    connection_ = Connection::none;
    connection_text_.clear();
    nickname_.clear();
    lost_since_ = {};
    tell_presence();
  } else if (session_ && rooms_.empty() && !account_.registered && last_private_ != Instant{}) {
    linger_.set(last_private_ + private_linger, [this] { tidy_.arm(); });
  }
  if (!session_ && resources_.empty() && !account_.registered) context_.forget(*this);
}

void User::registered_as(chat::Account account) {
  const bool reconnect = session_ != nullptr;
  account_ = std::move(account);
  account_.registered = true;
  if (reconnect) {
    for (auto& [id, room] : rooms_) {
      room->on_lost();
      ++room->attempt;  // the end of the old session says nothing about this room
    }
    end_session("account changed");
  }
  connect_if_needed();
  for (auto& [id, room] : rooms_) {
    if (session_) ask_to_join(*room);
  }
  if (!session_) tell_presence();
}

void User::unregister() {
  outgoing_.give_back_all(Fault::closed, "you have unregistered from this gateway");
  while (!rooms_.empty()) {
    const chat::RoomId id = rooms_.begin()->first;
    rooms_.begin()->second->close({}, {}, "unregistered");
    forget_room(id);
  }
  account_ = chat::Account{owner_.str(), {}, false, {}, {}};
  last_private_ = {};
  tidy_.arm();
}

void User::on_service_presence(const xmpp::Element& presence, const xmpp::Jid& resource) {
  const std::string_view type = presence.get("type");
  if (type == "unavailable") {
    resources_.erase(resource.str());
    send_unavailable(context_.link, resource.str());
    tidy_.arm();
    return;
  }
  if (type == "probe") {
    send_presence(resource.str());
    return;
  }
  const bool known = resources_.contains(resource.str());
  if (!known && resources_.size() >= context_.policy.connections_per_jid) {
    refuse(presence, Fault::limited,
           "you are connected " + std::to_string(resources_.size()) + " times already, which is the limit here");
    return;
  }
  resources_[resource.str()] = true;
  const bool had_session = session_ != nullptr;
  connect_if_needed();
  // A fan-out copy of a presence that we have answered is not answered again; connecting has told everybody already.
  if (!known && (had_session || !session_)) send_presence(resource.str());
}

std::string User::status_text() const {
  switch (connection_) {
    case Connection::none:
      return account_.registered ? "not connected" : "not registered";
    case Connection::connecting:
    case Connection::ready:
    case Connection::lost:
      return connection_text_;
  }
  return connection_text_;
}

void User::send_presence(const std::string& to) const {
  const std::string_view show = connection_ == Connection::lost ? "xa" : "";
  send_available(context_, to, show, status_text());
}

void User::tell_presence() const {
  for (const auto& [resource, available] : resources_) send_presence(resource);
}

void User::refuse(const xmpp::Element& stanza, Fault fault, const std::string& text) const {
  if (!xmpp::may_answer(stanza)) return;
  context_.link.send(xmpp::make_error_reply(stanza, xmpp::to_stanza_error(fault, text)));
}

void User::link_up() {
  for (auto& [id, room] : rooms_) room->resynchronise();
  for (const auto& [entry, sent] : std::exchange(unsaid_, {})) delivered(entry, sent);
  tell_presence();
}

bool User::write_on() {
  for (auto& [id, room] : rooms_) {
    if (!room->write_on()) return false;
  }
  return true;
}

void User::shut_down(const std::string& text) {
  for (auto& [id, room] : rooms_) room->close({332}, {}, text);
  for (const auto& [resource, available] : resources_) send_unavailable(context_.link, resource);
  if (session_) end_session(text);
}

}  // namespace dragoman::gateway
