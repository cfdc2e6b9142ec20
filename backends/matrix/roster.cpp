#include "backends/matrix/roster.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "backends/matrix/address.hpp"
#include "backends/matrix/clean_text.hpp"
#include "backends/matrix/json.hpp"
#include "base/text.hpp"

namespace dragoman::backends::matrix {

namespace {

using Membership = Member::Membership;

bool is_about_member(const Event& event) {
  return event.type == "m.room.member" && event.is_state() && is_user_id(*event.state_key);
}

}  // namespace

Membership membership_in(const Event& event) {
  const std::string text = text_at(event.content, "membership");
  if (text == "join") return Membership::joined;
  if (text == "invite") return Membership::invited;
  if (text == "ban") return Membership::banned;
  if (text == "knock") return Membership::knocking;
  return Membership::left;
}

bool says_the_same(const Event& event, const Member& member) {
  if (membership_in(event) != member.membership) return false;
  if (member.membership != Membership::joined) return true;
  return text_at(event.content, "displayname") == member.display_name &&
         text_at(event.content, "avatar_url") == member.avatar;
}

std::string key_of(std::string_view nickname) { return text::nfkc(nickname); }

std::string full_nickname(const std::string& short_one, const std::string& user_id) {
  return short_one + " (" + user_id + ')';
}

const Member* Roster::find(const std::string& user_id) const {
  const auto found = members_.find(user_id);
  return found == members_.end() ? nullptr : &found->second;
}

std::optional<std::string> Roster::holder_of(const std::string& key) const {
  const auto found = named_.find(key);
  return found == named_.end() ? std::nullopt : std::optional{found->second};
}

std::string Roster::nickname_of(const std::string& user_id) const {
  const Member* member = find(user_id);
  if (member == nullptr) return free_nickname(user_id, {});
  return member->nickname.empty() ? free_nickname(user_id, member->display_name) : member->nickname;
}

std::string Roster::free_nickname(const std::string& user_id, std::string_view display_name) const {
  std::string nickname = clean_nickname(display_name, user_id);
  const auto other = named_.find(key_of(nickname));
  if (other == named_.end() || other->second == user_id) return nickname;
  return full_nickname(nickname, user_id);
}

void Roster::take_nickname(const std::string& user_id, Member& member) {
  member.nickname = free_nickname(user_id, member.display_name);
  named_[key_of(member.nickname)] = user_id;
}

void Roster::give_back_nickname(const std::string& user_id, Member& member) {
  if (member.nickname.empty()) return;
  const auto own = named_.find(key_of(member.nickname));
  if (own != named_.end() && own->second == user_id) named_.erase(own);
  member.nickname.clear();
}

void Roster::learn(const Event& event) {
  if (!is_about_member(event)) return;
  const std::string& user_id = *event.state_key;
  Member& member = members_[user_id];
  const std::string name_before = std::exchange(member.display_name, text_at(event.content, "displayname"));
  member.membership = membership_in(event);
  member.avatar = text_at(event.content, "avatar_url");
  if (member.membership != Membership::joined) {
    // They keep their name in what they have said before.
    if (member.display_name.empty()) member.display_name = name_before;
    return give_back_nickname(user_id, member);
  }
  if (!member.nickname.empty() && member.display_name == name_before) return;
  give_back_nickname(user_id, member);
  take_nickname(user_id, member);
}

void Roster::learn_all(const nlohmann::json& events) {
  for (auto& [user_id, member] : members_) member.membership = Membership::left;
  for (const nlohmann::json& json : events) {
    const auto event = read_event(json);
    if (!event || !is_about_member(*event)) continue;
    Member& member = members_[*event->state_key];
    member.membership = membership_in(*event);
    member.display_name = text_at(event->content, "displayname");
    member.avatar = text_at(event->content, "avatar_url");
  }
  name_everybody();
}

void Roster::name_everybody() {
  named_.clear();
  std::vector<Members::iterator> new_ones;
  for (auto each = members_.begin(); each != members_.end(); ++each) {
    Member& member = each->second;
    const bool had_one = !member.nickname.empty();
    if (member.membership != Membership::joined) {
      member.nickname.clear();
    } else if (had_one) {
      take_nickname(each->first, member);
    } else {
      new_ones.push_back(each);
    }
  }
  for (const auto each : new_ones) take_nickname(each->first, each->second);
}

void Roster::note_name(const std::string& user_id, std::string display_name) {
  if (!is_user_id(user_id)) return;
  const auto [member, is_new] = members_.try_emplace(user_id);
  if (is_new) member->second.display_name = std::move(display_name);
}

void Roster::note_spoken(const std::string& user_id, Timestamp when) {
  if (!is_user_id(user_id)) return;
  Timestamp& spoke = members_[user_id].spoke;
  spoke = std::max(spoke, when);
}

void Roster::note_joined(const std::string& user_id) {
  Member& member = members_[user_id];
  member.membership = Membership::joined;
  if (member.nickname.empty()) take_nickname(user_id, member);
}

void Roster::clear() {
  members_.clear();
  named_.clear();
}

}  // namespace dragoman::backends::matrix
