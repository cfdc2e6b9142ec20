#include "gateway/user.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "gateway/accounts.hpp"
#include "gateway/part_book.hpp"
#include "gateway/presence.hpp"
#include "gateway/settings_book.hpp"
#include "gateway/threads.hpp"
#include "xmpp/namespaces.hpp"
#include "xmpp/stanza_error.hpp"

namespace dragoman::gateway {

User::User(Context& context, xmpp::Jid jid, chat::Account account)
    : context_(context),
      owner_(std::move(jid)),
      account_(std::move(account)),
      subscriptions_(context, owner_, *this),
      blocked_(context, *this),
      invitations_(context, owner_, *this),
      received_(context, owner_, *this),
      catching_up_(context, owner_, *this),
      read_marks_(context, owner_, *this),
      sent_(context, owner_, *this),
      rooms_(context, owner_, *this),
      tidy_(context.gate, [this] { tidy(); }) {
  if (!context_.network.in_parts()) need_uplink({});
}

User::~User() = default;

const chat::Capabilities& User::capabilities(const chat::Conversation& conversation) {
  if (const Room* in = conversation.room.empty() ? nullptr : room(conversation.room); in && in->capabilities) {
    return *in->capabilities;
  }
  const Uplink* through = uplink(conversation);
  return through != nullptr && through->capabilities ? *through->capabilities
                                                     : context_.network.describe().capabilities;
}

bool User::may_have_contacts() const { return account_.registered || !context_.policy.needs_account(); }

const xmpp::Privileges* User::rights() const { return account_.registered ? context_.privileges.of(owner_) : nullptr; }

bool User::takes(TokenBucket& bucket, Quota quota) {
  const std::int64_t most = context_.quotas.of(owner_.bare_view(), quota);
  if (most == 0) return true;
  bucket.set_limit(static_cast<double>(most), Duration{std::chrono::minutes{1}} / most);
  return bucket.take(context_.timers.clock().now());
}

void User::take_policy() {
  sent_.queue().set_policy(context_.policy.delivery);
  tidy_.arm();  // they may linger for another time
}

std::string User::owner_key() const { return context_.link.jid().str() + ' ' + owner_.str(); }

void User::note_error(const std::string& text) {
  last_error_ = text;
  last_error_at_ = context_.timers.clock().utc();
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

void User::registered_as(chat::Account account) {
  account.registered = true;
  const bool only_nickname = connected() && account_.registered &&
                             account.password.reveal() == account_.password.reveal() &&
                             account.settings.all() == account_.settings.all();
  const bool same_nickname = account.nickname == account_.nickname;
  account_ = std::move(account);
  for (const auto& each : uplinks_) {
    each->refused.reset();
    each->wished.clear();
  }
  if (only_nickname) {
    if (same_nickname) return;
    for (const auto& each : uplinks_) {
      if (!each->session) continue;
      ask(each.get(), chat::SetNickname{account_.nickname, each->part},
          [this, part = each->part](const chat::Done*, const chat::Failed* failed) {
            if (failed == nullptr) return;
            say_notice({}, "You keep the nickname " + nickname(part) + " for now: " + failed->text, part);
          });
    }
    return;
  }
  for (const auto& each : uplinks_) {
    if (each->state == Uplink::State::ready) each->lost_since = {};  // so short a time is not worth a word in the rooms
  }
  connect_anew("account changed");
}

void User::unregister() {
  sent_.queue().give_back_all(Fault::closed, "you have unregistered from this gateway");
  rooms_.end_all({}, "unregistered");
  rooms_.remove_bookmarks();
  subscriptions_.leave();
  blocked_.forget();
  clients_.log_out();  // nothing more is said to them
  context_.threads->forget(owner_.str());
  account_ = chat::Account{owner_.str(), {}, false, {}, {}};
  for (const auto& each : uplinks_) {
    each->last_private = {};
    fail_unasked(*each, Fault::closed, "You have unregistered from this gateway.");
    each->refused.reset();
  }
  tidy_.arm();
}

void User::refuse(const xmpp::Element& stanza, Fault fault, const std::string& text) const {
  if (!xmpp::may_answer(stanza)) return;
  context_.link.send(xmpp::make_error_reply(stanza, xmpp::to_stanza_error(fault, text)));
}

void User::refuse(const xmpp::Element& stanza, const chat::Failed& failed) const {
  if (!xmpp::may_answer(stanza)) return;
  context_.link.send(xmpp::make_error_reply(stanza, context_.error_of(failed.fault, failed.text, failed.code)));
}

void User::restore_nickname(const std::string& nickname) {
  if (Contacts* contacts = subscriptions_.contacts()) contacts->restore_nickname(nickname);
  if (!account_.registered) account_.nickname = nickname;
}

bool User::records(const chat::Conversation& conversation) const {
  return context_.settings.flag_in(conversation.room.text, owner_.str(), "record_history", true);
}

void User::keep_nickname(const std::string& part) {
  const Uplink* known = uplink(part);
  if (!account_.registered || known == nullptr || known->nickname.empty()) return;
  if (!part.empty()) {
    const auto* set = context_.part_book.find(owner_.bare_view(), part);
    PartBook::Settings settings = set == nullptr ? PartBook::Settings{} : *set;
    settings.fields.set("nick", known->nickname);
    return context_.part_book.set(owner_.bare_view(), part, std::move(settings));
  }
  account_.nickname = known->nickname;
  store_account(context_.store, network().str(), account_);
}

void User::link_up() {
  clients_.doubt();
  for (auto& [id, room] : rooms_) room->resynchronise();
  sent_.link_up();
  if (!subscriptions_.may_probe()) tell_presence();  // else who answers the probe is told
  if (Contacts* contacts = subscriptions_.contacts()) contacts->link_up();
}

bool User::write_on() {
  for (auto& [id, room] : rooms_) {
    if (!room->write_on()) return false;
  }
  return true;
}

void User::shut_down(const std::string& text) {
  for (auto& [id, room] : rooms_) room->close({332}, {}, text);
  if (Contacts* contacts = subscriptions_.contacts()) contacts->shut_down();
  clients_.each_at_service([this](const std::string& client) { send_unavailable(context_.link, client); });
  end_sessions(text);
}

}  // namespace dragoman::gateway
