#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "backends/webhook/digest.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"

namespace dragoman::backends::webhook {

struct Request;

/// How a request proves that who sent it knows a secret: which header has the signature, and what it is over.
///
///   standard      Standard Webhooks: webhook-id, -timestamp, -signature (or svix-*), over "id.timestamp.body"; secrets
///                 are whsec_... (HMAC-SHA-256) or, to verify v1a, the public key whpk_... (Ed25519)
///   github        X-Hub-Signature-256: sha256=<hex>
///   slack         X-Slack-Signature: v0=<hex> and X-Slack-Request-Timestamp, over "v0:timestamp:body"
///   forgejo       X-Forgejo-Signature, else X-Gitea-Signature, else X-Gogs-Signature: <hex>
///   gitlab-token  X-Gitlab-Token: the secret itself; where the request has a signature of `standard`, that one counts
///   sentry        Sentry-Hook-Signature: <hex>
///   grafana       X-Grafana-Alerting-Signature: <hex>, over the body, or "timestamp:body" with a header for the time
///   generic-hmac  the header that is named
///
/// What may be named behind the word, and must be for generic-hmac's header: `header=X-Signature prefix=sha256=
/// hash=sha1|sha256|sha512 encoding=hex|base64 timestamp=X-Time joiner=.`, of github also `sha1` (the old header
/// X-Hub-Signature is enough).
struct Scheme {
  enum class Kind : std::uint8_t { standard, github, slack, forgejo, gitlab_token, sentry, grafana, generic };
  enum class Encoding : std::uint8_t { hex, base64 };

  Kind kind = Kind::standard;
  std::string header{};  ///< lower case; of grafana and generic
  std::string prefix{};  ///< in front of the encoded signature
  Hash hash = Hash::sha256;
  Encoding encoding = Encoding::hex;
  std::string timestamp{};   ///< header with the seconds since 1970 that are signed too; empty: none
  std::string joiner = ":";  ///< between the time and the body
  bool sha1 = false;         ///< of github

  bool operator==(const Scheme&) const = default;
  /// Whether the time is signed: what is repeated later is refused by itself. Else delivery ids have to be remembered
  /// for a day (delivery_id.hpp).
  bool signs_time() const { return kind == Kind::standard || kind == Kind::slack || !timestamp.empty(); }
};

/// Reads what stands above, e.g. "github" or "generic-hmac header=X-Signature encoding=base64". Fault::malformed says
/// what is wrong.
Result<Scheme> read_scheme(std::string_view text);
/// What read_scheme reads back.
std::string to_string(const Scheme& scheme);

/// How far a signed time may be from ours, both ways (the libraries of Standard Webhooks, Slack).
constexpr Duration replay_window = std::chrono::minutes{5};

/// Whether one of the secrets has signed this request, over the bytes as they were sent. Fault::unauthorized: no, with
/// a sentence for the owner's log (never for the caller, and never with anything of the secrets).
Result<void> verify(const Scheme& scheme, const Request& request, const std::vector<Secret<std::string>>& secrets,
                    Timestamp now);

/// The headers that prove a request of ours, for any scheme; of `standard` a signature by each secret, so that the
/// other side may change from one to the other. `id`: the same for each attempt.
std::vector<std::pair<std::string, std::string>> sign(const Scheme& scheme, std::string_view id, std::string_view body,
                                                      const std::vector<Secret<std::string>>& secrets, Timestamp now);

/// A new secret for `standard`: "whsec_" and 32 bytes in base64.
Secret<std::string> make_secret(Random& random);
/// Whether a text may be a secret for this scheme; Fault::malformed says what it has to be.
Result<void> check_secret(const Scheme& scheme, const Secret<std::string>& secret);

}  // namespace dragoman::backends::webhook
