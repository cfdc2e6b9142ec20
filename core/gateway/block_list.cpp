#include "gateway/block_list.hpp"

#include <algorithm>
#include <utility>

#include "gateway/own_address.hpp"
#include "gateway/user.hpp"
#include "xmpp/blocking.hpp"
#include "xmpp/stanza_error.hpp"

namespace dragoman::gateway {

namespace {
constexpr std::string_view blocked_kind = "blocked";
constexpr auto push_patience = std::chrono::seconds{30};
}  // namespace

std::vector<std::string> BlockList::list(const xmpp::Jid& asker) {
  if (std::find(watchers_.begin(), watchers_.end(), asker.str()) == watchers_.end()) {
    if (watchers_.size() >= user_.most(Quota::connections)) watchers_.erase(watchers_.begin());
    watchers_.push_back(asker.str());
  }
  std::vector<std::string> jids;
  for (const chat::PersonId& person : people_) jids.push_back(context_.address(person));
  return jids;
}

Result<void> BlockList::change(const std::vector<std::string>& jids, bool blocked) {
  // Nobody is blocked before everybody's address was read.
  std::vector<chat::PersonId> people;
  for (const std::string& jid : jids) {
    auto person = person_at(context_, jid);
    if (!person) return person.error();
    people.push_back(*std::move(person));
  }
  if (blocked && people_.size() + people.size() > user_.most(Quota::contacts)) {
    return failure(Fault::limited, "You have blocked " + std::to_string(people_.size()) +
                                       " people here, and the limit is " + std::to_string(user_.most(Quota::contacts)) +
                                       "; unblock some first.");
  }
  if (!blocked && jids.empty()) people.assign(people_.begin(), people_.end());
  for (const chat::PersonId& person : people) set(person, blocked);
  for (const std::string& client : watchers_) {
    context_.link.ask(xmpp::make_block_push(blocked ? "block" : "unblock", client, jids), push_patience,
                      [](const Result<xmpp::Element>&) {});
  }
  user_.look_again();
  return {};
}

void BlockList::set(const chat::PersonId& person, bool blocked) {
  const bool changed = blocked ? people_.insert(person).second : people_.erase(person) > 0;
  if (!changed) return;
  if (blocked) {
    context_.store.put({std::string{blocked_kind}, user_.owner_key(), person.text, "true"});
  } else {
    context_.store.erase(std::string{blocked_kind}, user_.owner_key(), person.text);
  }
  if (Contacts* contacts = user_.subscriptions().contacts()) contacts->hide(person, blocked);
  if (user_.is_ready(context_.network.part_of(person))) tell(person, blocked);
}

void BlockList::tell(const chat::PersonId& person, bool blocked) {
  // A network that has no such thing says so, and the gateway does it alone.
  user_.ask(chat::Block{person, blocked}, [](const chat::Done*, const chat::Failed*) {});
}

void BlockList::tell_all(const Uplink& uplink) {
  for (const chat::PersonId& person : people_) {
    if (context_.network.part_of(person) == uplink.part) tell(person, true);
  }
}

void BlockList::forget() {
  for (const chat::PersonId& person : std::exchange(people_, {})) {
    context_.store.erase(std::string{blocked_kind}, user_.owner_key(), person.text);
  }
  watchers_.clear();
}

bool BlockList::refuses(const xmpp::Element& message, const chat::PersonId& person) const {
  if (!has(person)) return false;
  if (xmpp::may_answer(message)) context_.link.send(xmpp::make_blocked_error(message));
  return true;
}

}  // namespace dragoman::gateway
