#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/text_hash.hpp"
#include "store/store.hpp"

namespace dragoman::gateway {

struct Policy;

/// How much one person may have or do. The default of each is a key of [network.limits].
enum class Quota { rooms, rooms_per_minute, connections, contacts, waiting_messages, messages_per_minute };
inline constexpr std::array quotas{Quota::rooms,    Quota::rooms_per_minute, Quota::connections,
                                   Quota::contacts, Quota::waiting_messages, Quota::messages_per_minute};

/// "rooms_per_minute"
std::string_view to_string(Quota quota);
std::optional<Quota> parse_quota(std::string_view name);
/// What it may be set to, both included. 0 of messages_per_minute: as many as they like.
struct QuotaRange {
  std::int64_t least, most;
};
QuotaRange range_of(Quota quota);
/// What the configuration says.
std::int64_t default_of(Quota quota, const Policy& policy);

/// The quotas of people whom an operator gives more or less than the configuration does everybody: a document each, by
/// bare JID. They are kept when the person unregisters, or that would be the way around them.
class Quotas {
 public:
  using Values = std::map<Quota, std::int64_t>;

  /// `gateway` is its domain; the policy must outlive this.
  Quotas(store::Store& store, const Policy& policy, std::string gateway)
      : store_(store), policy_(policy), gateway_(std::move(gateway)) {}
  void load(store::Reader& reader);

  std::int64_t of(std::string_view bare, Quota quota) const;
  /// As of(), for what is counted.
  std::size_t most(std::string_view bare, Quota quota) const { return static_cast<std::size_t>(of(bare, quota)); }
  /// What an operator has set for this person.
  Values own(std::string_view bare) const;
  /// `value` in range_of(quota); nothing: that of the configuration again.
  void set(const std::string& bare, Quota quota, std::optional<std::int64_t> value);

 private:
  store::Store& store_;
  const Policy& policy_;
  std::string gateway_;
  ByText<Values> people_;
};

}  // namespace dragoman::gateway
