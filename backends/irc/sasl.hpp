#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/secret.hpp"

namespace dragoman::backends::irc {

/// What somebody logs in to services with.
struct SaslLogin {
  std::string account;
  Secret<std::string> password;
  std::vector<std::string> mechanisms;  ///< in the order of preference; empty: all that we know
  bool wanted() const { return !account.empty() && !password.empty(); }
};

/// One exchange: what the server sends comes in, what we answer goes out, both not yet in base64.
class SaslExchange {
 public:
  virtual ~SaslExchange() = default;
  virtual std::string_view mechanism() const = 0;
  virtual Result<std::string> answer(std::string_view challenge) = 0;
};

/// The mechanisms to try, best first: ours by preference that `offered` ("PLAIN,EXTERNAL"; empty: not told) has too.
std::vector<std::string> choose_mechanisms(const SaslLogin& login, std::string_view offered);
/// Null for a mechanism that we do not know.
std::unique_ptr<SaslExchange> begin_sasl(std::string_view mechanism, const SaslLogin& login);

/// ircv3.net: sasl-3.1: base64 in pieces of 400 bytes; a last piece of exactly 400 is followed by "+", an empty answer
/// is
/// "+". Example: sasl_pieces("") -> {"+"}.
std::vector<std::string> sasl_pieces(std::string_view answer);

/// Puts the pieces of a server's challenge together. False for what is not base64 or longer than 16 KiB.
class SaslChallenge {
 public:
  enum class State { more, complete, broken };
  State add(std::string_view piece);
  /// The challenge, after `complete`; ready for the next one.
  std::string take();

 private:
  std::string encoded_;
  std::string decoded_;
};

}  // namespace dragoman::backends::irc
