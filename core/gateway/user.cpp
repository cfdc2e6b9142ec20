#include "gateway/user.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "gateway/link_offers.hpp"
#include "gateway/presence.hpp"
#include "gateway/settings_book.hpp"
#include "gateway/threads.hpp"
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
      connecting_patience_(context.timers),
      notices_timer_(context.timers),
      joins_(context.policy.rooms_per_minute, Duration{std::chrono::minutes{1}} / context.policy.rooms_per_minute),
      messages_(context.policy.messages_per_minute, Duration{}),
      outgoing_(context.link.jid().str(), owner_.str(), *this, context.store, context.marks, context.timers,
                context.policy.delivery),
      tidy_(context.gate, [this] { tidy(); }),
      linger_(context.timers),
      patience_(context.timers) {}

User::~User() = default;

bool User::takes(TokenBucket& bucket, Quota quota) {
  const std::int64_t most = context_.quotas.of(owner_.bare_view(), quota);
  if (most == 0) return true;
  bucket.set_limit(static_cast<double>(most), Duration{std::chrono::minutes{1}} / most);
  return bucket.take(context_.timers.clock().now());
}

void User::take_policy() {
  outgoing_.set_policy(context_.policy.delivery);
  tidy_.arm();  // they may linger for another time
}

std::string User::owner_key() const { return context_.link.jid().str() + ' ' + owner_.str(); }

void User::connect_if_needed(const std::string& nickname) {
  if (session_) return take_room_nickname(nickname);
  if (!needs_session()) return;
  if (!account_.registered) {
    if (!nickname.empty()) account_.nickname = nickname;
    if (account_.nickname.empty() && !rooms_.empty()) account_.nickname = rooms_.begin()->second->wished_nick();
    if (account_.nickname.empty()) account_.nickname = xmpp::unescape_local(owner_.local());
  }
  open_session();
}

void User::open_session() {
  refused_.reset();
  connection_is(Connection::connecting, "connecting to " + context_.network.describe().name);
  tell_presence();
  if (told_) told_->showing = {};
  session_ = context_.network.open(account_, *this);
  session_->start();
}

void User::connection_is(Connection now, std::string text) {
  const Timestamp utc = context_.timers.clock().utc();
  if (now != connection_) connection_since_ = utc;
  if (connection_ == Connection::ready && now != Connection::ready && !heard_until_) heard_until_ = utc;
  connection_ = now;
  connection_text_ = std::move(text);
}

void User::note_error(const std::string& text) {
  last_error_ = text;
  last_error_at_ = context_.timers.clock().utc();
}

void User::take_room_nickname(const std::string& nickname) {
  // Who has contacts is connected before they enter their first room, whose nickname it is then (without an account).
  const bool first = !nickname.empty() && !account_.registered && rooms_.size() == 1;
  if (!first || context_.network.same_name(nickname, nickname_.empty() ? account_.nickname : nickname_)) return;
  account_.nickname = nickname;
  if (connection_ == Connection::connecting) {
    end_session({});
    open_session();
  } else if (connection_ == Connection::ready) {
    ask(chat::SetNickname{nickname}, [](const chat::Done*, const chat::Failed*) {});  // else the room says 210
  }
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
  nickname_.clear();
  capabilities_.reset();
  typing_.clear();
  if (contacts_) contacts_->lose_people();
  asking_.fail_all(Fault::closed, "The connection to " + context_.network.describe().name + " was ended.");
}

bool User::needs_session() const {
  if (!rooms_.empty() || !outgoing_.empty() || !unasked_.empty()) return true;
  if ((account_.registered || (contacts_ && contacts_->has_people() && may_have_contacts())) && is_online())
    return true;
  return lingers() || (last_private_ != Instant{} && context_.timers.clock().now() - last_private_ < private_linger);
}

bool User::lingers() const {
  if (!account_.registered || is_online()) return false;
  const auto until = lingers_until();
  return !until || context_.timers.clock().now() < *until;
}

std::optional<Instant> User::lingers_until() const {
  constexpr std::int64_t unset = -2;
  const std::int64_t minutes = context_.settings.number(owner_.str(), "linger", unset);
  if (minutes == -1 || minutes >= linger_for_ever) return std::nullopt;
  if (logged_out_at_ == Instant{}) return Instant{};
  return logged_out_at_ + (minutes < 0 ? context_.policy.linger : Duration{std::chrono::minutes{minutes}});
}

void User::tidy() {
  if (std::exchange(rooms_changed_, false) && contacts_) {
    contacts_->update_rooms([this](const chat::RoomId& id) { return showing_of(id); });
  }
  tell_availability();
  if (session_ && given_up_) {
    end_session({});  // the next join or message tries anew
    given_up_ = false;
  } else if (session_ && !needs_session()) {
    connection_is(Connection::none, {});
    lost_since_ = {};
    end_session("left");
    tell_presence();
  } else if (session_ && rooms_.empty() && !is_online()) {
    Instant until = last_private_ == Instant{} ? Instant{} : last_private_ + private_linger;
    if (lingers()) until = std::max(until, lingers_until().value_or(Instant{}));
    if (until > context_.timers.clock().now()) linger_.set(until, [this] { tidy_.arm(); });
  }
  const bool known = contacts_ || roster_ || bookmarks_ || !blocked_.empty() || !invited_.empty();
  if (!session_ && clients_.empty() && !known && !account_.registered && held_.empty()) context_.forget(*this);
}

void User::registered_as(chat::Account account) {
  account.registered = true;
  const bool only_nickname = session_ && connection_ == Connection::ready && account_.registered &&
                             account.password.reveal() == account_.password.reveal() &&
                             account.settings.all() == account_.settings.all();
  const bool same_nickname = account.nickname == account_.nickname;
  account_ = std::move(account);
  refused_.reset();
  if (only_nickname) {
    if (same_nickname) return;
    return ask(chat::SetNickname{account_.nickname}, [this](const chat::Done*, const chat::Failed* failed) {
      if (failed == nullptr) return;
      on(chat::Notice{{}, "You keep the nickname " + nickname_ + " for now: " + failed->text, {}});
    });
  }
  if (connection_ == Connection::ready) lost_since_ = {};  // so short a time is not worth a word in the rooms
  connect_anew("account changed");
}

void User::unregister() {
  outgoing_.give_back_all(Fault::closed, "you have unregistered from this gateway");
  while (!rooms_.empty()) {
    const chat::RoomId id = rooms_.begin()->first;
    rooms_.begin()->second->close({}, {}, "unregistered");
    forget_room(id);
  }
  if (bookmarks_) bookmarks_->remove_all();
  bookmarks_.reset();
  leave_contacts();
  unblock_all();
  clients_.log_out();  // nothing more is said to them
  context_.threads->forget(owner_.str());
  account_ = chat::Account{owner_.str(), {}, false, {}, {}};
  last_private_ = {};
  fail_unasked(Fault::closed, "You have unregistered from this gateway.");
  refused_.reset();
  tidy_.arm();
}

void User::refuse(const xmpp::Element& stanza, Fault fault, const std::string& text) const {
  if (!xmpp::may_answer(stanza)) return;
  context_.link.send(xmpp::make_error_reply(stanza, xmpp::to_stanza_error(fault, text)));
}

void User::link_up() {
  clients_.doubt();
  for (auto& [id, room] : rooms_) room->resynchronise();
  for (const auto& [entry, sent] : std::exchange(unsaid_, {})) say_delivered(entry, sent);
  if (!may_probe()) tell_presence();  // else who answers the probe is told
  if (contacts_) contacts_->link_up();
}

bool User::write_on() {
  for (auto& [id, room] : rooms_) {
    if (!room->write_on()) return false;
  }
  return true;
}

void User::shut_down(const std::string& text) {
  for (auto& [id, room] : rooms_) room->close({332}, {}, text);
  if (contacts_) contacts_->shut_down();
  clients_.each_at_service([this](const std::string& client) { send_unavailable(context_.link, client); });
  if (session_) end_session(text);
}

}  // namespace dragoman::gateway
