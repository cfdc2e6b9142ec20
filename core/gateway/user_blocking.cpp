#include "gateway/user.hpp"
#include "xmpp/blocking.hpp"

// Whom a person does not want to hear from (XEP-0191): the network is asked to keep them away where it can, and what
// comes all the same is not delivered. Rooms are not concerned: there the people of the room decide.

namespace dragoman::gateway {

namespace {
constexpr std::string_view blocked_kind = "blocked";
constexpr auto push_patience = std::chrono::seconds{30};
}  // namespace

void User::restore_blocked(const chat::PersonId& person) { blocked_.insert(person); }

std::vector<std::string> User::block_list(const xmpp::Jid& asker) {
  if (std::find(block_watchers_.begin(), block_watchers_.end(), asker.str()) == block_watchers_.end()) {
    if (block_watchers_.size() >= most(Quota::connections)) block_watchers_.erase(block_watchers_.begin());
    block_watchers_.push_back(asker.str());
  }
  std::vector<std::string> jids;
  for (const chat::PersonId& person : blocked_) jids.push_back(context_.address(person));
  return jids;
}

Result<void> User::block(const std::vector<std::string>& jids, bool blocked) {
  // Nobody is blocked before everybody's address was read.
  std::vector<chat::PersonId> people;
  for (const std::string& jid : jids) {
    auto person = person_at(jid);
    if (!person) return person.error();
    people.push_back(*std::move(person));
  }
  if (blocked && blocked_.size() + people.size() > most(Quota::contacts)) {
    return failure(Fault::limited, "You have blocked " + std::to_string(blocked_.size()) +
                                       " people here, and the limit is " + std::to_string(most(Quota::contacts)) +
                                       "; unblock some first.");
  }
  if (!blocked && jids.empty()) people.assign(blocked_.begin(), blocked_.end());
  for (const chat::PersonId& person : people) set_blocked(person, blocked);
  for (const std::string& client : block_watchers_) {
    context_.link.ask(xmpp::make_block_push(blocked ? "block" : "unblock", client, jids), push_patience,
                      [](const Result<xmpp::Element>&) {});
  }
  tidy_.arm();
  return {};
}

void User::set_blocked(const chat::PersonId& person, bool blocked) {
  const bool changed = blocked ? blocked_.insert(person).second : blocked_.erase(person) > 0;
  if (!changed) return;
  if (blocked) {
    context_.store.put({std::string{blocked_kind}, owner_key(), person.text, "true"});
  } else {
    context_.store.erase(std::string{blocked_kind}, owner_key(), person.text);
  }
  if (contacts_) contacts_->hide(person, blocked);
  if (is_ready(context_.network.part_of(person))) tell_blocked(person, blocked);
}

void User::tell_blocked(const chat::PersonId& person, bool blocked) {
  // A network that has no such thing says so, and the gateway does it alone.
  ask(chat::Block{person, blocked}, [](const chat::Done*, const chat::Failed*) {});
}

void User::tell_all_blocked(const Uplink& uplink) {
  for (const chat::PersonId& person : blocked_) {
    if (context_.network.part_of(person) == uplink.part) tell_blocked(person, true);
  }
}

void User::unblock_all() {
  for (const chat::PersonId& person : std::exchange(blocked_, {})) {
    context_.store.erase(std::string{blocked_kind}, owner_key(), person.text);
  }
  block_watchers_.clear();
}

bool User::refuse_if_blocked(const xmpp::Element& message, const chat::PersonId& person) {
  if (!blocks(person)) return false;
  if (xmpp::may_answer(message)) context_.link.send(xmpp::make_blocked_error(message));
  return true;
}

}  // namespace dragoman::gateway
