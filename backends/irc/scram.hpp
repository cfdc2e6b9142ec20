#pragma once

#include <string>

#include "backends/irc/sasl.hpp"

namespace dragoman::backends::irc {

/// RFC 5802 and RFC 7677, client side, without channel binding (IRC servers offer none). The password does not leave
/// us, and the server must prove that it knows it: complete() is true only after its signature was right.
class Scram final : public SaslExchange {
 public:
  enum class Hash { sha_256, sha_512 };
  /// A server that asks for more would keep the one thread that runs everybody busy for a second.
  static constexpr unsigned least_iterations = 4096, most_iterations = 500'000;

  /// `nonce`: printable ASCII without a comma, never used before.
  Scram(Hash hash, const SaslLogin& login, std::string nonce);

  std::string_view mechanism() const override;
  Result<std::string> answer(std::string_view challenge) override;
  bool complete() const override { return stage_ == Stage::complete; }
  bool proves_the_server() const override { return true; }

 private:
  enum class Stage { first, proof, signature, complete, failed };

  Result<std::string> first();
  Result<std::string> proof(std::string_view server_first);
  Result<std::string> check(std::string_view server_final);
  std::string hmac(std::string_view key, std::string_view text) const;
  Error fail(Fault fault, std::string text);

  Hash hash_;
  std::string account_;
  Secret<std::string> password_;
  std::string nonce_;
  std::string first_bare_;
  std::string expected_;  // the signature of a server that knows the password
  Stage stage_ = Stage::first;
};

}  // namespace dragoman::backends::irc
