#include "gateway/quotas.hpp"

#include <algorithm>

#include "gateway/context.hpp"
#include "gateway/json_text.hpp"

namespace dragoman::gateway {

namespace {

constexpr const char* quota_kind = "quota";
constexpr std::array<std::string_view, quotas.size()> quota_names{
    "rooms", "rooms_per_minute", "connections", "contacts", "waiting_messages", "messages_per_minute"};

}  // namespace

std::string_view to_string(Quota quota) { return quota_names[static_cast<std::size_t>(quota)]; }

std::optional<Quota> parse_quota(std::string_view name) {
  for (const Quota quota : quotas) {
    if (to_string(quota) == name) return quota;
  }
  return std::nullopt;
}

QuotaRange range_of(Quota quota) {
  switch (quota) {
    case Quota::rooms:
    case Quota::connections:
      return {1, 10000};
    case Quota::rooms_per_minute:
    case Quota::contacts:
      return {1, 100000};
    case Quota::waiting_messages:
      return {1, 1000000};
    case Quota::messages_per_minute:
      return {0, 1000000};
  }
  return {};
}

std::int64_t default_of(Quota quota, const Policy& policy) {
  switch (quota) {
    case Quota::rooms:
      return static_cast<std::int64_t>(policy.rooms_per_jid);
    case Quota::rooms_per_minute:
      return policy.rooms_per_minute;
    case Quota::connections:
      return static_cast<std::int64_t>(policy.connections_per_jid);
    case Quota::contacts:
      return static_cast<std::int64_t>(policy.contacts_per_jid);
    case Quota::waiting_messages:
      return static_cast<std::int64_t>(policy.delivery.rows_per_owner);
    case Quota::messages_per_minute:
      return policy.messages_per_minute;
  }
  return 0;
}

void Quotas::load(store::Reader& reader) {
  reader.documents(quota_kind, [this](const store::Document& document) {
    if (document.owner != gateway_) return;
    const nlohmann::json value = nlohmann::json::parse(document.value, nullptr, false);
    if (!value.is_object()) return;
    for (const Quota quota : quotas) {
      const auto found = value.find(to_string(quota));
      if (found == value.end() || !found->is_number_integer()) continue;
      const auto [least, most] = range_of(quota);
      people_[document.key][quota] = std::clamp(found->get<std::int64_t>(), least, most);
    }
  });
}

std::int64_t Quotas::of(std::string_view bare, Quota quota) const {
  if (!people_.empty()) {
    if (const auto known = people_.find(bare); known != people_.end()) {
      if (const auto own = known->second.find(quota); own != known->second.end()) return own->second;
    }
  }
  return default_of(quota, policy_);
}

Quotas::Values Quotas::own(std::string_view bare) const {
  const auto known = people_.find(bare);
  return known == people_.end() ? Values{} : known->second;
}

void Quotas::set(const std::string& bare, Quota quota, std::optional<std::int64_t> value) {
  Values& values = people_[bare];
  if (value) {
    values[quota] = *value;
  } else {
    values.erase(quota);
  }
  if (values.empty()) {
    people_.erase(bare);
    return store_.erase(quota_kind, gateway_, bare);
  }
  nlohmann::json json = nlohmann::json::object();
  for (const auto& [each, number] : values) json[std::string{to_string(each)}] = number;
  store_.put({quota_kind, gateway_, bare, dump(json)});
}

}  // namespace dragoman::gateway
