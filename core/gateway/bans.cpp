#include "gateway/bans.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/log.hpp"
#include "gateway/json_text.hpp"
#include "xmpp/timestamps.hpp"

namespace dragoman::gateway {

namespace {

constexpr const char* ban_kind = "ban";
constexpr const char* older_kind = "blacklist";
/// The machine's clock may be set: how long is left is looked at again at least so often.
constexpr Duration longest_wait = std::chrono::hours{1};

std::string write_ban(const Ban& ban) {
  nlohmann::json value{{"since", ban.since.time_since_epoch().count()}};
  if (!ban.reason.empty()) value["reason"] = ban.reason;
  if (!ban.by.empty()) value["by"] = ban.by;
  if (ban.until) value["until"] = ban.until->time_since_epoch().count();
  return dump(value);
}

std::optional<Timestamp> time_at(const nlohmann::json& value, const char* key) {
  const auto found = value.find(key);
  if (found == value.end() || !found->is_number_integer()) return std::nullopt;
  return Timestamp{std::chrono::milliseconds{found->get<std::int64_t>()}};
}

Ban read_ban(const std::string& json) {
  Ban ban;
  const nlohmann::json value = nlohmann::json::parse(json, nullptr, false);
  if (!value.is_object()) return ban;  // unreadable: it holds all the same, for who is banned stands in the key
  ban.reason = string_at(value, "reason");
  ban.by = string_at(value, "by");
  ban.since = time_at(value, "since").value_or(Timestamp{});
  ban.until = time_at(value, "until");
  return ban;
}

}  // namespace

Bans::Bans(store::Store& store, Timers& timers, std::string gateway)
    : store_(store), timers_(timers), gateway_(std::move(gateway)), next_end_(timers) {}

void Bans::load(store::Reader& reader) {
  reader.documents(ban_kind, [this](const store::Document& document) {
    if (document.owner == gateway_) entries_.insert_or_assign(document.key, read_ban(document.value));
  });
  std::vector<std::string> older;
  reader.documents(older_kind, [&](const store::Document& document) {
    if (document.owner == gateway_) older.push_back(document.key);
  });
  for (const std::string& target : older) {
    if (!entries_.contains(target)) add(target, {});
    store_.erase(older_kind, gateway_, target);
  }
  end_those_over();
}

Bans::Entries::const_iterator Bans::entry_of(std::string_view bare) const {
  if (entries_.empty()) return entries_.end();
  const auto own = entries_.find(bare);
  if (own != entries_.end() && holds(own->second)) return own;
  const auto of_domain = entries_.find(bare.substr(bare.find('@') + 1));  // npos + 1: the whole
  return of_domain != entries_.end() && holds(of_domain->second) ? of_domain : entries_.end();
}

const Ban* Bans::find(std::string_view bare) const {
  const auto entry = entry_of(bare);
  return entry == entries_.end() ? nullptr : &entry->second;
}

std::string Bans::target_of(std::string_view bare) const {
  const auto entry = entry_of(bare);
  return entry == entries_.end() ? std::string{} : entry->first;
}

void Bans::add(const std::string& target, Ban ban) {
  store_.put({ban_kind, gateway_, target, write_ban(ban)});
  entries_.insert_or_assign(target, std::move(ban));
  schedule_end();
}

bool Bans::remove(const std::string& target) {
  if (entries_.erase(target) == 0) return false;
  store_.erase(ban_kind, gateway_, target);
  schedule_end();
  return true;
}

void Bans::schedule_end() {
  std::optional<Timestamp> first;
  for (const auto& [target, ban] : entries_) {
    if (ban.until && (!first || *ban.until < *first)) first = ban.until;
  }
  if (!first) return next_end_.clear();
  const Duration left = std::max<Duration>(*first - timers_.clock().utc(), Duration::zero());
  next_end_.set_after(std::min(left, longest_wait), [this] { end_those_over(); });
}

void Bans::end_those_over() {
  for (auto entry = entries_.begin(); entry != entries_.end();) {
    if (holds(entry->second)) {
      ++entry;
      continue;
    }
    const std::string &owner = entry->first, &network = gateway_;
    LOG_INFO("a ban is over", owner, network);
    store_.erase(ban_kind, gateway_, entry->first);
    entry = entries_.erase(entry);
  }
  schedule_end();
}

std::string minute_text(Timestamp time) {
  std::string text = xmpp::to_datetime(time);  // 2026-11-30T10:00:00Z
  text.resize(16);
  text[10] = ' ';
  return text + " UTC";
}

std::string describe(const Ban& ban) {
  std::string text = ban.until ? "until " + minute_text(*ban.until) : std::string{"for good"};
  return ban.reason.empty() ? text : text + ": " + ban.reason;
}

}  // namespace dragoman::gateway
