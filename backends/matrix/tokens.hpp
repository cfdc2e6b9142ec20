#pragma once

#include <map>
#include <optional>
#include <string>

#include "backends/matrix/api.hpp"
#include "backends/services.hpp"

namespace dragoman::backends::matrix {

/// What lets us in as one device of an account. Kept encrypted, beside the account: it changes with each refresh.
struct Tokens {
  std::string user_id;    ///< "@alice:hs.tld"
  std::string device_id;  ///< fixed: transaction ids are remembered for it
  Homeserver homeserver;
  Secret<std::string> access, refresh;  ///< `refresh` empty: there is none
  std::optional<Timestamp> expires;     ///< of `access`; empty: it does not say
  // Of who has logged in by OAuth: where tokens are renewed and ended, and as which client.
  std::string token_endpoint{}, revocation_endpoint{}, client_id{};
  /// `access` is that of an application service, which speaks for this user; such tokens are kept nowhere. Empty: it is
  /// the user's own.
  std::string acts_as{};
  bool acts_from_device = false;  ///< the homeserver has a device of ours for that user

  bool by_oauth() const { return !token_endpoint.empty(); }
  /// The path of a request, with what says whom an application service speaks for ("Identity assertion").
  std::string path_of(std::string path) const;
};

Secret<std::string> write_tokens(const Tokens& tokens);
/// Nothing: there are none, or they cannot be read.
std::optional<Tokens> read_tokens(const Secret<std::string>& text);

/// Takes over what an answer to a login or a refresh grants; what it leaves out stays. `now`: when it was asked for.
/// False: there is no access token in it.
bool take_grant(Tokens& tokens, const nlohmann::json& answer, Timestamp now);

/// The tokens of all accounts of a network. What was kept in this turn is found at once, before it is on the disk.
class TokenBook {
 public:
  explicit TokenBook(const Services& services) : services_(services) {}

  /// Of a person or bridge; nullptr: they are not logged in. Valid until the next change.
  const Tokens* find(const std::string& owner);
  /// Before they are used (client-server API, "Refreshing access tokens"): a refresh token is good for once.
  void keep(const std::string& owner, Tokens tokens);
  /// Those of an application service, until the process ends.
  void lend(const std::string& owner, Tokens tokens);
  /// With all that was kept for the device.
  void forget(const std::string& owner);
  /// What a session of this account has kept.
  void forget_session(const std::string& owner, const std::string& user_id);

  /// What a session keeps: of one owner and account.
  std::string kept(const std::string& owner, const std::string& user_id, const std::string& key) const;
  void keep(const std::string& owner, const std::string& user_id, const std::string& key, const std::string& text);

 private:
  const Services& services_;
  std::map<std::string, std::optional<Tokens>> known_;  // by owner
};

}  // namespace dragoman::backends::matrix
