#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/timers.hpp"
#include "store/store.hpp"

namespace dragoman::gateway {

/// Somebody, or everybody of a domain, who may not use the gateway: until when, and why.
struct Ban {
  std::string reason;              ///< for the person too; empty: none was given
  std::string by;                  ///< who has banned: a bare JID, or "operator"
  Timestamp since{};               ///< epoch: not known (bans from before there were reasons)
  std::optional<Timestamp> until;  ///< nothing: for good
};

/// The bans of one gateway (XEP-0133 4.11 calls them blacklist): a document each, by domain or bare JID. A ban that
/// ends is erased when its time has come, and holds no longer even when that is late.
class Bans {
 public:
  using Entries = std::map<std::string, Ban, std::less<>>;

  /// `gateway` is its domain.
  Bans(store::Store& store, Timers& timers, std::string gateway);
  /// Also what older versions have kept as a blacklist, which is rewritten.
  void load(store::Reader& reader);

  const Entries& entries() const { return entries_; }
  /// What holds for this person: their own ban, else that of their domain. Nothing: not banned.
  const Ban* find(std::string_view bare) const;
  /// The domain or bare JID that the ban of this person is for; empty: not banned.
  std::string target_of(std::string_view bare) const;
  /// Takes the place of a ban that there is.
  void add(const std::string& target, Ban ban);
  /// False: there was none.
  bool remove(const std::string& target);

 private:
  Entries::const_iterator entry_of(std::string_view bare) const;
  bool holds(const Ban& ban) const { return !ban.until || *ban.until > timers_.clock().utc(); }
  void schedule_end();
  void end_those_over();

  store::Store& store_;
  Timers& timers_;
  std::string gateway_;
  Entries entries_;
  Timer next_end_;
};

/// "2026-11-30 10:00 UTC"
std::string minute_text(Timestamp time);
/// "until 2026-11-30 10:00 UTC: spamming", "for good"
std::string describe(const Ban& ban);

}  // namespace dragoman::gateway
