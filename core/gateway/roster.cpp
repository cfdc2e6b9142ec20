#include "gateway/roster.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "gateway/json_text.hpp"
#include "gateway/user.hpp"

namespace dragoman::gateway {

namespace {

/// After a lost stream the server says its privileges a moment after the new one has begun.
constexpr auto moment = std::chrono::seconds{5};
/// A client that has just come says what it can do within that time.
constexpr auto before_asking = std::chrono::seconds{1};
/// Subscription requests that nobody minds at once.
constexpr std::size_t most_asked_about = 30;

constexpr std::string_view roster_kind = "roster";

constexpr std::pair<Roster::State, std::string_view> states[] = {{Roster::State::wanted, "wanted"},
                                                                 {Roster::State::offered, "offered"},
                                                                 {Roster::State::put, "put"},
                                                                 {Roster::State::deleted, "deleted"}};

}  // namespace

Roster::Roster(Context& context, const xmpp::Jid& owner, std::string documents, Host& host)
    : context_(context),
      owner_(owner),
      documents_(std::move(documents)),
      host_(host),
      again_(context.timers),
      ask_(context.timers) {}

std::string Roster::address(const std::string& localpart) const {
  const std::string& domain = context_.link.jid().str();
  return localpart.empty() ? domain : localpart + '@' + domain;
}

void Roster::store(const std::string& localpart, const Entry& entry) {
  const auto* const state =
      std::find_if(std::begin(states), std::end(states), [&](const auto& each) { return each.first == entry.state; });
  const nlohmann::json object{{"state", state->second}, {"name", entry.name}, {"groups", entry.groups}};
  context_.store.put({std::string{roster_kind}, documents_, localpart, dump(object)});
}

void Roster::restore(std::string_view localpart, const std::string& json) {
  const nlohmann::json object = nlohmann::json::parse(json, nullptr, false);
  Entry& entry = entries_[std::string{localpart}];
  const std::string state = string_at(object, "state");
  for (const auto& [each, text] : states) {
    if (text == state) entry.state = each;
  }
  entry.name = string_at(object, "name");
  entry.groups = strings_at(object, "groups");
}

void Roster::want(Wish wish) {
  Entry& entry = entries_[wish.localpart];
  if (wish.asked_for) {
    if (entry.state == State::deleted) entry.state = State::wanted;
  } else if (entry.state == State::deleted) {
    return;
  } else if (entry.state != State::put) {
    if (entry.state == State::offered && entry.name != wish.name) {
      host_.suggest({{xmpp::SuggestedContact::Action::modify, address(wish.localpart), wish.name, wish.groups}});
    }
    // A person who has it with another name than the network's chose that name: only what we gave is changed.
    entry.name = wish.name;
    entry.groups = wish.groups;
    store(wish.localpart, entry);
  }
  const auto same = std::find_if(waiting_.begin(), waiting_.end(),
                                 [&](const Wish& each) { return each.localpart == wish.localpart; });
  if (same == waiting_.end()) {
    waiting_.push_back(std::move(wish));
  } else {
    wish.asked_for |= same->asked_for;
    *same = std::move(wish);
  }
  start();
}

void Roster::start() {
  if (stage_ != Stage::idle || waiting_.empty()) return;
  if (!context_.link.up()) return again_.set_after(moment, [this] { start(); });
  if (!context_.privileges.may_write_roster(owner_)) return give_up(failure(Fault::unsupported, "no privilege"));
  ask_roster(Stage::reading);
}

void Roster::ask_roster(Stage stage) {
  stage_ = stage;
  question_ = context_.next_question();
  // The person may be gone when the answer comes: they are looked up.
  context_.privileges.get_roster(
      owner_, [&context = context_, bare = owner_.str(), question = question_](Result<Privileges::Items> items) {
        User* person = context.find(bare);
        if (person != nullptr && person->subscriptions().roster() != nullptr)
          person->subscriptions().roster()->read(question, std::move(items));
      });
}

void Roster::read(std::uint64_t question, Result<Privileges::Items> items) {
  if (question != question_ || (stage_ != Stage::reading && stage_ != Stage::checking)) return;
  if (!items) return give_up(items.error());
  have_.clear();
  for (xmpp::RosterItem& item : *items) {
    const auto jid = xmpp::Jid::parse(item.jid);
    std::string localpart{jid->local()};
    have_.emplace(std::move(localpart), std::move(item));
  }
  if (stage_ == Stage::reading) return next();
  // What was written, as the server has understood it: some do not take a subscription from anybody.
  for (const Wish& wish : std::exchange(written_, {})) {
    const auto found = have_.find(wish.localpart);
    const bool there = found != have_.end();
    if (there) host_.in_roster(wish.localpart, found->second.sees(), found->second.seen());
    if (wish.asked_for && !(there && found->second.seen())) host_.not_in_roster(wish.localpart);
  }
  finish();
}

xmpp::RosterItem Roster::merged(const Wish& wish, const xmpp::RosterItem* have, const Entry& entry) const {
  xmpp::RosterItem item{address(wish.localpart), wish.name, "both", wish.groups};
  if (have == nullptr) return item;
  item.jid = have->jid;
  const bool ours_before = entry.state == State::put;
  const bool name_is_ours = ours_before ? have->name == entry.name : have->name.empty();
  const bool groups_are_ours = ours_before ? have->groups == entry.groups : have->groups.empty();
  if (!name_is_ours || wish.name.empty()) item.name = have->name;
  if (!groups_are_ours || wish.groups.empty()) item.groups = have->groups;
  return item;
}

void Roster::next() {
  while (!waiting_.empty()) {
    Wish wish = std::move(waiting_.front());
    waiting_.pop_front();
    Entry& entry = entries_[wish.localpart];
    const auto found = have_.find(wish.localpart);
    const xmpp::RosterItem* have = found == have_.end() ? nullptr : &found->second;
    if (have == nullptr && entry.state == State::put && !wish.asked_for) {
      deleted(wish.localpart);
      host_.taken_out(wish.localpart);
      continue;
    }
    xmpp::RosterItem item = merged(wish, have, entry);
    const bool nothing_to_do = have != nullptr && *have == item;
    entry.state = State::put;
    entry.name = item.name == wish.name ? item.name : entry.name;
    entry.groups = item.groups == wish.groups ? item.groups : entry.groups;
    if (nothing_to_do) {
      store(wish.localpart, entry);
      host_.in_roster(wish.localpart, true, true);
      continue;
    }
    current_ = std::move(wish);
    stage_ = Stage::writing;
    question_ = context_.next_question();
    context_.privileges.set_item(
        owner_, item, [&context = context_, bare = owner_.str(), question = question_](const Result<void>& written) {
          User* person = context.find(bare);
          if (person != nullptr && person->subscriptions().roster() != nullptr)
            person->subscriptions().roster()->wrote(question, written);
        });
    return;
  }
  if (written_.empty()) return finish();
  ask_roster(Stage::checking);
}

void Roster::wrote(std::uint64_t question, const Result<void>& written) {
  if (question != question_ || stage_ != Stage::writing) return;
  Entry& entry = entries_[current_.localpart];
  if (!written) {
    entry.state = State::wanted;
    waiting_.push_front(std::exchange(current_, {}));
    return give_up(written.error());
  }
  store(current_.localpart, entry);
  written_.push_back(std::exchange(current_, {}));
  next();
}

void Roster::finish() {
  stage_ = Stage::idle;
  have_.clear();
  start();
}

void Roster::give_up(const Error& error) {
  stage_ = Stage::idle;
  have_.clear();
  // The stream has ended in the middle: the next one has privileges of its own.
  if (error.fault == Fault::closed) return again_.set_after(moment, [this] { start(); });
  for (const Wish& wish : std::exchange(written_, {})) {
    host_.in_roster(wish.localpart, true, false);  // as much as it takes for them to see it
    if (wish.asked_for) host_.not_in_roster(wish.localpart);
  }
  for (const Wish& wish : std::exchange(waiting_, {})) {
    if (wish.asked_for) host_.not_in_roster(wish.localpart);
  }
  offer();
}

std::vector<xmpp::SuggestedContact> Roster::unoffered() const {
  std::vector<xmpp::SuggestedContact> contacts;
  for (const auto& [localpart, entry] : entries_) {
    // What the person has asked for without a name is in the roster already.
    if (entry.state != State::wanted || entry.name.empty() || localpart.empty()) continue;
    contacts.push_back({xmpp::SuggestedContact::Action::add, address(localpart), entry.name, entry.groups});
  }
  return contacts;
}

void Roster::offer() {
  if (stage_ != Stage::idle) return;
  const auto contacts = unoffered();
  if (contacts.empty()) return;
  if (host_.suggest(contacts)) return mark_offered(contacts);
  // A client that has just come may still be about to say that it takes suggestions.
  ask_.set_after(before_asking, [this] { ask_about_few(); });
}

void Roster::ask_about_few() {
  if (stage_ != Stage::idle || !context_.link.up()) return;
  const auto contacts = unoffered();
  if (contacts.empty() || contacts.size() > most_asked_about) return;
  if (!host_.suggest(contacts)) {
    for (const xmpp::SuggestedContact& each : contacts) host_.ask_about(each.jid.substr(0, each.jid.rfind('@')));
  }
  mark_offered(contacts);
}

void Roster::mark_offered(const std::vector<xmpp::SuggestedContact>& contacts) {
  for (const xmpp::SuggestedContact& each : contacts) {
    const std::string localpart = each.jid.substr(0, each.jid.rfind('@'));
    entries_[localpart].state = State::offered;
    store(localpart, entries_[localpart]);
  }
}

bool Roster::drop(const std::string& localpart) {
  std::erase_if(waiting_, [&](const Wish& wish) { return wish.localpart == localpart; });
  const auto found = entries_.extract(localpart);
  if (found.empty()) return false;
  context_.store.erase(std::string{roster_kind}, documents_, localpart);
  if (found.mapped().state == State::offered) {
    host_.suggest({{xmpp::SuggestedContact::Action::remove, address(localpart), {}, found.mapped().groups}});
  }
  if (found.mapped().state != State::put || !context_.privileges.may_write_roster(owner_)) return false;
  context_.privileges.set_item(owner_, {address(localpart), {}, "remove", {}}, [](const Result<void>&) {});
  return true;
}

void Roster::deleted(std::string_view localpart) {
  const auto found = entries_.find(localpart);
  if (found == entries_.end()) return;
  std::erase_if(waiting_, [&](const Wish& wish) { return wish.localpart == localpart; });
  found->second.state = State::deleted;
  store(found->first, found->second);
}

void Roster::retry() {
  if (context_.privileges.may_write_roster(owner_)) {
    for (const auto& [localpart, entry] : entries_) {
      const bool open = entry.state == State::wanted || entry.state == State::offered;
      const bool queued = std::any_of(waiting_.begin(), waiting_.end(),
                                      [&key = localpart](const Wish& wish) { return wish.localpart == key; });
      if (open && !queued) waiting_.push_back({localpart, entry.name, entry.groups, false});
    }
    return start();
  }
  // A client that has just come is asked what it can do; the answer takes a moment.
  again_.set_after(moment, [this] {
    start();
    offer();
  });
}

std::vector<std::string> Roster::missing() const {
  std::vector<std::string> localparts;
  for (const auto& [localpart, entry] : entries_) {
    if (entry.state == State::wanted || entry.state == State::offered) localparts.push_back(localpart);
  }
  return localparts;
}

void Roster::forget_all() {
  for (const auto& [localpart, entry] : std::exchange(entries_, {})) {
    context_.store.erase(std::string{roster_kind}, documents_, localpart);
  }
}

}  // namespace dragoman::gateway
