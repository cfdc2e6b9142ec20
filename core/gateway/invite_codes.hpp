#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "base/timers.hpp"
#include "base/token_bucket.hpp"
#include "store/store.hpp"

namespace dragoman::gateway {

/// Accounts that one code may be good for.
inline constexpr int most_uses_of_a_code = 10000;

/// What an operator gives to people who shall get an account where registration is by invitation.
struct InviteCode {
  int left = 1;                    ///< accounts that it is still good for
  std::string by;                  ///< who has made it: a bare JID, or "operator"
  std::string note;                ///< whom it is for; empty: nobody has said
  Timestamp since{};               ///< when it was made
  std::optional<Timestamp> until;  ///< nothing: until it is used up
};

/// The invitation codes of one gateway: a document each, by the SHA-256 of the code, which itself is told once and kept
/// nowhere. Whoever has given a code may register from then on, also when that needs several attempts (a network that
/// refuses the password at first): that is a document too, until they have the account.
class InviteCodes {
 public:
  using Entries = std::map<std::string, InviteCode, std::less<>>;

  /// `gateway` is its domain.
  InviteCodes(store::Store& store, Timers& timers, Random& random, std::string gateway)
      : store_(store), timers_(timers), random_(random), gateway_(std::move(gateway)) {}
  void load(store::Reader& reader);

  /// A new code, e.g. "mfrg-gzdf-mztw-q2lk": 80 random bits, in base32.
  Secret<std::string> make(InviteCode about);
  /// By their names: the first eight digits of the hash. Those that are over are not among them.
  Entries entries();
  /// False: there is none of this name.
  bool remove(std::string_view name);

  /// Takes one use of a code for this person (a bare JID), unless they have given one already. Capitals, spaces and
  /// hyphens mean nothing. Fault::unauthorized: there is no such code (any more); limited: they, or people of their
  /// server, have guessed too often (5 an hour; 60 a server).
  Result<void> redeem(std::string_view bare, std::string_view code);
  bool has_redeemed(std::string_view bare) const { return admitted_.contains(bare); }
  /// They have their account: the next one needs another code.
  void forget(std::string_view bare);

 private:
  bool holds(const InviteCode& code) const { return !code.until || *code.until > timers_.clock().utc(); }
  void keep(const std::string& hash, const InviteCode& code);
  void erase(const std::string& hash);
  void erase_those_over();
  bool may_guess(std::string_view bare);
  void take_guess(std::string_view bare);

  store::Store& store_;
  Timers& timers_;
  Random& random_;
  std::string gateway_;
  Entries codes_;                                                  // by the whole hash
  std::map<std::string, std::string, std::less<>> admitted_;       // bare JID to the name of their code
  std::unordered_map<std::string, TokenBucket> people_, servers_;  // of those who have guessed wrongly
};

}  // namespace dragoman::gateway
