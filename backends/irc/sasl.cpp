#include "backends/irc/sasl.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "backends/irc/scram.hpp"
#include "base/text.hpp"

namespace dragoman::backends::irc {

namespace {

constexpr std::size_t piece_size = 400;
constexpr std::size_t most_challenge = 16 * 1024;

/// RFC 4616; authorisation identity = account, which services of before 2015 insist on.
class Plain final : public SaslExchange {
 public:
  explicit Plain(const SaslLogin& login) {
    std::string answer = login.account;
    answer += '\0';
    answer += login.account;
    answer += '\0';
    answer += login.password.reveal();
    answer_ = Secret<std::string>{std::move(answer)};
  }
  std::string_view mechanism() const override { return "PLAIN"; }
  Result<std::string> answer(std::string_view) override {
    complete_ = true;
    return answer_.reveal();
  }
  bool complete() const override { return complete_; }

 private:
  Secret<std::string> answer_;
  bool complete_ = false;
};

/// RFC 4422 appendix A: the certificate of the TLS handshake says who we are, no other identity is asked for.
class External final : public SaslExchange {
 public:
  std::string_view mechanism() const override { return "EXTERNAL"; }
  Result<std::string> answer(std::string_view) override { return std::string{}; }
  bool complete() const override { return true; }
};

struct Mechanism {
  std::string_view name;
  bool (*usable)(const SaslLogin&);
  std::unique_ptr<SaslExchange> (*begin)(const SaslLogin&, Random&);
};
using Begun = std::unique_ptr<SaslExchange>;
// Strongest first.
const std::array<Mechanism, 4> known{{
    {"EXTERNAL", [](const SaslLogin& login) { return login.tls && !login.certificate.empty(); },
     [](const SaslLogin&, Random&) -> Begun { return std::make_unique<External>(); }},
    {"SCRAM-SHA-512", [](const SaslLogin& login) { return login.has_password(); },
     [](const SaslLogin& login, Random& random) -> Begun {
       return std::make_unique<Scram>(Scram::Hash::sha_512, login, random.hex(18));
     }},
    {"SCRAM-SHA-256", [](const SaslLogin& login) { return login.has_password(); },
     [](const SaslLogin& login, Random& random) -> Begun {
       return std::make_unique<Scram>(Scram::Hash::sha_256, login, random.hex(18));
     }},
    {"PLAIN", [](const SaslLogin& login) { return login.has_password() && login.password_allowed(); },
     [](const SaslLogin& login, Random&) -> Begun { return std::make_unique<Plain>(login); }},
}};

}  // namespace

std::vector<std::string> choose_mechanisms(const SaslLogin& login, std::string_view offered) {
  const auto is_offered = [offered, &login](std::string_view name) {
    // SASL 3.1 tells no list. What every server has is tried; a wrong guess is a failed login in its books.
    if (offered.empty()) return name == "EXTERNAL" || name == "PLAIN" || !login.mechanisms.empty();
    const auto names = text::split(offered, ',');
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  std::vector<std::string> chosen;
  for (const Mechanism& mechanism : known) {
    const bool allowed = login.mechanisms.empty() || std::find(login.mechanisms.begin(), login.mechanisms.end(),
                                                               mechanism.name) != login.mechanisms.end();
    if (allowed && mechanism.usable(login) && is_offered(mechanism.name)) chosen.emplace_back(mechanism.name);
  }
  return chosen;
}

std::unique_ptr<SaslExchange> begin_sasl(std::string_view mechanism, const SaslLogin& login, Random& random) {
  for (const Mechanism& each : known) {
    if (each.name == mechanism) return each.begin(login, random);
  }
  return nullptr;
}

bool is_sasl_mechanism(std::string_view name) {
  return std::any_of(known.begin(), known.end(), [name](const Mechanism& each) { return each.name == name; });
}

std::vector<std::string> sasl_pieces(std::string_view answer) {
  const std::string encoded = text::to_base64(answer);
  std::vector<std::string> pieces;
  for (std::size_t at = 0; at < encoded.size(); at += piece_size) pieces.push_back(encoded.substr(at, piece_size));
  if (encoded.size() % piece_size == 0) pieces.emplace_back("+");
  return pieces;
}

SaslChallenge::State SaslChallenge::add(std::string_view piece) {
  if (piece != "+") encoded_ += piece;
  if (encoded_.size() > most_challenge) return State::broken;
  if (piece.size() == piece_size) return State::more;
  const bool valid = text::from_base64(encoded_, decoded_);
  encoded_.clear();
  return valid ? State::complete : State::broken;
}

std::string SaslChallenge::take() { return std::exchange(decoded_, {}); }

}  // namespace dragoman::backends::irc
