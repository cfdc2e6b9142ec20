#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"

namespace dragoman::backends::irc {

/// What somebody logs in to services with.
struct SaslLogin {
  std::string account;
  Secret<std::string> password;
  Secret<std::string> certificate;      ///< and its key, PEM: shown in the TLS handshake, for EXTERNAL
  std::vector<std::string> mechanisms;  ///< those that may be used; empty: all that we know
  bool tls = true;                      ///< of the link that is up
  bool clear_allowed = true;            ///< passwords may go over a link without TLS too

  bool has_password() const { return !account.empty() && !password.empty(); }
  bool password_allowed() const { return tls || clear_allowed; }
  bool wanted() const { return has_password() || !certificate.empty(); }
};

/// One exchange: what the server sends comes in, what we answer goes out, both not yet in base64.
class SaslExchange {
 public:
  virtual ~SaslExchange() = default;
  virtual std::string_view mechanism() const = 0;
  /// Fault::unauthorized: the server does not keep to the mechanism, or could not prove that it knows the password, and
  /// gets no more of us, no weaker login either. Another fault: what we have cannot be said in this mechanism.
  virtual Result<std::string> answer(std::string_view challenge) = 0;
  /// The server may say now that we are logged in.
  virtual bool complete() const = 0;
  /// Whether the server has to prove something too.
  virtual bool proves_the_server() const { return false; }
};

/// The mechanisms to try, strongest first: those that `offered` ("PLAIN,EXTERNAL"; empty: not told) has too and that
/// the login has something for.
std::vector<std::string> choose_mechanisms(const SaslLogin& login, std::string_view offered);
/// Null for a mechanism that we do not know.
std::unique_ptr<SaslExchange> begin_sasl(std::string_view mechanism, const SaslLogin& login, Random& random);
bool is_sasl_mechanism(std::string_view name);

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
